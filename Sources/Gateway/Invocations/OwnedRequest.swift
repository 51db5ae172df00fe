/// A copy of a request that outlives the one it was made of.
final class OwnedRequest {
    /// Borrows from this object's memory.
    private(set) var request: HTTPRequest
    private var memory: [UnsafeMutableRawBufferPointer] = []
    /// What it takes, in bytes.
    private(set) var size = 0

    init(_ original: HTTPRequest) {
        request = original
        request.path = copy(original.path)
        request.query = original.query.map(copy)
        request.body = copy(original.body)
        var headers = HTTPRequestHeaders()
        headers.contentType = original.headers.contentType.map(copy)
        headers.accept = original.headers.accept.map(copy)
        headers.origin = original.headers.origin.map(copy)
        headers.host = original.headers.host.map(copy)
        headers.iceTimeout = original.headers.iceTimeout.map(copy)
        headers.iceMode = original.headers.iceMode.map(copy)
        headers.iceFacet = original.headers.iceFacet.map(copy)
        headers.prefer = original.headers.prefer.map(copy)
        headers.iceContext = original.headers.iceContext.map(copy)
        headers.contentEncoding = original.headers.contentEncoding.map(copy)
        headers.idempotencyKey = original.headers.idempotencyKey.map(copy)
        headers.traceparent = original.headers.traceparent.map(copy)
        request.headers = headers
    }

    deinit {
        for memory in memory { memory.deallocate() }
    }

    /// A copy that lives as long as this object.
    func copy(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard !bytes.isEmpty else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        copy.copyMemory(from: bytes)
        memory.append(copy)
        size += bytes.count
        return UnsafeRawBufferPointer(copy)
    }
}
