import IceEncoding
import Synchronization

/// A message that was made without the lock of the connection, for it takes long.
struct PreparedMessage {
    /// Of a twoway request: taken out of use for it.
    var requestId: Int32 = 0
    /// All of it; compressed, unless that does not make it smaller.
    var bytes: UnsafeRawBufferPointer
}

extension Connection {
    // MARK: Compression, from any thread

    /// Compresses a request that asks for it and is long enough, without holding the lock: a thread that compresses a
    /// megabyte keeps neither the loop nor other threads waiting.
    ///
    /// - Parameter body: gets nil when the request leaves as it is.
    func withPrepared<Result>(
        _ invocation: Invocation, payload: UnsafeRawBufferPointer, _ body: (PreparedMessage?) -> Result
    ) -> Result {
        guard invocation.compresses else { return body(nil) }
        let size = invocation.messageSize(payload)
        guard size >= MessageDeflater.minimumSize, size <= requestSizeMax,
            let requestId = outbox.withLock({ $0.reserveId(for: invocation) })
        else { return body(nil) }
        var message = OutputBuffer(minimumCapacity: size)
        invocation.writeMessage(payload, into: &message)
        message.patch(1 as UInt8, at: 9)
        if requestId != 0 { message.patch(requestId, at: MessageHeader.size) }
        if let compressed = MessageDeflater.deflate(message.bytes, level: settings.compressionLevel) {
            return body(PreparedMessage(requestId: requestId, bytes: compressed.bytes))
        }
        return body(PreparedMessage(requestId: requestId, bytes: message.bytes))
    }

    /// As ``withPrepared(_:payload:_:)`` for a reply.
    func withPrepared<Result>(
        replyTo requestId: Int32, _ response: OutgoingResponse, compresses: Bool, _ body: (PreparedMessage?) -> Result
    ) -> Result {
        let size = MessageHeader.size + 5 + response.payload.count
        guard compresses, size >= MessageDeflater.minimumSize else { return body(nil) }
        var message = OutputBuffer(minimumCapacity: size)
        response.writeMessage(requestId, compresses: true, into: &message)
        if let compressed = MessageDeflater.deflate(message.bytes, level: settings.compressionLevel) {
            return body(PreparedMessage(bytes: compressed.bytes))
        }
        return body(PreparedMessage(bytes: message.bytes))
    }
}

extension Outbox {
    /// Takes a request id out of use for a request that will be added; 0 for one without reply.
    ///
    /// - Returns: nil when it would not be accepted now.
    mutating func reserveId(for invocation: Invocation) -> Int32? {
        guard phase == .active, !invocation.isCancelRequested.load(ordering: .sequentiallyConsistent) else {
            return nil
        }
        return invocation.isTwoway ? pending.reserve() : 0
    }
}

extension Invocation {
    /// The size of its message in bytes, without compression.
    func messageSize(_ payload: UnsafeRawBufferPointer) -> Int {
        (context.map { template.contextStart + $0.bytes.count } ?? template.size) + payload.count
    }

    /// Writes its message, with request id 0.
    func writeMessage(_ payload: UnsafeRawBufferPointer, into buffer: inout OutputBuffer) {
        let start = buffer.count
        buffer.append(template.bytes)
        if let context {
            buffer.truncate(to: start + template.contextStart)
            buffer.append(context.bytes)
        }
        buffer.append(payload)
        buffer.endMessage(start)
    }
}

extension OutgoingResponse {
    /// Writes its message.
    func writeMessage(_ requestId: Int32, compresses: Bool, into buffer: inout OutputBuffer) {
        let start = buffer.beginMessage(.reply, compression: compresses ? 1 : 0)
        buffer.append(requestId)
        buffer.append(replyStatus.rawValue)
        buffer.append(payload)
        buffer.endMessage(start)
    }
}
