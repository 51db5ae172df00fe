import IceEncoding
import IceTesting

/// Messages for raw peers.
enum RawMessages {
    /// A reply to the request.
    static func reply(
        to request: [UInt8], status: ReplyStatus = .ok, body: [UInt8] = [6, 0, 0, 0, 1, 1]
    ) -> [UInt8] {
        reply(id: Array(request[14..<18]), status: status, body: body)
    }

    static func reply(id: [UInt8], status: ReplyStatus = .ok, body: [UInt8] = [6, 0, 0, 0, 1, 1]) -> [UInt8] {
        var buffer = OutputBuffer()
        let start = buffer.beginMessage(.reply)
        buffer.append(id)
        buffer.append(status.rawValue)
        buffer.append(body)
        buffer.endMessage(start)
        return Array(buffer.bytes)
    }

    /// A reply whose body is a text.
    static func reply(to request: [UInt8], status: ReplyStatus, text: String) -> [UInt8] {
        var buffer = OutputBuffer()
        buffer.appendString(text)
        return reply(to: request, status: status, body: Array(buffer.bytes))
    }

    /// A reply that names the target of the request.
    static func notExist(to request: [UInt8], status: ReplyStatus) -> [UInt8] {
        var buffer = OutputBuffer()
        buffer.appendString("greeter")
        buffer.appendString("")
        buffer.appendSize(0)
        buffer.appendString("op")
        return reply(to: request, status: status, body: Array(buffer.bytes))
    }

    /// A twoway request.
    static func request(
        id: Int32 = 1, identity: String = "greeter", operation: String = "greet",
        context: [(String, String)] = [],
        parameters: [UInt8] = Encapsulation.make { $0.appendString("raw") }
    ) -> [UInt8] {
        var buffer = OutputBuffer()
        let start = buffer.beginMessage(.request)
        buffer.append(id)
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
        buffer.endMessage(start)
        return Array(buffer.bytes)
    }
}

extension RawPeer {
    /// Runs `body` beside a peer that is stopped at the end.
    static func run<Value>(
        _ script: @escaping Script, _ body: (RawPeer) async throws -> Value
    ) async throws -> Value {
        let peer = try RawPeer(script)
        do {
            let value = try await body(peer)
            try await peer.end()
            return value
        } catch {
            try await peer.end()
            throw error
        }
    }

    /// Stops it; its scripts may still be waiting, so not in a thread of Swift's pool.
    func end() async throws { try await onThread { [self] in stop() } }
}

extension RawDatagrams {
    /// Waits for a datagram.
    ///
    /// - Returns: it, and the port it came from.
    func next() async throws -> (bytes: [UInt8], port: UInt16) { try await onThread { [self] in try receive() } }
}
