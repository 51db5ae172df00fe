import Ice
import IceTesting
import InteropTypes
import Testing

/// Generated proxies call what real Ice servers serve, and the generated servants of this runtime for comparison.
@Suite("Generated proxies against real Ice servers", .timeLimit(.minutes(5)))
struct TypedClientTests {
    @Test(
        "every type, exception and way of calling, over every transport", arguments: Peer.allCases,
        TypedServantTests.transports)
    func everything(peer: Peer, transport: String) async throws { try await check(peer, transport: transport) }

    @Test("the same in encoding 1.0", arguments: Peer.allCases)
    func oldEncoding(peer: Peer) async throws { try await check(peer, encoding: "1.0") }

    @Test("the same in the sliced format", arguments: Peer.allCases)
    func slicedFormat(peer: Peer) async throws { try await check(peer, isSliced: true) }

    @Test("the same with our own server", arguments: TypedServantTests.transports)
    func own(transport: String) async throws {
        let authority = try TypedServer.authority(for: transport)
        try await TypedServer.with(transport, authority) { server in
            for (encoding, isSliced) in [("1.1", false), ("1.1", true), ("1.0", false)] {
                try await check(server.endpoint, authority, encoding, isSliced)
            }
        }
    }

    private func check(
        _ peer: Peer, transport: String = "tcp", encoding: String = "1.1", isSliced: Bool = false
    ) async throws {
        let authority = try TypedServer.authority(for: transport)
        try await peer.withServer(
            endpoint: "\(transport) -h 127.0.0.1 -p 0",
            properties: authority.map { TransportTests.properties($0, "server") } ?? [:]
        ) { server in try await check(server.endpoint, authority, encoding, isSliced) }
    }

    private func check(
        _ endpoint: String, _ authority: TestAuthority?, _ encoding: String, _ isSliced: Bool
    ) async throws {
        let properties = TypedServer.properties(authority, "client")
        if isSliced { properties["Ice.Default.SlicedFormat"] = "1" }
        try await Communicator.with(properties) { communicator in
            func proxy<Target: Proxy>(_ identity: String, _ type: Target.Type) throws -> Target {
                try makeProxy(
                    communicator: communicator, proxyString: "\(identity) -e \(encoding):\(endpoint)", type: type)
            }
            #expect(try await proxy("greeter", GreeterPrx.self).greet("Zoë 🙂") == "Hello, Zoë 🙂!")
            try await EchoChecks(echo: try proxy("echo", EchoPrx.self)).all()
            try await GraphChecks(graphs: try proxy("graphs", GraphsPrx.self), isSliced: isSliced).all()
        }
    }
}
