import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Ends of object adapters that are called without connections", .timeLimit(.minutes(5)))
struct CollocatedEndTests {
    @Test("a deactivation waits for what is dispatched, takes nothing new, and another way is looked for")
    func deactivate() async throws {
        try await CollocatedScene.run(["Ice.RetryIntervals": "-1"]) { scene in
            let gate = scene.servant.hold("held")
            let call = try scene.proxy.ice_invokeAsync(operation: "held", mode: .normal)
            let oneway = try scene.proxy.ice_oneway().ice_invokeAsync(operation: "held", mode: .normal)
            _ = try await oneway.value
            scene.adapter.deactivate()
            let ended = Notes<Void>()
            let wait = Task {
                await scene.adapter.waitForDeactivate()
                ended.add(())
            }
            await #expect(throws: LocalException(.connectionRefused, "")) { try await scene.proxy.ice_ping() }
            #expect(ended.all.isEmpty && !call.isDone)
            gate.open()
            _ = try await call.value
            await wait.value
        }
    }

    @Test("destroying the communicator fails the calls and waits for the servants")
    func destroy() async throws {
        try await CollocatedScene.run { scene in
            let ended = Notes<Void>()
            let gate = AsyncGate()
            scene.servant.on("held") { request in
                await gate.wait()
                ended.add(())
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
            let calls = try (0..<3).map { _ in try scene.proxy.ice_invokeAsync(operation: "held", mode: .idempotent) }
            let destroyed = Task { await scene.communicator.destroy() }
            for call in calls {
                await #expect(throws: LocalException(.communicatorDestroyed, "")) { _ = try await call.value }
            }
            #expect(ended.all.isEmpty)
            gate.open()
            await destroyed.value
            #expect(ended.all.count == 3)
            #expect(throws: LocalException(.communicatorDestroyed, "")) { try scene.proxy.ice_pingAsync() }
        }
    }

    @Test("calls race with a deactivation: each ends, and the deactivation, too", arguments: 0..<10)
    func race(round: Int) async throws {
        try await CollocatedScene.run(["Ice.RetryIntervals": "-1"]) { scene in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<20 {
                            let failure = await Task { try await scene.proxy.ice_ping() }.result
                            if case .failure(let error) = failure {
                                let code = (error as? LocalException)?.code
                                #expect(
                                    code == .connectionRefused || code == .connectionLost || code == .closeConnection)
                            }
                        }
                    }
                }
                group.addTask {
                    scene.adapter.deactivate()
                    await scene.adapter.waitForDeactivate()
                }
            }
            await #expect(throws: LocalException(.connectionRefused, "")) { try await scene.proxy.ice_ping() }
        }
    }

    @Test("an object adapter that nobody keeps can be called until the communicator is destroyed, which lets it go")
    func kept() async throws {
        let communicator = try Communicator()
        weak var adapter: ObjectAdapter?
        let proxy: ObjectPrx
        do {
            let own = try communicator.createObjectAdapter("")
            adapter = own
            proxy = try own.add(servant: Greeter.servant(), identity: Identity(name: "greeter"))
        }
        let answer = try await Greeter.greet("x", proxy)
        #expect(answer == "Hello, x!" && adapter != nil)
        await communicator.destroy()
        withExtendedLifetime(communicator) {}
    }
}
