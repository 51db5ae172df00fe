import IceEncoding
import IceTesting
import Synchronization
import Testing

@testable import Ice

@Suite("Answers of locators", .timeLimit(.minutes(5)))
struct LocatorCacheTests {
    /// A clock that stands still until it is told.
    final class Clock: Sendable {
        private let time = Atomic<UInt64>(0)

        var now: UInt64 { time.load(ordering: .sequentiallyConsistent) }

        func advance(seconds: UInt64) { time.add(seconds * 1_000_000_000, ordering: .sequentiallyConsistent) }
    }

    /// Finds the endpoints of `greeter @ A`.
    private static func find(_ info: LocatorInfo, timeout: Int32) async throws -> Located {
        let proxy = ProxyContent(identity: Identity(name: "greeter"), adapterId: "A")
        return try await withCheckedThrowingContinuation { continuation in
            if let found = info.find(proxy, timeout: timeout, { continuation.resume(with: $0) }) {
                continuation.resume(returning: found)
            }
        }
    }

    private static func withInfo(
        _ properties: Properties = [:], _ body: (LocatorScene, LocatorInfo, Clock) async throws -> Void
    ) async throws {
        try await LocatorScene.run(properties) { scene in
            let clock = Clock()
            let manager = try LocatorManager(properties, tracing: .off) { clock.now }
            let locator = try #require(scene.client.getDefaultLocator())
            scene.locator.on("A") { count in "d:tcp -h 127.0.0.1 -p \(count)" }
            try await body(scene, manager.info(locator, encoding: .v1_1), clock)
        }
    }

    private static func port(_ located: Located) -> UInt16? {
        guard case .ip(let endpoint) = located.endpoints.first else { return nil }
        return endpoint.port
    }

    @Test("an answer is used until it is too old")
    func expires() async throws {
        try await Self.withInfo { scene, info, clock in
            for (advance, timeout, port, isCached) in [
                (0, 2, 1, false), (2, 2, 1, true), (1, 2, 2, false), (1000, -1, 2, true), (0, 0, 3, false),
                (0, 0, 4, false), (0, 2, 4, true),
            ] as [(UInt64, Int32, UInt16, Bool)] {
                clock.advance(seconds: advance)
                let found = try await Self.find(info, timeout: timeout)
                #expect(Self.port(found) == port)
                #expect(found.isCached == isCached)
            }
        }
    }

    @Test("Ice.BackgroundLocatorCacheUpdates: an old answer is used while it is asked again")
    func background() async throws {
        try await Self.withInfo(["Ice.BackgroundLocatorCacheUpdates": "1"]) { scene, info, clock in
            let first = try await Self.find(info, timeout: 2)
            #expect(Self.port(first) == 1)
            clock.advance(seconds: 3)
            let second = try await Self.find(info, timeout: 2)
            #expect(Self.port(second) == 1)
            #expect(second.isCached)
            // Joins the update, or finds it done.
            let third = try await Self.find(info, timeout: 0)
            #expect((2...3).contains(Self.port(third) ?? 0))
            #expect((2...3).contains(scene.locator.counts["A"] ?? 0))
        }
    }

    @Test("an answer that the adapter isn't registered any more removes what was known")
    func removed() async throws {
        try await LocatorScene.run(["Ice.RetryIntervals": "-1"]) { scene in
            scene.locator.on("A") { count in count == 2 ? nil : "d:\(scene.endpoint)" }
            let proxy = try scene.proxy("greeter @ A")
            let outcomes = await scene.call(proxy)
            #expect(outcomes == ["ok"])
            let fresh = await scene.call(try scene.proxy("greeter @ A").ice_locatorCacheTimeout(0))
            #expect(fresh == ["NotRegistered"])
            let again = await scene.call(try scene.proxy("greeter @ A"))
            #expect(again == ["ok"])
            #expect(scene.locator.counts == ["A": 3])
        }
    }

    @Test("a server that moved is asked for once more, at once and without counting as a retry")
    func moved() async throws {
        try await LocatorScene.run(["Ice.RetryIntervals": "-1"]) { scene in
            let old = try Communicator(patient())
            let (_, endpoint) = try LocatorScene.serve(Greeter.servant(), "greeter", in: old)
            scene.locator.on("A") { count in "d:\(count == 1 ? endpoint : scene.endpoint)" }
            let proxy = try scene.proxy("greeter @ A")
            let before = await scene.call(proxy)
            await old.destroy()
            let after = await scene.call(try scene.proxy("greeter @ A"), times: 2)
            #expect(before + after == ["ok", "ok", "ok"])
            #expect(scene.locator.counts == ["A": 2])
        }
    }

    @Test("a well-known object that moved to another server is found there")
    func movedObject() async throws {
        try await LocatorScene.run { scene in
            let (_, endpoint) = try LocatorScene.serve(MockServant(), "other", in: scene.server)
            scene.locator.on("greeter") { count in "greeter:\(count == 1 ? endpoint : scene.endpoint)" }
            let outcomes = await scene.call(try scene.proxy("greeter"), times: 2)
            #expect(outcomes == ["ok", "ok"])
            #expect(scene.locator.counts == ["greeter": 2])
        }
    }

    @Test("without caching, each request asks and chooses")
    func perRequest() async throws {
        try await LocatorScene.run { scene in
            let second = Greeter.servant()
            let (_, endpoint) = try LocatorScene.serve(second, "greeter", in: scene.server)
            scene.locator.on("A") { count in "d:\(count % 2 == 0 ? endpoint : scene.endpoint)" }
            let proxy = try scene.proxy("greeter @ A").ice_locatorCacheTimeout(0).ice_connectionCached(false)
            let outcomes = await scene.call(proxy, times: 10)
            #expect(outcomes == Array(repeating: "ok", count: 10))
            #expect(scene.locator.counts == ["A": 10])
            #expect(scene.greeter.callCount("greet") == 5)
            #expect(second.callCount("greet") == 5)
        }
    }
}
