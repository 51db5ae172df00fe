import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Servers that misbehave", .timeLimit(.minutes(5)))
struct FaultTests {
    /// What the server sends in a complete exchange, before the request and after it.
    static func exchange(to request: [UInt8]) -> [UInt8] { RawMessages.reply(to: request) }
    static let replyLength = 25

    @Test("the exchange is what the cuts below assume")
    func exchangeLength() {
        #expect(Self.exchange(to: RawMessages.request()).count == Self.replyLength)
    }

    @Test(
        "a connection cut before it is validated fails the invocation once, unsent", arguments: 0..<14, [false, true])
    func cutInValidation(offset: Int, resets: Bool) async throws {
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation.prefix(offset))
            if resets { try connection.reset() }
        } _: { peer in
            let recorder = try await LoopClient.run(["Ice.RetryIntervals": "-1"]) { client in
                let recorder = await client.start(try client.invoker(peer.proxy()))
                // A reset may come while the system still connects.
                let end = await recorder.end()
                #expect(
                    end == .failed(.connectionLost, wasSent: false)
                        || resets && end == .failed(.connectFailed, wasSent: false))
                return recorder
            }
            #expect(recorder.events.count == 1)
        }
    }

    @Test(
        "a connection cut within the reply fails the invocation once, sent", arguments: 0..<replyLength, [false, true])
    func cutInReply(offset: Int, resets: Bool) async throws {
        try await RawPeer.run { connection, index in
            try connection.send(RawConnection.validation)
            let request = try connection.receiveMessage()
            try connection.send(Self.exchange(to: request).prefix(offset))
            if resets { try connection.reset() }
        } _: { peer in
            let recorder = try await LoopClient.run { client in
                let recorder = await client.start(try client.invoker(peer.proxy()))
                #expect(await recorder.end() == .failed(.connectionLost, wasSent: true))
                return recorder
            }
            #expect(recorder.events.count == 2)
            // Not idempotent: executed at most once.
            #expect(peer.connectionCount == 1)
            #expect(peer.failures.isEmpty)
        }
    }

    @Test("a reply split anywhere is a reply", arguments: 1..<replyLength)
    func splitReply(offset: Int) async throws {
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation)
            let first = try connection.receiveMessage()
            let reply = Self.exchange(to: first)
            try connection.send(reply.prefix(offset))
            // The second request says that the client has gone on after the first part.
            let second = try connection.receiveMessage()
            try connection.send(reply.dropFirst(offset) + Self.exchange(to: second))
            try connection.receiveCloseConnection()
        } _: { peer in
            try await LoopClient.run { client in
                let invoker = try client.invoker(peer.proxy())
                let first = await client.start(invoker)
                _ = await first.events { $0 == [.sent] }
                let second = await client.start(invoker)
                #expect(await first.end() == .replied(.ok, [6, 0, 0, 0, 1, 1]))
                #expect(await second.end() == .replied(.ok, [6, 0, 0, 0, 1, 1]))
            }
            #expect(peer.failures.isEmpty)
        }
    }

    struct BadMessage: CustomTestStringConvertible, Sendable {
        var name: String
        var bytes: [UInt8]
        var code: LocalException.Code
        var testDescription: String { name }
    }

    /// Instead of the reply with id 1.
    static let badReplies: [BadMessage] = {
        let good = RawMessages.reply(id: [1, 0, 0, 0])
        func changed(_ name: String, _ code: LocalException.Code = .protocolError, _ change: (inout [UInt8]) -> Void)
            -> BadMessage
        {
            var bytes = good
            change(&bytes)
            return BadMessage(name: name, bytes: bytes, code: code)
        }
        return [
            changed("wrong magic") { $0[3] = 0x51 },
            changed("protocol 2.0") { $0[4] = 2 },
            changed("header encoding 1.1") { $0[7] = 1 },
            changed("unknown message type") { $0[8] = 5 },
            changed("size below the header") { $0[10] = 13 },
            changed("negative size") { $0[13] = 0xFF },
            changed("above the size limit") { $0[12] = 0x20 },
            changed("compressed") { $0[9] = 2 },
            changed("no status", .marshal) {
                $0[10] = 18
                $0.removeLast($0.count - 18)
            },
            changed("no id", .marshal) {
                $0[10] = 14
                $0.removeLast($0.count - 14)
            },
            changed("CloseConnection with a body") { $0[8] = 4 },
            changed("heartbeat with a body") { $0[8] = 3 },
        ]
    }()

    @Test("a message against the protocol ends the connection", arguments: badReplies)
    func badReply(_ bad: BadMessage) async throws {
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation)
            _ = try connection.receiveMessage()
            try connection.send(bad.bytes)
            let answer = try connection.receiveToEnd()
            #expect(answer.isEmpty)
        } _: { peer in
            try await LoopClient.run { client in
                let recorder = await client.start(try client.invoker(peer.proxy()))
                #expect(await recorder.end() == .failed(bad.code, wasSent: true))
                #expect(recorder.endCount == 1)
            }
            #expect(peer.failures.isEmpty)
        }
    }

    @Test("something else than ValidateConnection is refused, nothing is sent", arguments: badReplies)
    func badValidation(_ bad: BadMessage) async throws {
        try await RawPeer.run { connection, _ in
            try connection.send(bad.bytes)
            let answer = try connection.receiveToEnd()
            #expect(answer.isEmpty)
        } _: { peer in
            try await LoopClient.run(["Ice.RetryIntervals": "-1"]) { client in
                let recorder = await client.start(try client.invoker(peer.proxy()))
                guard case .failed(_, wasSent: false)? = await recorder.end() else {
                    Issue.record("\(recorder.events)")
                    return
                }
            }
            #expect(peer.failures.isEmpty)
        }
    }

    @Test("replies to nobody and heartbeats are ignored")
    func ignored() async throws {
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation)
            let request = try connection.receiveMessage()
            for id: [UInt8] in [[9, 0, 0, 0], [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0x80]] {
                try connection.send(RawMessages.reply(id: id))
            }
            try connection.send(RawConnection.validation)
            try connection.send(Self.exchange(to: request) + Self.exchange(to: request))
            try connection.send(Self.exchange(to: try connection.receiveMessage()))
            try connection.receiveCloseConnection()
        } _: { peer in
            try await LoopClient.run { client in
                let invoker = try client.invoker(peer.proxy())
                let first = await client.start(invoker)
                #expect(await first.end() == .replied(.ok, [6, 0, 0, 0, 1, 1]))
                let second = await client.start(invoker)
                #expect(await second.end() == .replied(.ok, [6, 0, 0, 0, 1, 1]))
                #expect(first.endCount == 1)
            }
            #expect(peer.connectionCount == 1)
            #expect(peer.failures.isEmpty)
        }
    }

    @Test("a server that never validates costs the connect timeout, not more")
    func neverValidates() async throws {
        try await RawPeer.run { connection, _ in
            let answer = try connection.receiveToEnd()
            #expect(answer.isEmpty)
        } _: { peer in
            let properties: Properties = [
                "Ice.Connection.Client.ConnectTimeout": "0.05", "Ice.RetryIntervals": "-1",
            ]
            try await LoopClient.run(properties) { client in
                let invoker = try client.invoker(peer.proxy())
                let recorders = [await client.start(invoker), await client.start(invoker)]
                for recorder in recorders {
                    #expect(await recorder.end() == .failed(.connectTimeout, wasSent: false))
                    #expect(recorder.events.count == 1)
                }
            }
            #expect(peer.failures.isEmpty)
        }
    }

    @Test(
        "who is connected to something that speaks no Ice is told so",
        arguments: [
            ("tcp", "it has not spoken Ice within 50 ms: a wrong port, or ssl or ws instead of tcp?"),
            ("ws", "its ws handshake was not over within 50 ms: a wrong port, or tcp or wss instead of ws?"),
        ])
    func silent(transport: String, text: String) async throws {
        try await RawPeer.run { connection, _ in
            _ = try connection.receiveToEnd()
        } _: { peer in
            let properties: Properties = [
                "Ice.Connection.Client.ConnectTimeout": "0.05", "Ice.RetryIntervals": "-1",
            ]
            try await LoopClient.run(properties) { client in
                let proxy = try #require(
                    try client.communicator.makeProxy("x:\(transport) -h 127.0.0.1 -p \(peer.port)"))
                let exception = await #expect(throws: LocalException.self) { try await proxy.ice_ping() }
                #expect(exception?.code == .connectTimeout)
                #expect(exception?.message == "connected to 127.0.0.1:\(peer.port), but \(text)")
            }
        }
    }

    @Test("an endpoint without a port is named, whatever others there are")
    func noPort() async throws {
        try await LoopClient.run { client in
            let proxy = try #require(try client.communicator.makeProxy("x:tcp -h localhost:udp -h localhost -p 1"))
            let exception = await #expect(throws: LocalException.self) { try await proxy.ice_ping() }
            #expect(exception?.code == .noEndpoint)
            #expect(exception?.message == "no port: endpoint 'tcp -h localhost -p 0' lacks -p PORT")
        }
    }

    @Test("nobody listening is ConnectionRefused")
    func refused() async throws {
        let port = try DeafPort()
        let proxy = "greeter:tcp -h 127.0.0.1 -p \(port.port)"
        try await LoopClient.run { client in
            let recorder = await client.start(try client.invoker(proxy))
            #expect(await recorder.end() == .failed(.connectionRefused, wasSent: false))
            #expect(recorder.events.count == 1)
        }
        withExtendedLifetime(port) {}
    }

    @Test("many pending invocations all end, each once, when the connection breaks")
    func manyPending() async throws {
        let count = 5000
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation)
            for _ in 0..<count { _ = try connection.receiveMessage() }
            try connection.reset()
        } _: { peer in
            try await LoopClient.run { client in
                let invoker = try client.invoker(peer.proxy())
                // At once: a peer that owes an answer and is silent for a minute is given up.
                let recorders = await client.onLoop { (0..<count).map { _ in LoopClient.startHere(invoker) } }
                for recorder in recorders {
                    #expect(await recorder.end() == .failed(.connectionLost, wasSent: true))
                }
                let inFlight = await client.onLoop { invoker.inFlight }
                #expect(inFlight == 0)
                #expect(recorders.allSatisfy { $0.endCount == 1 })
            }
            #expect(peer.failures.isEmpty)
        }
    }

    @Test("requests behind a full socket are unsent when the connection breaks")
    func unsentBehindFullSocket() async throws {
        let big = Encapsulation.make { $0.append([UInt8](repeating: 7, count: 8_000_000)) }
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation)
            // The first bytes have come; the rest never fits.
            _ = try connection.receive(1000)
            try connection.reset()
        } _: { peer in
            try await LoopClient.run(["Ice.RetryIntervals": "-1"]) { client in
                let invoker = try client.invoker(peer.proxy())
                // In one turn, so that all are behind the same socket.
                let recorders = await client.onLoop {
                    [
                        LoopClient.startHere(invoker, payload: big), LoopClient.startHere(invoker),
                        LoopClient.startHere(invoker, isTwoway: false),
                    ]
                }
                for recorder in recorders {
                    #expect(await recorder.end() == .failed(.connectionLost, wasSent: false))
                    #expect(recorder.events.count == 1)
                }
            }
        }
    }
}
