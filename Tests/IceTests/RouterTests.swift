import IceEncoding
import IceTesting
import Synchronization
import Testing

@testable import Ice

/// A router that is at the same time the server behind it.
@Suite("Routers", .timeLimit(.minutes(5)))
struct RouterTests {
    struct Scene {
        let router = MockServant(["::Ice::Router"])
        let greeter = Greeter.servant()
        let client: Communicator
        /// As in `tcp -h 127.0.0.1 -p 4063`.
        let endpoint: String
        /// Proxies that the router was told of.
        let added = Notes<String>()
        let server: Communicator

        func proxy(_ text: String) throws -> ObjectPrx { try #require(try client.makeProxy(text)) }

        /// Nobody listens there.
        func greeterElsewhere() throws -> ObjectPrx { try proxy("greeter:tcp -h 203.0.113.1 -p 1") }
    }

    /// - Parameters:
    ///   - client: the text of the client proxy; `SELF` stands for the router's endpoint; empty for nil.
    ///   - evicted: what addProxies returns.
    private static func withRouter(
        client clientProxy: String = "dummy:SELF", hasRoutingTable: Bool? = nil, threads: Int = 1,
        encoding: EncodingVersion = .v1_1, evicted: @escaping @Sendable (String) -> [String] = { _ in [] },
        _ body: (Scene) async throws -> Void
    ) async throws {
        let server = try Communicator(patient())
        let client = try Communicator(patient(), threads: threads)
        do {
            let adapter = try server.createObjectAdapterWithEndpoints(name: "R", endpoints: "tcp -h 127.0.0.1 -p 0")
            let endpoint = try #require(adapter.endpoints.first).description
            let scene = Scene(client: client, endpoint: endpoint, server: server)
            // Their closures hold the scene.
            defer {
                scene.router.removeOperations()
                scene.greeter.removeOperations()
            }
            scene.router.on("getClientProxy") { request in
                let text = clientProxy.replacing("SELF", with: endpoint)
                let proxy = try ProxyContent.parse(text, defaults: ProxyDefaults())
                let encoding = request.current.encoding
                return OutgoingResponse(
                    outEncaps: Encapsulation.make(encoding) { buffer in
                        buffer.appendProxy(proxy, encoding: encoding)
                        if let hasRoutingTable, encoding != .v1_0 { buffer.append([1 << 3, hasRoutingTable ? 1 : 0]) }
                    })
            }
            scene.router.on("addProxies") { request in
                let encoding = request.current.encoding
                let name = try Encapsulation.read(request.inEncaps) { cursor in
                    guard try cursor.readSize() == 1 else { return "?" }
                    return try cursor.readProxy(encoding)?.identity.name ?? "nil"
                }
                scene.added.add(name)
                let forgotten = evicted(name)
                return OutgoingResponse(
                    outEncaps: Encapsulation.make(encoding) { buffer in
                        buffer.appendSize(forgotten.count)
                        for name in forgotten {
                            buffer.appendProxy(ProxyContent(identity: Identity(name: name)), encoding: encoding)
                        }
                    })
            }
            let prx = try adapter.add(servant: scene.router, identity: Identity(name: "router", category: "Glacier2"))
            for name in ["greeter", "second"] {
                _ = try adapter.add(servant: scene.greeter, identity: Identity(name: name))
            }
            try adapter.activate()
            client.setDefaultRouter(try client.makeProxy("\(prx)")?.ice_encodingVersion(encoding))
            try await body(scene)
        } catch {
            await client.destroy()
            await server.destroy()
            throw error
        }
        await client.destroy()
        await server.destroy()
    }

    @Test(
        "requests go to the router, which is told of the object once",
        arguments: [("dummy:SELF", nil), ("", nil), ("dummy:SELF", true), ("dummy:SELF", false)] as [(String, Bool?)],
        [EncodingVersion.v1_1, .v1_0])
    func routed(_ row: (client: String, hasRoutingTable: Bool?), _ encoding: EncodingVersion) async throws {
        try await Self.withRouter(client: row.client, hasRoutingTable: row.hasRoutingTable, encoding: encoding) {
            scene in
            for _ in 0..<2 {
                let first = try await Greeter.greet("alice", scene.greeterElsewhere())
                let second = try await Greeter.greet("alice", scene.proxy("second @ A"))
                #expect([first, second] == ["Hello, alice!", "Hello, alice!"])
            }
            #expect(scene.router.callCount("getClientProxy") == 1)
            let isTold = encoding == .v1_0 || row.hasRoutingTable != false
            #expect(scene.added.all == (isTold ? ["greeter", "second"] : []))
        }
    }

