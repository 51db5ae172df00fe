import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Servant locators", .timeLimit(.minutes(5)))
struct ServantLocatorTests {
    private static func withLocator(
        _ locator: Locator, _ body: (AdapterScene, ObjectPrx) async throws -> Void
    ) async throws {
        try await AdapterScene.run { scene in
            try scene.adapter.addServantLocator(locator: locator, category: "")
            try scene.adapter.activate()
            try await body(scene, try scene.proxy(Identity(name: "o")))
        }
    }

    @Test("90: finished is called when the response is ready, and before it is sent")
    func finished() async throws {
        let servant = MockServant()
        let (stream, go) = AsyncStream<Void>.makeStream()
        servant.on("slow") { request in
            for await _ in stream { break }
            return OutgoingResponse(emptyFor: request.current.encoding)
        }
        let locator = Locator { _ in servant }
        try await Self.withLocator(locator) { _, proxy in
            let future = try proxy.ice_invokeAsync(operation: "slow", mode: .normal)
            await servant.waitForCalls("slow", count: 1)
            #expect(locator.notes.all == ["locate slow"])
            go.yield()
            _ = try await future.value
            #expect(locator.notes.all == ["locate slow", "finished o slow"])
        }
    }

    @Test("90: what a servant throws is told after finished, what finished throws instead of the response")
    func failures() async throws {
        let servant = MockServant(operations: ["fine": { OutgoingResponse(emptyFor: $0.current.encoding) }])
        let locator = Locator(
            finish: { current in
                if current.ctx["finished"] == "throws" { throw LocalException(.unknownUser, "finished") }
            },
            { current in
                if current.operation == "locate" { throw LocalException(.unknown, "locate") }
                return servant
            })
        try await Self.withLocator(locator) { _, proxy in
            func outcome(_ operation: String, _ context: [String: String] = [:]) async -> LocalException? {
                do {
                    _ = try await proxy.ice_invoke(operation: operation, mode: .normal, context: context)
                    return nil
                } catch {
                    return error as? LocalException
                }
            }
            #expect(await outcome("fine") == nil)
            #expect(await outcome("absent")?.code == .operationNotExist)
            #expect(await outcome("fine", ["finished": "throws"])?.message == "finished")
            #expect(await outcome("absent", ["finished": "throws"])?.message == "finished")
            #expect(locator.notes.all.count { $0.hasPrefix("finished") } == 4)
            #expect(await outcome("locate")?.message == "locate")
            #expect(locator.notes.all.count { $0.hasPrefix("finished") } == 4)
        }
    }

    @Test("a locator is deactivated for each of its categories when the adapter is destroyed, once")
    func deactivated() async throws {
        let locator = Locator { _ in nil }
        try await AdapterScene.run { scene in
            for category in ["", "c"] { try scene.adapter.addServantLocator(locator: locator, category: category) }
            scene.adapter.deactivate()
            await scene.adapter.waitForDeactivate()
            #expect(locator.deactivated.isEmpty)
            await scene.adapter.destroy()
            await scene.adapter.destroy()
        }
        #expect(locator.deactivated.sorted() == ["", "c"])
    }

    @Test("so it is when the communicator is")
    func communicatorDestroyed() async throws {
        let locator = Locator { _ in nil }
        try await AdapterScene.run { try $0.adapter.addServantLocator(locator: locator, category: "c") }
        #expect(locator.deactivated == ["c"])
    }
}
