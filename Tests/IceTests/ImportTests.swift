import Ice
import Testing

/// This file imports nothing else of ours: what it names, users who import Ice can name.
@Suite("import Ice is enough")
struct ImportTests {
    @Test("Slice's own types have their names")
    func sliceTypes() {
        let identity: Ice.Identity = Identity(name: "greeter", category: "demo")
        #expect(identity.name == "greeter" && identity.category == "demo")
        let mode: Ice.OperationMode = .idempotent
        #expect(mode.rawValue == 2)
        let status: Ice.ReplyStatus = .objectNotExist
        #expect(status.rawValue == 2)
        let encoding: Ice.EncodingVersion = EncodingVersion(major: 1, minor: 1)
        #expect(encoding == .v1_1)
        let toStringMode: Ice.ToStringMode = .unicode
        #expect(toStringMode == .unicode)
    }

    @Test("what a proxy holds has its name")
    func proxies() async throws {
        let communicator: Ice.Communicator = try Communicator()
        let proxy = try #require(try communicator.makeProxy("demo/greeter -o:tcp -h 127.0.0.1 -p 4061"))
        let mode: Ice.InvocationMode = .batchOneway
        #expect(mode != .oneway && proxy.ice_isOneway())
        let endpoints: [Ice.Endpoint] = proxy.ice_getEndpoints()
        guard case .ip(let endpoint) = endpoints.first else {
            Issue.record("no endpoint")
            return
        }
        let ip: Ice.IPEndpoint = endpoint
        #expect(ip.port == 4061 && ip.transport == .tcp)
        await communicator.destroy()
    }
}
