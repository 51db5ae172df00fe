import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Waiting for a locator", .timeLimit(.minutes(5)))
struct LocatorWaitTests {
    /// A locator that answers for `A` when the stream ends.
    private static func holding(_ scene: LocatorScene) -> AsyncStream<Void>.Continuation {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let endpoint = scene.endpoint
        scene.locator.on("A") { _ in
            for await _ in stream {}
            return "d:\(endpoint)"
        }
        return continuation
    }

    private static func greet(_ proxy: ObjectPrx) throws -> InvocationFuture<InvocationResult> {
        try proxy.ice_invokeAsync(
            operation: "greet", mode: .normal, inEncaps: Encapsulation.make { $0.appendString("alice") })
    }

    @Test("all who ask for the same id wait for one answer, on all loops", arguments: [1, 3])
    func joined(threads: Int) async throws {
        try await LocatorScene.run(threads: threads) { scene in
            let hold = Self.holding(scene)
            var futures: [InvocationFuture<InvocationResult>] = []
            for index in 0..<20 { futures.append(try Self.greet(try scene.proxy("greeter -f f\(index) @ A"))) }
            for _ in 0..<10 { futures.append(try Self.greet(try scene.proxy("greeter @ A"))) }
            await scene.locator.servant.waitForCalls("findAdapterById", count: 1)
            #expect(futures.allSatisfy { !$0.isDone && !$0.isSent && !$0.isSentSynchronously })
            hold.finish()
            for future in futures[..<20] {
                await #expect(throws: LocalException.self) { try await future.value }
            }
            for future in futures[20...] { #expect(try await future.value.ok) }
            // A loop whose turn comes after the answer finds it in the table.
            #expect(scene.locator.counts == ["A": 1])
        }
    }

    @Test("1: a call that has to be looked up returns at once; requests keep their order")
    func order() async throws {
        try await LocatorScene.run { scene in
            let hold = Self.holding(scene)
            let proxy = try scene.proxy("greeter @ A")
            let futures = try (0..<50).map { try proxy.ice_invokeAsync(operation: "op\($0)", mode: .normal) }
            hold.finish()
            for future in futures {
                await #expect(throws: LocalException.self) { try await future.value }
            }
            #expect(scene.greeter.calls == (0..<50).map { "op\($0)" })
        }
    }

    @Test("12: a call that waits for the locator can be cancelled, and is never sent")
    func cancel() async throws {
        try await LocatorScene.run { scene in
            let hold = Self.holding(scene)
            let proxy = try scene.proxy("greeter @ A")
            let first = try Self.greet(proxy)
            let second = try Self.greet(proxy)
            await scene.locator.servant.waitForCalls("findAdapterById", count: 1)
            #expect(first.cancel())
            await #expect(throws: LocalException(.invocationCanceled, "")) { try await first.value }
            hold.finish()
            _ = try await second.value
            #expect(scene.greeter.callCount("greet") == 1)
        }
    }

    @Test("24: the invocation timeout covers the wait for the locator")
    func timeout() async throws {
        try await LocatorScene.run { scene in
            let hold = Self.holding(scene)
            let proxy = try scene.proxy("greeter @ A")
            let future = try Self.greet(proxy.ice_invocationTimeout(50))
            await #expect(throws: LocalException(.invocationTimeout, "")) { try await future.value }
            #expect(!future.isSent)
            hold.finish()
            let outcomes = await scene.call(proxy)
            #expect(outcomes == ["ok"])
        }
    }

    @Test("102: destroy ends calls that wait for the locator", arguments: [1, 3])
    func destroy(threads: Int) async throws {
        try await LocatorScene.run(threads: threads) { scene in
            let hold = Self.holding(scene)
            let futures = try (0..<6).map { _ in try Self.greet(try scene.proxy("greeter @ A")) }
            await scene.locator.servant.waitForCalls("findAdapterById", count: 1)
            await scene.client.destroy()
            for future in futures {
                await #expect(throws: LocalException(.communicatorDestroyed, "")) { try await future.value }
            }
            hold.finish()
            #expect(scene.greeter.callCount("greet") == 0)
        }
    }

    @Test("25: a locator that is lost while it is asked fails the calls that wait")
    func lost() async throws {
        let asked = Gate()
        try await withRawPeer { connection, _ in
            try connection.send(RawConnection.validation)
            _ = try connection.receiveMessage()
            try asked.wait()
        } _: { locator, _ in
            let communicator = locator.ice_getCommunicator()
            communicator.setDefaultLocator(locator.ice_invocationTimeout(-1))
            let proxy = try #require(try communicator.makeProxy("greeter @ A"))
            let futures = try (0..<3).map { _ in try Self.greet(proxy) }
            for _ in 0..<8 { asked.open() }
            for future in futures {
                await #expect(throws: LocalException(.connectionLost, "")) { try await future.value }
            }
        }
    }
}
