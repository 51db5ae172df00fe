import Gateway
import Ice
import IceTesting
import Synchronization
import Testing

@Suite("Reload", .timeLimit(.minutes(5))) struct ReloadTests {
    @Test("fifty reloads under load lose no request and no count")
    func underLoad() async throws {
        try await TestGateway.with(configure: { $0.threads = 2 }) { gateway in
            try gateway.answer("greet") { _ in .returns("hi") }
            let load = Load()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        repeat {
                            let answer = try await gateway.client.post("/shop/greet", #"{"name":"x"}"#)
                            #expect(answer.status == 200, "\(answer.body)")
                            load.sent.add(1, ordering: .relaxed)
                        } while !load.isOver.load(ordering: .relaxed)
                    }
                }
                for _ in 0..<50 { try await gateway.reload() }
                load.isOver.store(true, ordering: .relaxed)
                try await group.waitForAll()
            }
            let count = load.sent.load(ordering: .relaxed)
            #expect(gateway.servant.callCount("greet") == count)
            let metrics = try await gateway.scrape()
            #expect(metrics.sum("icegate_requests_total", ["operation": "greet"]) == Double(count))
            #expect(metrics.sum("icegate_requests_total", ["operation": "greet", "status": "200"]) == Double(count))
        }
    }

    @Test("new requests see the new set; those in flight end with the old one, which then goes")
    func swap() async throws {
        try await TestGateway.with { gateway in
            let gate = Gate()
            defer { gate.open() }
            try gateway.answer("hang") { _ in
                await gate.wait()
                return .nothing
            }
            try gateway.answer("greet") { _ in .returns("hi") }
            async let held = gateway.client.post("/shop/hang", "")
            await gateway.servant.waitForCalls("hang", count: 1)
            try await gateway.reload { $0.services[0].name = "store" }
            #expect(try await gateway.client.post("/store/greet", #"{"name":"x"}"#).status == 200)
            #expect(try await gateway.client.post("/shop/greet", #"{"name":"x"}"#).status == 404)
            #expect(try await gateway.client.send("GET", "/openapi.json").body.contains("/store/greet"))
            #expect(try await gateway.readiness().body.contains(#""store":{"state":"ready""#))
            let during = try await gateway.scrape()
            #expect(during["icegate_target_in_flight", ["service": "shop"]] == 1)
            #expect(during["icegate_target_connections", ["service": "store"]] == 1)
            gate.open()
            #expect(try await held.status == 200)
            try await gateway.scrape { $0["icegate_target_in_flight", ["service": "shop"]] == nil }
            let metrics = try await gateway.scrape()
            #expect(metrics.sum("icegate_requests_total", ["service": "shop", "status": "200"]) == 1)
        }
    }

    @Test("a shutdown finishes also what began before a reload")
    func shutdown() async throws {
        let gateway = try await TestGateway()
        let gate = Gate()
        defer { gate.open() }
        try gateway.answer("greet") { _ in
            await gate.wait()
            return .returns("late")
        }
        async let answer = gateway.client.post("/shop/greet", #"{"name":"x"}"#)
        await gateway.servant.waitForCalls("greet", count: 1)
        try await gateway.reload()
        async let finished = gateway.shutdownServer()
        await gateway.waitUntilDraining()
        gate.open()
        #expect(try await answer.body == #"{"returnValue":"late"}"#)
        #expect(try await finished)
        await gateway.destroyCommunicator()
    }

    @Test("an impossible Ice property changes nothing")
    func badProperty() async throws {
        try await TestGateway.with { gateway in
            try gateway.answer("greet") { _ in .returns("hi") }
            await #expect(throws: LocalException.self) {
                try await gateway.reload { $0.ice["Ice.Connection.Client.IdleTimeout"] = "soon" }
            }
            #expect(try await gateway.client.post("/shop/greet", #"{"name":"x"}"#).status == 200)
        }
    }

    @Test("what can't change while the process runs keeps its value, and is named")
    func fixedSettings() {
        let served = GatewayConfiguration()
        var new = served
        #expect(new.keepFixedSettings(of: served).isEmpty)
        new.threads = 7
        new.listen.port = 1
        new.limits.header = 1024
        new.limits.body = 5
        #expect(new.keepFixedSettings(of: served) == ["listen", "threads", "limits.header"])
        #expect(new.threads == 0 && new.listen == served.listen && new.limits.header == served.limits.header)
        #expect(new.limits.body == 5)
    }
}

/// What clients under load share.
private final class Load: Sendable {
    let isOver = Atomic<Bool>(false)
    let sent = Atomic<Int>(0)
}