    @Test("of many first calls on several loops, all go over the connection that the router was first called on")
    func oneConnection() async throws {
        let connections = Mutex<Set<ObjectIdentifier>>([])
        try await Self.withRouter(threads: 3) { scene in
            let router = try #require(scene.client.getDefaultRouter())
            let own = try #require(try await router.ice_getConnection())
            for index in 0..<12 {
                let proxy = try scene.proxy("greeter -f f\(index):tcp -h 203.0.113.1 -p 1")
                let connection = try #require(try await proxy.ice_getConnection())
                connections.withLock { _ = $0.insert(ObjectIdentifier(connection)) }
            }
            let derived = try #require(try await router.ice_context(["a": "b"]).ice_getConnection())
            connections.withLock { _ = $0.insert(ObjectIdentifier(derived)) }
            #expect(connections.withLock { $0 } == [ObjectIdentifier(own)])
        }
    }

    @Test("a client endpoint that is the same address by another name is the same connection")
    func otherName() async throws {
        try await Self.withRouter { scene in
            let port = try #require(scene.endpoint.split(separator: " ").last)
            let router = try scene.proxy("Glacier2/router:tcp -h localhost -p \(port)").ice_router(nil)
            let own = try #require(try await router.ice_getConnection())
            let connection = try #require(try await scene.greeterElsewhere().ice_router(router).ice_getConnection())
            #expect(own === connection)
        }
    }

    @Test("the router itself is not routed, however its proxy was made")
    func routerItself() async throws {
        try await Self.withRouter { scene in
            try await scene.proxy("Glacier2/router:\(scene.endpoint)").ice_ping()
            #expect(scene.router.calls == [])
        }
    }

    @Test("an object that the router forgot is told to it again, as often as it takes")
    func forgotten() async throws {
        try await Self.withRouter { scene in
            let proxy = try scene.greeterElsewhere()
            _ = try await Greeter.greet("alice", proxy)
            scene.greeter.on("flaky") { request in
                guard scene.added.all.count >= 4 else {
                    var exception = LocalException(.objectNotExist, "")
                    exception.target = .init(identity: request.current.id, facet: "", operation: "ice_add_proxy")
                    throw exception
                }
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
            let result = try await proxy.ice_invoke(operation: "flaky", mode: .normal)
            #expect(result.ok)
            #expect(scene.added.all == ["greeter", "greeter", "greeter", "greeter"])
            #expect(scene.greeter.callCount("flaky") == 4)
        }
    }

    @Test("an object that doesn't exist behind the router is not asked for again")
    func objectNotExist() async throws {
        try await Self.withRouter { scene in
            let proxy = try scene.proxy("nobody:tcp -h 203.0.113.1 -p 1")
            await #expect(throws: LocalException.self) { try await proxy.ice_ping() }
            #expect(scene.added.all == ["nobody"])
        }
    }

    @Test("proxies that addProxies returns are told again before their next request")
    func evicted() async throws {
        try await Self.withRouter(evicted: { $0 == "second" ? ["greeter"] : [] }) { scene in
            for name in ["greeter", "second", "greeter"] {
                _ = try await Greeter.greet("alice", scene.proxy("\(name):tcp -h 203.0.113.1 -p 1"))
            }
            #expect(scene.added.all == ["greeter", "second", "greeter"])
        }
    }

    @Test("a router that refuses or is down")
    func fails() async throws {
        try await Self.withRouter { scene in
            scene.router.on("addProxies") { _ in throw LocalException(.unknown, "as asked") }
            let proxy = try scene.greeterElsewhere()
            await #expect(throws: LocalException(.unknown, "")) { try await proxy.ice_ping() }
            let deaf = try DeafPort()
            let router = try scene.proxy("r:tcp -h 127.0.0.1 -p \(deaf.port)").ice_router(nil)
            await #expect(throws: LocalException(.connectionRefused, "")) {
                try await proxy.ice_router(router).ice_ping()
            }
        }
    }

    @Test("destroy ends calls that wait for the router")
    func destroy() async throws {
        let (stream, hold) = AsyncStream.makeStream(of: Void.self)
        try await Self.withRouter { scene in
            scene.router.on("getClientProxy") { request in
                for await _ in stream {}
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
            let futures = try (0..<3).map { _ in try scene.greeterElsewhere().ice_pingAsync() }
            await scene.router.waitForCalls("getClientProxy", count: 1)
            await scene.client.destroy()
            for future in futures {
                await #expect(throws: LocalException(.communicatorDestroyed, "")) { try await future.value }
            }
            hold.finish()
        }
    }
}
