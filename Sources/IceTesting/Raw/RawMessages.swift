public import Ice

/// Whole Ice messages as bytes, for scripts of either side: what ``RawConnection`` sends and receives.
public enum RawMessages {
    /// A reply to a request.
    ///
    /// - Parameters:
    ///   - request: a message; its id is answered.
    ///   - body: what follows the status byte; an empty result unless given.
    public static func reply(
        to request: [UInt8], status: ReplyStatus = .ok, body: [UInt8] = [6, 0, 0, 0, 1, 1]
    ) -> [UInt8] {
        reply(id: Array(request.dropFirst(MessageHeader.size).prefix(4)), status: status, body: body)
    }

    /// A reply to the request with these four bytes of id.
    public static func reply(
        id: [UInt8], status: ReplyStatus = .ok, body: [UInt8] = [6, 0, 0, 0, 1, 1]
    ) -> [UInt8] {
        message(.reply) { buffer in
            buffer.append(id)
            buffer.append(status.rawValue)
            buffer.append(body)
        }
    }

    /// A reply whose body is a text, as that of `UnknownException`.
    public static func reply(to request: [UInt8], status: ReplyStatus, text: String) -> [UInt8] {
        var buffer = OutputBuffer()
        buffer.appendString(text)
        return reply(to: request, status: status, body: Array(buffer.bytes))
    }

    /// A reply that names a target, as that of `ObjectNotExistException`.
    public static func notExist(
        to request: [UInt8], status: ReplyStatus, identity: String = "greeter", operation: String = "op"
    ) -> [UInt8] {
        var buffer = OutputBuffer()
        buffer.appendString(identity)
        buffer.appendString("")
        buffer.appendSize(0)
        buffer.appendString(operation)
        return reply(to: request, status: status, body: Array(buffer.bytes))
    }

    /// A request.
    ///
    /// - Parameters:
    ///   - id: 0 wants no reply.
    ///   - parameters: an encapsulation.
    public static func request(
        id: Int32 = 1, identity: String = "greeter", operation: String = "greet",
        context: [(String, String)] = [],
        parameters: [UInt8] = Encapsulation.make { $0.appendString("raw") }
    ) -> [UInt8] {
        message(.request) { buffer in
            buffer.append(id)
            append(identity, operation, context, parameters, to: &buffer)
        }
    }

    /// A batch of requests to one object.
    public static func batch(_ operations: [String], identity: String = "greeter") -> [UInt8] {
        message(.batchRequest) { buffer in
            buffer.append(Int32(operations.count))
            for operation in operations { append(identity, operation, [], Encapsulation.make(), to: &buffer) }
        }
    }

    private static func append(
        _ identity: String, _ operation: String, _ context: [(String, String)], _ parameters: [UInt8],
        to buffer: inout OutputBuffer
    ) {
        buffer.appendString(identity)
        buffer.appendString("")
        buffer.appendSize(0)
        buffer.appendString(operation)
        buffer.append(0 as UInt8)
        buffer.appendSize(context.count)
        for (key, value) in context {
            buffer.appendString(key)
            buffer.appendString(value)
        }
        buffer.append(parameters)
    }

    private static func message(_ kind: MessageHeader.Kind, _ body: (inout OutputBuffer) -> Void) -> [UInt8] {
        var buffer = OutputBuffer()
        let start = buffer.beginMessage(kind)
        body(&buffer)
        buffer.endMessage(start)
        return Array(buffer.bytes)
    }
}

extension RawMessages {
    // MARK: Reading

    /// The kind of a message; nil when it is none.
    public static func kind(of message: [UInt8]) -> MessageHeader.Kind? {
        message.count >= MessageHeader.size ? MessageHeader.Kind(rawValue: message[8]) : nil
    }

    /// The requests in a message: one, or those of a batch.
    ///
    /// - Throws: ``MarshalError`` when it holds none.
    public static func requests(in message: [UInt8]) throws -> [IncomingRequest] {
        let kind = kind(of: message)
        guard kind == .request || kind == .batchRequest else {
            throw MarshalError(.badHeader, "neither a request nor a batch of requests")
        }
        return try message.dropFirst(MessageHeader.size).withUnsafeBytes { bytes in
            var cursor = InputCursor(bytes)
            let number = try cursor.read(Int32.self)
            guard kind == .batchRequest else {
                return [try IncomingRequest(&cursor, requestId: number, adapter: nil)]
            }
            var requests: [IncomingRequest] = []
            while requests.count < number {
                requests.append(try IncomingRequest(&cursor, requestId: 0, adapter: nil))
            }
            return requests
        }
    }

    /// What a reply says.
    public struct Reply: Hashable, Sendable {
        /// Of the request.
        public var id: Int32
        /// How it ended.
        public var status: ReplyStatus
        /// What follows the status: an encapsulation for a result or a user exception.
        public var body: [UInt8]
    }

    /// The reply in a message.
    ///
    /// - Throws: ``MarshalError`` when it is none.
    public static func reply(in message: [UInt8]) throws -> Reply {
        guard kind(of: message) == .reply, message.count >= 19 else { throw MarshalError(.badHeader, "not a reply") }
        let id = (0..<4).reduce(UInt32(0)) { $0 | UInt32(message[14 + $1]) << (8 * UInt32($1)) }
        return Reply(
            id: Int32(bitPattern: id), status: ReplyStatus(rawValue: message[18]), body: Array(message[19...]))
    }
}

extension RawConnection {
    // MARK: Conversations

    /// Answers requests until the client says that it closes, or just ends; batches and oneway requests are passed over.
    ///
    /// - Parameter answer: gets a request and the whole message, returns what to send; nothing for no answer.
    public func answerRequests(_ answer: (_ request: IncomingRequest, _ message: [UInt8]) throws -> [UInt8]) throws {
        while let message = try receiveMessageOrEnd() {
            switch RawMessages.kind(of: message) {
            case .closeConnection?: return
            case .request?:
                guard let request = try RawMessages.requests(in: message).first, request.current.requestId != 0 else {
                    continue
                }
                try send(try answer(request, message))
            default: continue
            }
        }
    }

    /// As a client: sends a request and waits for the reply with its id; heartbeats are passed over.
    public func call(_ request: [UInt8]) throws -> RawMessages.Reply {
        let id = Array(request.dropFirst(MessageHeader.size).prefix(4))
        try send(request)
        while true {
            let message = try receiveMessage()
            if RawMessages.kind(of: message) == .reply, message.dropFirst(MessageHeader.size).starts(with: id) {
                return try RawMessages.reply(in: message)
            }
        }
    }
}
