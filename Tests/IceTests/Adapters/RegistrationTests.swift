import Ice
import IceEncoding
import IceTesting
import Logging
import Testing

@Suite("Object adapters that locators know", .timeLimit(.minutes(5)))
struct RegistrationTests {
    private static func withAdapter(
        _ locator: String, _ properties: [String: String] = [:], logger: Logger? = nil,
        _ body: (AdapterScene) async throws -> Void
    ) async throws {
        let standard = ["A.AdapterId": "Shop-1", "Ice.Default.Locator": locator]
        try await AdapterScene.run(properties.merging(standard) { mine, _ in mine }, logger: logger, body)
    }

    @Test("told at the first activation and at the end, alone or as a replica", arguments: ["", "Shops"])
    func told(group: String) async throws {
        try await ScriptedRegistry.run { registry, locator in
            var bound = ""
            try await Self.withAdapter(locator, ["A.ReplicaGroupId": group]) { scene in
                bound = scene.adapter.getPublishedEndpoints().map { "\($0)" }.joined(separator: ":")
                #expect(registry.told.all.isEmpty)
                try scene.adapter.activate()
                try await scene.adapter.waitForActivate()
                try scene.adapter.hold()
                try scene.adapter.activate()
                try await scene.adapter.waitForActivate()
                #expect(registry.told.all.count == 1)
                scene.adapter.deactivate()
                await scene.adapter.waitForDeactivate()
            }
            let name = group.isEmpty ? "Shop-1" : "Shop-1 @ Shops"
            #expect(registry.told.all == ["\(name) \(bound)", "\(name) nil"])
        }
    }

    @Test("nothing is dispatched before the registry has answered, and everything afterwards")
    func order() async throws {
        try await ScriptedRegistry.run { registry, locator in
            let (stream, go) = AsyncStream<Void>.makeStream()
            registry.servant.on("setAdapterDirectProxy") { request in
                for await _ in stream { break }
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
            try await Self.withAdapter(locator) { scene in
                let greeter = Greeter.servant()
                try scene.adapter.add(servant: greeter, id: Identity(name: "greeter"))
                try scene.adapter.activate()
                await registry.servant.waitForCalls("setAdapterDirectProxy", count: 1)
                let proxy = try scene.proxy(Identity(name: "greeter"))
                let future = try proxy.ice_invokeAsync(operation: "ice_ping", mode: .normal)
                #expect(!future.isSent)
                go.yield()
                try await scene.adapter.waitForActivate()
                _ = try await future.value
                go.finish()
            }
        }
    }

    @Test(
        "a registry that refuses leaves the adapter holding; it may be activated again",
        arguments: [
            ("::Ice::AdapterNotFoundException", LocalException.Code.notRegistered),
            ("::Ice::InvalidReplicaGroupIdException", .notRegistered),
            ("::Ice::AdapterAlreadyActiveException", .objectAdapterIdInUse), ("::Other", .unknownUser),
        ])
    func refused(_ typeId: String, _ code: LocalException.Code) async throws {
        try await ScriptedRegistry.run { registry, locator in
            let recorder = LogRecorder()
            registry.refuse(typeId)
            try await Self.withAdapter(locator, ["A.ReplicaGroupId": "Shops"], logger: recorder.logger) { scene in
                try scene.adapter.activate()
                await #expect(throws: LocalException(code, "")) { try await scene.adapter.waitForActivate() }
                #expect(recorder.all.map(\.level) == [.warning])
                #expect(recorder.all.first?["error"].contains("\(code)") == true)
                try scene.adapter.activate()
                try await scene.adapter.waitForActivate()
                try await scene.proxy(Identity(name: "o")).ice_invokeAsync(operation: "x", mode: .normal)
                    .checkNotExist()
            }
            #expect(registry.told.all.count == 3)
        }
    }

    @Test("new endpoints are told; refused ones are taken back")
    func endpoints() async throws {
        try await ScriptedRegistry.run { registry, locator in
            try await Self.withAdapter(locator) { scene in
                let adapter = scene.adapter
                let old = adapter.getPublishedEndpoints()
                let new = try #require(try scene.client.makeProxy("o:tcp -h example.org -p 7")).ice_getEndpoints()
                // Not registered yet: nobody to tell.
                try await adapter.setPublishedEndpoints(new)
                try await adapter.setPublishedEndpoints(old)
                #expect(registry.told.all.isEmpty)
                try adapter.activate()
                try await adapter.waitForActivate()
                try await adapter.setPublishedEndpoints(new)
                #expect(registry.told.all.last == "Shop-1 tcp -h example.org -p 7")
                registry.refuse("::Ice::AdapterNotFoundException")
                await #expect(throws: LocalException(.notRegistered, "")) {
                    try await adapter.setPublishedEndpoints(old)
                }
                #expect(adapter.getPublishedEndpoints() == new)
                try await adapter.refreshPublishedEndpoints()
                #expect(adapter.getPublishedEndpoints() == old)
            }
        }
    }

