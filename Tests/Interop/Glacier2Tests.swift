import Foundation
import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Glacier2", .timeLimit(.minutes(5)))
struct Glacier2Tests {
    private static let properties = [
        ("Glacier2.InstanceName", "Glacier2"), ("Glacier2.Client.Endpoints", "tcp -h 127.0.0.1 -p 0"),
        ("Glacier2.PermissionsVerifier", "Glacier2/NullPermissionsVerifier"),
    ]

    /// Runs `body` with a router, as `Glacier2/router:tcp -h 127.0.0.1 -p 4063`, and a server behind it.
    private static func withRouter(
        _ peer: Peer, _ body: (_ router: String, _ server: PeerServer) async throws -> Void
    ) async throws {
        try await peer.withServer { server in
            try await TemporaryFolder.with { folder in
                try await IceService.with(
                    "glacier2router", package: "zeroc-glacier2", properties, folder: folder, adapter: "Glacier2.Client"
                ) { _, endpoint in try await body("Glacier2/router:\(endpoint)", server) }
            }
        }
    }

    /// Calls `createSession`, of a router without a session manager: the session is nil.
    private static func createSession(_ router: ObjectPrx) async throws {
        let result = try await router.ice_invoke(
            operation: "createSession", mode: .normal,
            inEncaps: Encapsulation.make { buffer in
                buffer.appendString("alice")
                buffer.appendString("secret")
            })
        #expect(result.ok)
        let session = try Encapsulation.read(result.outEncaps) { try $0.readProxy(.v1_1) }
        #expect(session == nil)
    }

