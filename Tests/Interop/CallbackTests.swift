import Ice
import IceEncoding
import IceTesting
import Testing

/// Calls back over the connection that the client made, with a real peer as the server and as the client.
@Suite("Calls back with real Ice peers", .timeLimit(.minutes(5)))
struct CallbackTests {
    static let transports = ["tcp", "ssl", "ws"]

    private static func withCommunicator(
        _ properties: [String: String], _ body: (Communicator) async throws -> Void
    ) async throws {
        let communicator = try Communicator(Properties(properties.map { ($0, $1) }))
        do {
            try await body(communicator)
        } catch {
            await communicator.destroy()
            throw error
        }
        await communicator.destroy()
    }

    @Test("our server calls back a real client", arguments: Peer.allCases, transports)
    func server(peer: Peer, transport: String) async throws {
        let authority = try TransportTests().authority()
        try await Self.withCommunicator(TransportTests.properties(authority, "server")) { communicator in
            let adapter = try communicator.createObjectAdapterWithEndpoints(
                name: "A", endpoints: "\(transport) -h 127.0.0.1 -p 0")
            let servant = MockServant()
            servant.on("callBack") { request in
                let callback = try #require(request.current.con).createProxy(Identity(name: "callback"))
                let result = try await callback.ice_invoke(
                    operation: "echo", mode: .normal, inEncaps: request.inEncaps)
                return OutgoingResponse(ok: result.ok, outEncaps: result.outEncaps)
            }
            let proxy = try adapter.add(servant: servant, identity: Identity(name: "greeter"))
            try adapter.activate()
            try await peer.runCallbackClient("\(proxy)", properties: TransportTests.properties(authority, "client"))
            #expect(servant.callCount("callBack") == 4)
        }
    }

    @Test("a real server calls back our client", arguments: Peer.allCases, transports)
    func client(peer: Peer, transport: String) async throws {
        let authority = try TransportTests().authority()
        try await peer.withCallbackServer(
            endpoint: "\(transport) -h 127.0.0.1 -p 0", properties: TransportTests.properties(authority, "server")
        ) { server in
            try await Self.withCommunicator(TransportTests.properties(authority, "client")) { communicator in
                let adapter = try communicator.createObjectAdapter("")
                let servant = MockServant()
                servant.on("echo") { OutgoingResponse(outEncaps: $0.inEncaps) }
                try adapter.add(servant: servant, identity: Identity(name: "callback"))
                let proxy = try #require(try communicator.makeProxy("greeter:\(server.endpoint)"))
                let connection = try #require(try await proxy.ice_getConnection())
                try connection.setAdapter(adapter)
                for count in [0, 5, 300_000] {
                    let text = Encapsulation.make { $0.appendString(String(repeating: "x", count: count)) }
                    let result = try await proxy.ice_invoke(operation: "callBack", mode: .normal, inEncaps: text)
                    #expect(result.ok && result.outEncaps == text)
                }
                try connection.setAdapter(nil)
                let failure = await #expect(throws: LocalException.self) {
                    try await proxy.ice_invoke(operation: "callBack", mode: .normal)
                }
                #expect(failure?.target?.identity == Identity(name: "callback"))
                try connection.setAdapter(adapter)
                // The server's side of the connection must not wait for anything of ours.
                try await connection.close()
            }
        }
    }
}
