import Ice
import IceTesting
import Testing

@Suite("Raw peers", .timeLimit(.minutes(5))) struct RawPeerTests {
    @Test("a raw server answers requests of a real client")
    func server() async throws {
        let peer = try RawPeer { connection, _ in
            try connection.send(RawConnection.validation)
            try connection.answerRequests { request, message in
                guard request.current.operation == "greet" else {
                    return RawMessages.notExist(to: message, status: .operationNotExist)
                }
                let name = try Encapsulation.read(request.inEncaps) { try $0.readString() }
                return RawMessages.reply(to: message, body: Encapsulation.make { $0.appendString("raw \(name)") })
            }
        }
        let communicator = try Communicator()
        let proxy = try #require(try communicator.makeProxy(peer.proxy()))
        #expect(try await Greeter.greet("x", proxy) == "raw x")
        let error = await #expect(throws: LocalException.self) {
            try await proxy.ice_invoke(operation: "other", mode: .normal, inEncaps: Encapsulation.make())
        }
        #expect(error?.code == .operationNotExist)
        await communicator.destroy()
        try await peer.end()
        #expect(peer.failures == [])
    }

    @Test("a raw client calls a real server, and both its directions are recorded")
    func client() async throws {
        let communicator = try Communicator()
        let adapter = try communicator.createObjectAdapterWithEndpoints(
            name: "Raw", endpoints: "tcp -h 127.0.0.1 -p 0")
        let servant = Greeter.servant()
        try adapter.add(servant: servant, identity: Identity(name: "greeter"))
        try adapter.activate()
        guard case .ip(let endpoint)? = try adapter.createProxy(Identity(name: "greeter")).ice_getEndpoints().first
        else {
            Issue.record("no endpoint")
            return
        }
        let request = RawMessages.request(id: 77, context: [("k", "v")])
        let (reply, record) = try await RawConnection.run(port: endpoint.port) { connection in
            try connection.receiveValidation()
            try connection.send(RawMessages.batch(["greet", "greet"]))
            let reply = try connection.call(request)
            return (reply, (sent: connection.sentBytes, received: connection.receivedBytes))
        }
        #expect(reply.id == 77 && reply.status == .ok)
        #expect(record.sent == RawMessages.batch(["greet", "greet"]) + request)
        #expect(record.received.starts(with: RawConnection.validation))
        await servant.waitForCalls("greet", count: 3)
        await communicator.destroy()
    }

    @Test("messages are read as they were made")
    func messages() throws {
        let request = try #require(
            try RawMessages.requests(in: RawMessages.request(id: 5, context: [("a", "b")])).first)
        #expect(request.current.requestId == 5 && request.current.ctx == ["a": "b"])
        #expect(try RawMessages.requests(in: RawMessages.batch(["x", "y"])).map(\.current.operation) == ["x", "y"])
        let reply = RawMessages.reply(to: RawMessages.request(id: -2), status: .unknownException, text: "t")
        #expect(try RawMessages.reply(in: reply).id == -2)
        #expect(throws: MarshalError.self) { try RawMessages.requests(in: reply) }
        #expect(throws: MarshalError.self) { try RawMessages.reply(in: RawConnection.validation) }
        #expect(RawMessages.kind(of: [1, 2, 3]) == nil)
    }
}
