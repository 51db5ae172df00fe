import Ice
import IceTesting
import Testing

@Suite("In-memory connections", .timeLimit(.minutes(5))) struct WireTests {
    @Test("calls go over the wire, both ways of which are recorded")
    func calls() async throws {
        let servant = Greeter.servant()
        try await withInMemoryServant(servant) { (proxy, transport) async throws in
            #expect(try await Greeter.greet("alice", proxy) == "Hello, alice!")
            #expect(try await proxy.ice_ids() == ["::Ice::Object", Greeter.typeId])
            #expect(servant.calls == ["greet"])
            let requests = transport.wire.messages(.toServer)
            #expect(try requests.map { try RawMessages.requests(in: $0)[0].current.operation } == ["greet", "ice_ids"])
            let replies = transport.wire.messages(.toClient)
            #expect(replies.first == RawConnection.validation && replies.count == 3)
            #expect(transport.wire.byteCount(.toClient) == replies.map(\.count).reduce(0, +))
            #expect(transport.wire.bytes(.toServer) == Array(requests.joined()))
            let reply = try RawMessages.reply(in: replies[1])
            #expect(reply.status == .ok && reply.id == 1)
        }
    }

    @Test("a pause holds back what is sent, a limit lets so many bytes through")
    func pause() async throws {
        let servant = Greeter.servant()
        try await withInMemoryServant(servant) { (proxy, transport) async throws in
            transport.wire.pause(.toServer)
            async let answer = Greeter.greet("x", proxy)
            #expect(await transport.wire.waitForHeldBytes(.toServer))
            #expect(transport.wire.byteCount(.toServer) == 0 && servant.calls.isEmpty)
            transport.wire.pass(20, .toServer)
            #expect(await transport.wire.waitForBytes(20, .toServer))
            #expect(transport.wire.messages(.toServer).isEmpty && servant.calls.isEmpty)
            transport.wire.resume(.toServer)
            #expect(try await answer == "Hello, x!")
            #expect(await transport.wire.waitForMessages(1, .toServer))
        }
    }

    @Test("what doesn't fit on a paused wire waits with the sender")
    func backpressure() async throws {
        try await withInMemoryServant(Greeter.servant()) { (proxy, transport) async throws in
            transport.wire.pause(.toServer)
            let text = String(repeating: "x", count: 1_000_000)
            async let answer = Greeter.greet(text, proxy)
            #expect(await transport.wire.waitForHeldBytes(.toServer))
            #expect(transport.connection.unsentBytes > 0)
            transport.wire.resume(.toServer)
            #expect(try await answer.count == text.count + 8)
        }
    }

    @Test("a cut fails what is in flight", arguments: [0, 7, 14, 34])
    func cut(after count: Int) async throws {
        let servant = Greeter.servant()
        try await withInMemoryServant(servant) { (proxy, transport) async throws in
            transport.wire.cut(after: count, .toClient)
            let error = await #expect(throws: LocalException.self) { try await Greeter.greet("x", proxy) }
            #expect(error?.code == .connectionLost, "\(String(describing: error))")
            #expect(await transport.wire.waitForBytes(1_000, .toClient) == false)
            #expect(transport.wire.byteCount(.toClient) == 14 + count, "behind the first message")
        }
    }

    @Test("a connection that is cut before its first message is none")
    func cutBefore() async throws {
        let communicator = try Communicator()
        let adapter = try communicator.createObjectAdapter("")
        await #expect(throws: LocalException.self) {
            _ = try await InMemoryTransport(communicator, to: adapter) { $0.cut(after: 13, .toClient) }
        }
        await communicator.destroy()
    }

    @Test("either side may close")
    func close() async throws {
        try await withInMemoryServant(Greeter.servant()) { (proxy, transport) async throws in
            _ = try await Greeter.greet("x", proxy)
            try await transport.connection.close()
            #expect(transport.wire.messages(.toServer).last == RawConnection.closeConnection)
            await #expect(throws: LocalException.self) { try await Greeter.greet("x", proxy) }
        }
    }

    @Test("many calls at once, through a wire that lets a byte through at a time")
    func trickle() async throws {
        try await withInMemoryServant(Greeter.servant()) { (proxy, transport) async throws in
            transport.wire.pause(.toClient)
            let future = try proxy.ice_invokeAsync(
                operation: "greet", mode: .normal, inEncaps: Encapsulation.make { $0.appendString("x") })
            #expect(await transport.wire.waitForHeldBytes(.toClient))
            let start = transport.wire.byteCount(.toClient)
            for count in 1...20 {
                transport.wire.pass(1, .toClient)
                #expect(await transport.wire.waitForBytes(start + count, .toClient))
            }
            transport.wire.resume(.toClient)
            #expect(try await future.value.ok)
        }
    }
}
