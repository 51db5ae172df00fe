import Ice
import IceTesting
import InteropTypes
import PeerOnlyTypes

/// Servants of generated types behind an endpoint, as the servers of the peers have them.
struct TypedServer: Sendable {
    /// As in `tcp -h 127.0.0.1 -p 4061`.
    var endpoint: String
    var authority: TestAuthority?
    var adapter: ObjectAdapter
    var echo: EchoServant

    /// Runs `body` with a server whose communicator alone knows PeerOnly.ice.
    static func with(
        _ transport: String = "tcp", _ authority: TestAuthority? = nil, _ body: (TypedServer) async throws -> Void
    ) async throws {
        let properties = properties(authority, "server")
        let communicator = try initialize(
            InitializationData(properties: properties, sliceLoader: PeerOnlyLoader()))
        let echo = EchoServant()
        do {
            let adapter = try communicator.createObjectAdapterWithEndpoints(
                name: "Interop", endpoints: "\(transport) -h 127.0.0.1 -p 0")
            try adapter.add(servant: GreeterServant(), id: Identity(name: "greeter"))
            try adapter.add(servant: echo, id: Identity(name: "echo"))
            try adapter.add(servant: echo, id: Identity(name: "7", category: "echo"))
            try adapter.add(servant: GraphsServant(), id: Identity(name: "graphs"))
            try adapter.addFacet(servant: echo, id: Identity(name: "echo"), facet: "second")
            try adapter.activate()
            let published = adapter.getEndpoints().map { "\($0)" }.joined(separator: ":")
            try await body(TypedServer(endpoint: published, authority: authority, adapter: adapter, echo: echo))
        } catch {
            echo.ticks.release()
            await communicator.destroy()
            throw error
        }
        echo.ticks.release()
        await communicator.destroy()
    }

    /// Certificates for a transport that needs them.
    static func authority(for transport: String) throws -> TestAuthority? {
        try transport == "ssl" ? TransportTests().authority() : nil
    }

    /// Properties with the certificate of that name.
    static func properties(_ authority: TestAuthority?, _ name: String) -> Properties {
        let security = authority.map { TransportTests.properties($0, name) } ?? [:]
        let properties = Properties(security.map { ($0, $1) })
        properties["Ice.AcceptClassCycles"] = "1"
        return properties
    }

    /// Runs `body` with the Echo behind an endpoint, and a communicator of its own.
    static func withEcho<Result: Sendable>(
        _ endpoint: String, _ authority: TestAuthority?, _ body: (EchoPrx) async throws -> Result
    ) async throws -> Result {
        try await Communicator.with(properties(authority, "client")) { communicator in
            try await body(
                makeProxy(communicator: communicator, proxyString: "echo:\(endpoint)", type: EchoPrx.self))
        }
    }
}
