import IceEncoding

extension IncomingRequest {
    /// Reads the requests of a message, each given away before the next is looked at.
    ///
    /// - Parameters:
    ///   - body: what follows the header of a request or batch request, without compression.
    ///   - connection: nil for a collocated call.
    /// - Throws: ``MarshalError``; the peer broke the protocol then.
    static func readAll(
        _ header: MessageHeader, _ body: UnsafeRawBufferPointer, adapter: ObjectAdapter?, connection: Connection?,
        _ take: (IncomingRequest) -> Void
    ) throws(MarshalError) {
        var cursor = InputCursor(body)
        if header.kind == .request {
            var request = try IncomingRequest(
                &cursor, requestId: try cursor.read(Int32.self), adapter: adapter, connection: connection)
            guard cursor.remaining == 0 else {
                throw MarshalError(.malformed, "\(cursor.remaining) bytes behind a request")
            }
            request.compressesReply = header.compression != 0
            take(request)
        } else {
            let count = try cursor.read(Int32.self)
            guard count >= 0, Int(count) <= cursor.remaining / minimumSize else {
                throw MarshalError(.badSize, "a batch of \(count) requests in \(cursor.remaining) bytes")
            }
            for _ in 0..<count {
                take(try IncomingRequest(&cursor, requestId: 0, adapter: adapter, connection: connection))
            }
            guard cursor.remaining == 0 else {
                throw MarshalError(.malformed, "\(cursor.remaining) bytes behind a batch")
            }
        }
    }
}
