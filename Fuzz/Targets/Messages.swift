import Ice
import IceEncoding

/// Reads a whole message as a connection does, without the connection: the header, then by its kind the rest.
func readMessage(_ input: UnsafeRawBufferPointer) {
    var cursor = InputCursor(input)
    guard let header = try? MessageHeader(&cursor, maximumSize: 1 << 20) else { return }
    var again = OutputBuffer()
    let start = again.beginMessage(header.kind, compression: header.compression)
    again.patch(Int32(truncatingIfNeeded: header.messageSize), at: start + 10)
    promise(again.bytes.elementsEqual(input.prefix(MessageHeader.size)), "the header changed: \(header)")
    guard header.compression == 2 else { return readBody(header.kind, &cursor) }
    var inflater = MessageInflater()
    let rest = UnsafeRawBufferPointer(rebasing: input[cursor.offset...])
    guard let body = try? inflater.inflate(rest, maximumSize: 1 << 20) else { return }
    var inflated = InputCursor(body)
    readBody(header.kind, &inflated)
}

private func readBody(_ kind: MessageHeader.Kind, _ cursor: inout InputCursor) {
    switch kind {
    case .request: try? readRequests(&cursor, count: 1, hasId: true)
    case .batchRequest:
        guard let count = try? cursor.read(Int32.self), count >= 0 else { return }
        try? readRequests(&cursor, count: Int(count), hasId: false)
    case .reply: try? readReply(&cursor)
    case .validateConnection, .closeConnection: break
    }
}

private func readRequests(_ cursor: inout InputCursor, count: Int, hasId: Bool) throws {
    for _ in 0..<count {
        let request = try IncomingRequest(&cursor, requestId: hasId ? try cursor.read() : 0, adapter: nil)
        promise(request.inEncaps.count >= 6, "an encapsulation of \(request.inEncaps.count) bytes")
        roundTrip(request.current.id)
        try request.inEncaps.withUnsafeBytes { bytes in
            var encapsulation = InputCursor(bytes)
            var (encoding, payload) = try encapsulation.readEncapsulation()
            promise(encoding == request.current.encoding && encapsulation.remaining == 0, "\(encoding)")
            try payload.finish(encoding)
        }
    }
}

private func readReply(_ cursor: inout InputCursor) throws {
    _ = try cursor.read(Int32.self)
    let status = ReplyStatus(rawValue: try cursor.read())
    switch status {
    case .ok, .userException:
        var (encoding, payload) = try cursor.readEncapsulation()
        try payload.finish(encoding)
    default:
        let exception = LocalException(
            status: status, body: UnsafeRawBufferPointer(rebasing: cursor.bytes[cursor.offset...]))
        promise(!exception.description.isEmpty, "an exception without a word")
    }
}