    @Test("a locator without a registry, and an adapter without an id or locator, have nobody to tell")
    func nobody() async throws {
        try await ScriptedRegistry.run(hasRegistry: false) { registry, locator in
            for properties in [[:], ["A.AdapterId": ""], ["Ice.Default.Locator": ""]] {
                try await Self.withAdapter(locator, properties) { scene in
                    try scene.adapter.activate()
                    try await scene.adapter.waitForActivate()
                }
            }
            #expect(registry.told.all.isEmpty)
        }
    }

    @Test("a locator that can't be reached is why the activation fails; its own locator may be set instead")
    func unreachable() async throws {
        let deaf = try DeafPort()
        try await ScriptedRegistry.run { registry, locator in
            let properties = ["Ice.Default.Locator": "locator:tcp -h 127.0.0.1 -p \(deaf.port)"]
            try await Self.withAdapter("", properties) { scene in
                try scene.adapter.activate()
                await #expect(throws: LocalException(.connectionRefused, "")) {
                    try await scene.adapter.waitForActivate()
                }
                try scene.adapter.setLocator(try scene.server.makeProxy(locator))
                #expect(scene.adapter.getLocator()?.ice_toString() == locator)
                try scene.adapter.activate()
                try await scene.adapter.waitForActivate()
                #expect(registry.told.all.count == 1)
            }
            // The registry is told before connections are closed.
            #expect(registry.told.all.last == "Shop-1 nil")
            try await Self.withAdapter("", properties.merging(["A.Locator": locator]) { $1 }) { scene in
                try scene.adapter.activate()
                try await scene.adapter.waitForActivate()
            }
            #expect(registry.told.all.count == 4)
        }
    }

    @Test(
        "an adapter that is deactivated while it registers is taken out again; a silent locator keeps no communicator")
    func deactivatedMeanwhile() async throws {
        try await ScriptedRegistry.run { registry, locator in
            let (stream, go) = AsyncStream<Void>.makeStream()
            let told = registry.told
            registry.servant.on("setAdapterDirectProxy") { request in
                let count = told.all.count
                told.add("\(count)")
                if count == 0 { for await _ in stream { break } }
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
            try await Self.withAdapter(locator) { scene in
                try scene.adapter.activate()
                await registry.servant.waitForCalls("setAdapterDirectProxy", count: 1)
                scene.adapter.deactivate()
                go.yield()
                await scene.adapter.waitForDeactivate()
                #expect(told.all == ["0", "1"])
            }
        }
        try await RawPeer.run { connection, _ in
            // Says nothing, ever.
            try connection.receiveToEnd()
        } _: { peer in
            try await Self.withAdapter(peer.proxy()) { try $0.adapter.activate() }
        }
    }
}

extension InvocationFuture {
    /// The object doesn't exist, which is an answer.
    fileprivate func checkNotExist() async throws {
        await #expect(throws: LocalException.self) { try await self.value }
    }
}
