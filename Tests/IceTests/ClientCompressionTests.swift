import IceEncoding
import IceTesting
import Synchronization
import Testing

@testable import Ice

@Suite("Compressed messages of a client", .timeLimit(.minutes(5)))
struct ClientCompressionTests {
    static let long = Encapsulation.make { $0.append(Compression.prose(5_000)) }
    static let noise = Encapsulation.make { $0.append(Compression.noise(5_000)) }
    static let short = Encapsulation.make { $0.append(5 as Int32) }

    struct Row: Sendable, CustomTestStringConvertible {
        var properties: [String: String] = [:]
        var endpoint = "-z"
        /// What the proxy says.
        var compress: Bool?
        var payload = long
        var status: UInt8
        var level: UInt8 = 1
        var testDescription: String {
            "\(properties) \(endpoint) \(compress.map { "ice_compress(\($0))" } ?? "") \(payload.count) bytes"
        }
    }

    static let rows: [Row] = [
        Row(status: 2), Row(endpoint: "", status: 0), Row(compress: false, status: 0),
        Row(endpoint: "", compress: true, status: 2), Row(payload: short, status: 1), Row(payload: noise, status: 1),
        Row(properties: ["Ice.Override.Compress": "0"], compress: true, status: 0),
        Row(properties: ["Ice.Override.Compress": "1"], endpoint: "", compress: false, status: 2),
        Row(properties: ["Ice.Compression.Level": "9"], status: 2, level: 9),
        Row(properties: ["Ice.Compression.Level": "0"], status: 2, level: 1),
        Row(properties: ["Ice.Compression.Level": "10"], status: 2, level: 9),
    ]

    @Test("requests are compressed when property, proxy or endpoint say so, in that order", arguments: rows)
    func whether(_ row: Row) async throws {
        let messages = Mutex<[[UInt8]]>([])
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation)
            for _ in 0..<3 {
                let message = try connection.receiveMessage()
                messages.withLock { $0.append(message) }
                let request = try Compression.inflated(message)
                if request[14] != 0 { try connection.send(RawMessages.reply(to: request)) }
            }
            try connection.receiveCloseConnection()
        } _: { peer in
            try await withCommunicator(Properties(row.properties.map { ($0, $1) })) { communicator in
                var proxy = try #require(
                    try communicator.makeProxy("o:tcp -h 127.0.0.1 -p \(peer.port) \(row.endpoint)"))
                if let compress = row.compress { proxy = proxy.ice_compress(compress) }
                // On the loop, for there is no connection yet; in this thread; without reply.
                _ = try await proxy.ice_invoke(operation: "op", mode: .normal, inEncaps: row.payload)
                _ = try await proxy.ice_invoke(operation: "op", mode: .normal, inEncaps: row.payload)
                _ = try await proxy.ice_oneway().ice_invoke(operation: "op", mode: .normal, inEncaps: row.payload)
            }
            #expect(peer.failures.isEmpty)
        }
        let all = messages.withLock { $0 }
        #expect(all.map { $0[9] } == Array(repeating: row.status, count: 3))
        for (message, id) in zip(all, [1, 2, 0] as [Int32]) {
            if row.status == 2 { #expect(message[21] == UInt8(ascii: "0") + row.level) }
            var expected = RawMessages.request(id: id, identity: "o", operation: "op", parameters: row.payload)
            expected[9] = row.status
            #expect(try Compression.inflated(message) == expected)
        }
    }

    @Test(
        "a level or an override that is no number is an error", arguments: ["Compression.Level", "Override.Compress"])
    func badProperty(name: String) {
        let error = #expect(throws: LocalException.self) { try Communicator(["Ice.\(name)": "yes"]) }
        #expect(error?.code == .property)
    }

    @Test("a compressed request that has to be repeated is compressed again")
    func retry() async throws {
        let messages = Mutex<[[UInt8]]>([])
        try await RawPeer.run { connection, index in
            try connection.send(RawConnection.validation)
            let message = try connection.receiveMessage()
            messages.withLock { $0.append(message) }
            if index == 0 { return }
            try connection.send(RawMessages.reply(to: try Compression.inflated(message)))
            try connection.receiveCloseConnection()
        } _: { peer in
            try await withCommunicator { communicator in
                let proxy = try #require(try communicator.makeProxy("\(peer.proxy()) -z"))
                _ = try await proxy.ice_invoke(operation: "op", mode: .idempotent, inEncaps: Self.long)
            }
            #expect(peer.failures.isEmpty)
        }
        let all = messages.withLock { $0 }
        #expect(all.count == 2 && all.first == all.last && all.first?[9] == 2)
    }

    @Test("a reply with a bad stream ends the connection; the invocation fails as sent", arguments: 0..<12)
    func badReply(cut: Int) async throws {
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation)
            let reply = RawMessages.reply(to: try connection.receiveMessage(), body: Self.long)
            let stream = Array(try Compression.compressed(reply).dropFirst(18))
            let part = cut == 0 ? stream + [0] : Array(stream[..<(stream.count * (cut - 1) / 11)])
            try connection.send(Compression.wrapped(part, kind: .reply, size: Int32(reply.count)))
            try connection.receiveToEnd()
        } _: { peer in
            try await LoopClient.run { client in
                let recorder = await client.start(try client.invoker(peer.proxy()))
                #expect(await recorder.end() == .failed(.protocolError, wasSent: true))
            }
            #expect(peer.failures.isEmpty)
        }
    }

    @Test("a compressed message before ValidateConnection is as wrong as any")
    func beforeValidation() async throws {
        let reply = try Compression.compressed(RawMessages.reply(id: [1, 0, 0, 0], body: Self.long))
        try await RawPeer.run { connection, _ in
            try connection.send(reply)
            try connection.receiveToEnd()
        } _: { peer in
            try await LoopClient.run { client in
                let recorder = await client.start(try client.invoker(peer.proxy()))
                #expect(await recorder.end() == .failed(.protocolError, wasSent: false))
            }
        }
    }

    @Test("client and server with each other", arguments: ["tcp", "ws"])
    func loopback(transport: String) async throws {
        try await withGreeter(endpoint: "\(transport) -h 127.0.0.1 -p 0 -z") { proxy, servant in
            #expect("\(proxy)".contains(" -z"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let name = String(repeating: "\(number) ", count: number * number % 3_000)
                        let answer = try await Greeter.greet(name, proxy)
                        #expect(answer == "Hello, \(name)!")
                    }
                }
                try await group.waitForAll()
            }
            #expect(servant.callCount("greet") == 200)
        }
    }

    @Test("requests that are cancelled meanwhile end once, and those around them are answered")
    func cancelled() async throws {
        try await withGreeter(endpoint: "tcp -h 127.0.0.1 -p 0 -z") { proxy, _ in
            try await proxy.ice_ping()
            let payload = Encapsulation.make { $0.append(Compression.prose(60_000)) }
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<60 {
                    group.addTask {
                        guard number % 2 == 0 else {
                            return try await Greeter.greet("\(number)", proxy) == "Hello, \(number)!"
                        }
                        let future = try proxy.ice_invokeAsync(operation: "greet", mode: .normal, inEncaps: payload)
                        return future.cancel() || future.isDone
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
            #expect(try await Greeter.greet("then", proxy) == "Hello, then!")
        }
    }
}
