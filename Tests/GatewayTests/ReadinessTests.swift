import Foundation
import Gateway
import Ice
import IceTesting
import Synchronization
import Testing

@Suite("Readiness", .timeLimit(.minutes(5))) struct ReadinessTests {
    /// The targets of a `/readyz` answer.
    private func targets(_ answer: HTTPAnswer) throws -> [String: [String: String]] {
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any], "\(answer.body)")
        return try #require(document["targets"] as? [String: [String: String]], "\(answer.body)")
    }

    @Test("each target has its state, its interface and a reason")
    func states() async throws {
        let dead = try DeafPort()
        try await TestGateway.with(proxies: ["dead": "x:tcp -h 127.0.0.1 -p \(dead.port)"]) { gateway in
            let answer = try await gateway.readiness()
            let targets = try targets(answer)
            #expect(answer.status == 503)
            #expect(targets["shop"] == ["state": "ready", "interface": "::Test::Shop"])
            #expect(targets["nobody"]?["state"] == "not ready")
            #expect(targets["nobody"]?["detail"] == "the object does not exist")
            #expect(targets["facet"]?["detail"] == "the object has no such facet")
            #expect(targets["dead"]?["state"] == "not ready" && targets["dead"]?["detail"] != nil)
        }
        withExtendedLifetime(dead) {}
    }

    @Test("an object of another interface is not ready")
    func otherInterface() async throws {
        try await withAsked(answering: false) { gateway, _ in
            let answer = try await gateway.client.send("GET", "/readyz")
            #expect(answer.status == 503)
            #expect(try targets(answer)["asked"]?["detail"] == "the object is of another interface")
        }
    }

    @Test("however many ask, a target is asked once at a time")
    func coalescing() async throws {
        try await withAsked(answering: true) { gateway, object in
            async let first = gateway.client.send("GET", "/readyz")
            await object.waitUntilAsked()
            // These are in the gateway, and wait, when the metrics show them.
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 { group.addTask { try await gateway.client.send("GET", "/readyz").status } }
                try await gateway.scrape { $0["icegate_requests_in_flight", [:]] == 22 }
                object.gate.open()
                for try await status in group { #expect(status == 200) }
            }
            #expect(try await first.status == 200)
            #expect(object.count == 1)
        }
    }

    @Test("a client that leaves takes nobody else's answer with it")
    func clientGone() async throws {
        try await withAsked(answering: true) { gateway, object in
            let close = try await gateway.client.begin(Array("GET /readyz HTTP/1.1\r\nHost: t\r\n\r\n".utf8))
            await object.waitUntilAsked()
            async let second = gateway.client.send("GET", "/readyz")
            try await gateway.scrape { $0["icegate_requests_in_flight", [:]] == 3 }
            close()
            try await gateway.scrape { $0.sum("icegate_requests_total", ["status": "499"]) == 1 }
            object.gate.open()
            #expect(try await second.status == 200)
            #expect(object.count == 1)
        }
    }

    /// Runs `body` with a gateway whose only service, `asked`, is an object that answers `ice_isA` when its gate is open.
    private func withAsked(
        answering isA: Bool, _ body: (TestGateway, AskedObject) async throws -> Void
    ) async throws {
        let object = AskedObject(isA)
        if !isA { object.gate.open() }
        let communicator = try Communicator()
        let adapter = try communicator.createObjectAdapterWithEndpoints(
            name: "Asked", endpoints: "tcp -h 127.0.0.1 -p 0")
        try adapter.add(servant: object, identity: Identity(name: "shop"))
        try adapter.activate()
        let proxy = try adapter.createProxy(Identity(name: "shop"))
        do {
            try await TestGateway.with(proxies: ["asked": "\(proxy)"]) { configuration in
                configuration.services.removeAll { $0.name != "asked" }
                configuration.readinessTimeout = TestGateway.patience
            } _: {
                try await body($0, object)
            }
        } catch {
            object.gate.open()
            await communicator.destroy()
            throw error
        }
        await communicator.destroy()
    }
}

/// Counts `ice_isA` and answers it when it may.
private final class AskedObject: Dispatcher {
    let gate = Gate()
    private let asked = Gate()
    private let isA: Bool
    private let calls = Atomic<Int>(0)

    init(_ isA: Bool) { self.isA = isA }

    var count: Int { calls.load(ordering: .relaxed) }

    func waitUntilAsked() async { await asked.wait() }

    func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
        let encoding = request.current.encoding
        calls.add(1, ordering: .relaxed)
        asked.open()
        await gate.wait()
        return OutgoingResponse(outEncaps: Encapsulation.make(encoding) { [isA] in $0.append(UInt8(isA ? 1 : 0)) })
    }
}
