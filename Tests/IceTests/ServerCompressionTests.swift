import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Compressed messages to a server", .timeLimit(.minutes(5)))
struct ServerCompressionTests {
    static let long = String(decoding: Compression.prose(2_000), as: UTF8.self)
    static let request = RawMessages.request(id: 5, parameters: Encapsulation.make { $0.appendString(long) })
    static let reply = RawMessages.reply(
        id: [5, 0, 0, 0], body: Encapsulation.make { $0.appendString("Hello, \(long)!") })

    /// The request with that status.
    private static func with(status: UInt8, _ request: [UInt8]) -> [UInt8] {
        var request = request
        request[9] = status
        return request
    }

    private static func answer(_ request: [UInt8], _ proxy: ObjectPrx) async throws -> [UInt8] {
        try await RawConnection.run(port: try ServerTests.port(proxy)) { connection in
            try connection.receiveValidation()
            try connection.send(request)
            return try connection.receiveMessage()
        }
    }

    @Test("a reply is compressed when the request welcomes it", arguments: [0, 1, 2, 3] as [UInt8])
    func reply(status: UInt8) async throws {
        try await withGreeter { proxy, servant in
            let request =
                status == 2 ? try Compression.compressed(Self.request) : Self.with(status: status, Self.request)
            let reply = try await Self.answer(request, proxy)
            #expect(servant.calls == ["greet"])
            #expect(reply[9] == (status == 0 ? 0 : 2))
            let compressed = try Compression.compressed(Self.reply)
            #expect(reply == (status == 0 ? Self.reply : compressed))
        }
    }

    @Test("replies that are short, or would not get smaller, say that they could be compressed")
    func notCompressed() async throws {
        try await withGreeter { proxy, servant in
            servant.on("short") { request in OutgoingResponse(emptyFor: request.current.encoding) }
            servant.on("noise") { _ in
                OutgoingResponse(outEncaps: Encapsulation.make { $0.append(Compression.noise(5_000)) })
            }
            for (operation, size) in [("short", 25), ("noise", 5_025)] {
                let request = Self.with(
                    status: 1, RawMessages.request(operation: operation, parameters: Encapsulation.make()))
                let reply = try await Self.answer(request, proxy)
                #expect(reply[9] == 1 && reply.count == size)
            }
        }
    }

    @Test("a user exception that the servant returns is compressed, one that it throws is not")
    func exceptions() async throws {
        try await withGreeter { proxy, servant in
            servant.on("returned") { _ in
                OutgoingResponse(ok: false, outEncaps: Encapsulation.make { $0.appendString(Self.long) })
            }
            servant.on("thrown") { _ in throw LocalException(.unknown, Self.long) }
            for (operation, status) in [("returned", 2), ("thrown", 0)] as [(String, UInt8)] {
                let request = Self.with(
                    status: 1, RawMessages.request(operation: operation, parameters: Encapsulation.make()))
                let reply = try await Self.answer(request, proxy)
                #expect(reply[9] == status)
                #expect(try Compression.inflated(reply).count > Self.long.count)
            }
        }
    }

    @Test("a compressed batch is dispatched in order")
    func batch() async throws {
        try await withGreeter { proxy, servant in
            servant.on("note") { request in OutgoingResponse(emptyFor: request.current.encoding) }
            var buffer = OutputBuffer()
            let start = buffer.beginMessage(.batchRequest)
            buffer.append(50 as Int32)
            for number in 0..<50 {
                let request = RawMessages.request(
                    operation: number % 2 == 0 ? "note" : "greet", parameters: Encapsulation.make())
                buffer.append(Array(request.dropFirst(18)))
            }
            buffer.endMessage(start)
            let reply = try await Self.answer(
                try Compression.compressed(Array(buffer.bytes)) + RawMessages.request(operation: "note"), proxy)
            #expect(reply[14] == 1 && reply[18] == 0)
            #expect(servant.calls == (0..<50).map { $0 % 2 == 0 ? "note" : "greet" } + ["note"])
        }
    }

    @Test("a compressed request in any two pieces is answered")
    func pieces() async throws {
        let request = try Compression.compressed(Self.request)
        try await withGreeter { proxy, servant in
            let replies = try await RawConnection.run(port: try ServerTests.port(proxy)) { connection in
                try connection.receiveValidation()
                return try stride(from: 1, to: request.count, by: 7).map { split in
                    try connection.send(request.prefix(split))
                    try connection.send(request.dropFirst(split))
                    return try connection.receiveMessage()
                }
            }
            let expected = try Compression.compressed(Self.reply)
            #expect(replies.allSatisfy { $0 == expected } && !replies.isEmpty)
        }
    }

    @Test("a request whose stream is cut or damaged ends its connection, and nobody is called")
    func malformed() async throws {
        let stream = Array(try Compression.compressed(Self.request).dropFirst(18))
        let size = Int32(Self.request.count)
        var bad = stride(from: 0, to: stream.count, by: 3).map { (Array(stream[..<$0]), size) }
        bad += [size - 1, size + 1, 14, 0, -1, .max, 1 << 20 + 1].map { (stream, $0) }
        bad.append((Compression.noise(500), size))
        bad.append((stream + [0], size))
        var damaged = stream
        damaged[stream.count / 2] ^= 0x10
        bad.append((damaged, size))
        let messages = bad.map { Compression.wrapped($0.0, kind: .request, size: $0.1) }
        try await withGreeter { proxy, servant in
            let port = try ServerTests.port(proxy)
            for message in messages + [Array(messages[0][..<10]) + [16, 0, 0, 0, 1, 0]] {
                let rest = try await RawConnection.run(port: port) { connection in
                    try connection.receiveValidation()
                    try connection.send(message)
                    return try connection.receiveToEnd()
                }
                #expect(rest.isEmpty)
            }
            #expect(servant.calls.isEmpty)
            #expect(try await Greeter.greet("survivor", proxy) == "Hello, survivor!")
        }
    }

    @Test("a server takes no more bytes in a compressed message than in another")
    func messageSizeMax() async throws {
        try await withGreeter(serverProperties: ["Ice.MessageSizeMax": "4"]) { proxy, servant in
            let names = [4_000, 5_000].map { String(repeating: "x", count: $0) }
            let requests = names.map { name in
                RawMessages.request(parameters: Encapsulation.make { $0.appendString(name) })
            }
            let reply = try await Self.answer(Compression.compressed(requests[0]), proxy)
            #expect(reply[9] == 2)
            let tooLong = try Compression.compressed(requests[1])
            let rest = try await RawConnection.run(port: try ServerTests.port(proxy)) { connection in
                try connection.receiveValidation()
                try connection.send(tooLong)
                return try connection.receiveToEnd()
            }
            #expect(rest.isEmpty && servant.calls == ["greet"])
        }
    }
}