    @Test("calls go through a session", arguments: Peer.allCases, [1, 3])
    func session(peer: Peer, threads: Int) async throws {
        try await Self.withRouter(peer) { router, server in
            let communicator = try Communicator(["Ice.Default.Router": router], threads: threads)
            do {
                let router = try #require(communicator.getDefaultRouter())
                try await Self.createSession(router)
                for index in 0..<6 {
                    let greeter = try #require(try communicator.makeProxy("greeter:\(server.endpoint)"))
                    let answer = try await Greeter.greet("Zoë \(index)", greeter)
                    #expect(answer == "Hello, Zoë \(index)!")
                    let nobody = try #require(try communicator.makeProxy("nobody\(index):\(server.endpoint)"))
                    await #expect {
                        try await nobody.ice_ping()
                    } throws: { error in
                        (error as? LocalException)?.code == .objectNotExist
                    }
                }
            } catch {
                await communicator.destroy()
                throw error
            }
            await communicator.destroy()
        }
    }

    @Test("the router is found by its finder")
    func finder() async throws {
        try await Self.withRouter(.cpp37) { router, server in
            let communicator = try Communicator()
            let text = router.replacing("Glacier2/router", with: "Ice/RouterFinder")
            let finder = uncheckedCast(
                prx: try #require(try communicator.makeProxy(text)), type: RouterFinderPrx.self)
            let found = try #require(try await finder.getRouter())
            try await Self.createSession(found)
            let greeter = try #require(try communicator.makeProxy("greeter:\(server.endpoint)")).ice_router(found)
            let answer = try await Greeter.greet("Zoë", greeter)
            #expect(answer == "Hello, Zoë!")
            await communicator.destroy()
        }
    }

    @Test("without a session nothing gets through")
    func noSession() async throws {
        try await Self.withRouter(.cpp37) { router, server in
            let communicator = try Communicator(["Ice.Default.Router": router, "Ice.RetryIntervals": "-1"])
            let greeter = try #require(try communicator.makeProxy("greeter:\(server.endpoint)"))
            await #expect(throws: LocalException.self) { try await greeter.ice_ping() }
            await communicator.destroy()
        }
    }

    @Test("a server behind the router calls the client back", arguments: [false, true], [1, 3])
    func callback(byProperty: Bool, threads: Int) async throws {
        let server = try Communicator()
        let client = try Communicator(threads: threads)
        do {
            try await Self.callback(server, client, byProperty: byProperty)
        } catch {
            await client.destroy()
            await server.destroy()
            throw error
        }
        await client.destroy()
        await server.destroy()
    }

    private static func callback(_ server: Communicator, _ client: Communicator, byProperty: Bool) async throws {
        let adapter = try server.createObjectAdapterWithEndpoints(name: "A", endpoints: "tcp -h 127.0.0.1 -p 0")
        let servant = MockServant()
        servant.on("callBack") { request in
            let content = try Encapsulation.read(request.inEncaps) { try $0.readProxy(.v1_1) }
            let callback = server.makeProxy(try #require(content))
            let result = try await callback.ice_invoke(
                operation: "echo", mode: .normal, inEncaps: Encapsulation.make { $0.appendString("Zoë") })
            return OutgoingResponse(ok: result.ok, outEncaps: result.outEncaps)
        }
        let object = try adapter.add(servant: servant, identity: Identity(name: "greeter"))
        try adapter.activate()
        let properties = Self.properties + [("Glacier2.Server.Endpoints", "tcp -h 127.0.0.1 -p 0")]
        try await TemporaryFolder.with { folder in
            try await IceService.with(
                "glacier2router", package: "zeroc-glacier2", properties, folder: folder, adapter: "Glacier2.Client"
            ) { _, endpoint in
                let router = try #require(try client.makeProxy("Glacier2/router:\(endpoint)"))
                client.setDefaultRouter(router)
                try await createSession(router)
                client.getProperties().setProperty(key: "Back.Router", value: "\(router)")
                let back =
                    byProperty
                    ? try await offThePool { try client.createObjectAdapter("Back") }
                    : try await client.createObjectAdapterWithRouter(name: "Callbacks", rtr: router)
                await #expect(throws: LocalException(.alreadyRegistered, "")) {
                    try await client.createObjectAdapterWithRouter(name: "Second", rtr: router)
                }
                let category = try await router.ice_invoke(operation: "getCategoryForClient", mode: .idempotent)
                let identity = Identity(
                    name: "callback", category: try Encapsulation.read(category.outEncaps) { try $0.readString() })
                let callback = MockServant()
                callback.on("echo") { OutgoingResponse(outEncaps: $0.inEncaps) }
                let own = try back.add(servant: callback, identity: identity)
                #expect(!own.ice_getEndpoints().isEmpty)
                try back.activate()
                let remote = try #require(try client.makeProxy("\(object)"))
                for _ in 0..<3 {
                    let result = try await remote.ice_invoke(
                        operation: "callBack", mode: .normal,
                        inEncaps: Encapsulation.make { $0.appendProxy(own.content, encoding: .v1_1) })
                    #expect(try Encapsulation.read(result.outEncaps) { try $0.readString() } == "Zoë")
                }
                #expect(callback.callCount("echo") == 3)
            }
        }
    }

    @Test("through the gateway, as docs/location.md says: the session is made by a call of the router")
    func gateway() async throws {
        try await Self.withRouter(.cpp37) { router, server in
            let configuration = try LocationPage().configuration(of: 1)
                .replacing("Glacier2/router:tcp -h localhost -p 4063", with: router)
                .replacing("tcp -h inside -p 4061", with: server.endpoint)
            try await GatewayProcess.withConfiguration(configuration) { gateway in
                let before = try await gateway.post("greeter/greet", #"{"name":"Zoë"}"#)
                #expect(before.status != 200)
                let session = try await gateway.post(
                    "router/createSession", #"{"userId":"alice","password":"secret"}"#)
                #expect(session.body == #"{"returnValue":null}"#)
                let after = try await gateway.post("greeter/greet", #"{"name":"Zoë"}"#)
                #expect(after.body == #"{"returnValue":"Hello, Zoë!"}"#)
            }
        }
    }
}
