@testable import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Which proxies lead to objects of the same communicator", .timeLimit(.minutes(5)))
struct CollocatedLookUpTests {
    /// Whether calls with the proxy need no connection; nobody listens at its endpoints otherwise.
    private func isCollocated(_ text: String, _ scene: CollocatedScene) async throws -> Bool {
        let proxy = try #require(try scene.communicator.makeProxy(text))
        do {
            return try await proxy.ice_invocationTimeout(60_000).ice_getConnection() == nil
        } catch let error as LocalException {
            #expect([.noEndpoint, .connectionRefused].contains(error.code))
            return false
        }
    }

    @Test("one of its endpoints is the adapter's, or its adapter id or replica group, or it names a servant")
    func rules() async throws {
        let properties: Properties = ["A.AdapterId": "Greeters-1", "A.ReplicaGroupId": "Greeters"]
        let endpoints = "tcp -h 127.0.70.1 -p 0:ws -h 127.0.70.1 -p 0:udp -h 127.0.70.1 -p 0"
        try await CollocatedScene.run(properties, endpoints: endpoints, isActive: false) { scene in
            let ports = scene.adapter.endpoints.map { endpoint -> UInt16 in
                if case .ip(let ip) = endpoint { ip.port } else { 0 }
            }
            try #require(ports.count == 3)
            for (text, expected) in [
                ("greeter:tcp -h 127.0.70.1 -p \(ports[0])", true),
                ("nobody:tcp -h 127.0.70.1 -p \(ports[0])", true),
                ("greeter:tcp -h 127.0.70.2 -p 1:ws -h 127.0.70.1 -p \(ports[1])", true),
                ("greeter:tcp -h 127.0.70.1 -p \(ports[0]) -z", true),
                ("greeter:ws -h 127.0.70.2 -p \(ports[0])", false), ("greeter:tcp -h 127.0.70.1 -p 1", false),
                ("greeter:udp -h 127.0.70.1 -p \(ports[2])", false),
                ("greeter", true), ("greeter -f nowhere", true), ("nobody", false),
                ("greeter @ Greeters-1", true), ("nobody @ Greeters", true), ("greeter @ Other", false),
            ] {
                let found = try await isCollocated(text, scene)
                #expect(found == expected, "\(text)")
            }
        }
    }

    @Test("unless the proxy, or the property, says otherwise")
    func switchedOff() async throws {
        try await CollocatedScene.run { scene in
            let own = try await scene.proxy.ice_getConnection()
            #expect(own == nil)
            let connection = try #require(try await scene.proxy.ice_collocationOptimized(false).ice_getConnection())
            // What is fixed to a connection stays there.
            let fixed = try await scene.proxy.ice_fixed(connection).ice_getConnection()
            #expect(fixed === connection)
        }
        try await CollocatedScene.run(["Ice.Default.CollocationOptimized": "0"]) { scene in
            let proxy = try #require(try scene.communicator.makeProxy("\(scene.proxy)"))
            let connection = try await proxy.ice_getConnection()
            #expect(connection != nil)
            scene.communicator.getProperties().setProperty(key: "P", value: "\(scene.proxy)")
            scene.communicator.getProperties().setProperty(key: "P.CollocationOptimized", value: "1")
            let collocated = try #require(try scene.communicator.propertyToProxy("P"))
            let none = try await collocated.ice_getConnection()
            #expect(none == nil)
        }
    }

    @Test("a proxy keeps to its connection while it has one; one without looks each time")
    func cached() async throws {
        try await CollocatedScene.run(endpoints: "") { scene in
            try await RawPeer.run { connection, _ in
                try connection.serve()
            } _: { peer in
                let text = peer.proxy()
                let (kept, fresh) = (
                    try #require(try scene.communicator.makeProxy(text)),
                    try #require(try scene.communicator.makeProxy(text)).ice_connectionCached(false)
                )
                try await kept.ice_ping()
                let before = try await kept.ice_getConnection()
                #expect(before != nil)
                // From now on the endpoint is one of the communicator's own, as far as proxies tell.
                scene.adapter.publishRouted(kept.ice_getEndpoints())
                let after = try await kept.ice_getConnection()
                #expect(after === before)
                let none = try await fresh.ice_getConnection()
                #expect(none == nil)
                let answer = try await Greeter.greet("x", fresh)
                #expect(answer == "Hello, x!")
            }
        }
    }

    @Test("well-known objects are found by their servants, and elsewhere when those go")
    func wellKnown() async throws {
        try await CollocatedScene.run(endpoints: "") { scene in
            let answer = try await Greeter.greet("x", scene.proxy)
            #expect(answer == "Hello, x!")
            try scene.adapter.remove(Identity(name: "greeter"))
            await #expect(throws: LocalException(.noEndpoint, "")) { try await scene.proxy.ice_ping() }
            try scene.adapter.add(servant: scene.servant, identity: Identity(name: "greeter"))
            try await scene.proxy.ice_ping()
        }
    }
}
