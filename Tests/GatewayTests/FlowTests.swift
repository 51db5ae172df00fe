import Gateway
import Ice
import IceTesting
import Testing

/// The limits hold for the whole gateway, not for each loop, and end by themselves.
@Suite(.timeLimit(.minutes(5))) struct FlowTests {
    /// Sends calls that are held until `limit` are in their servant, then more, which are refused; opens the gate and calls again.
    private func refusesMore(
        than limit: Int, code: String, status: Int, configure: (inout GatewayConfiguration) -> Void
    ) async throws {
        try await TestGateway.with { configuration in
            configuration.threads = 3
            configure(&configuration)
        } _: { gateway in
            let gate = Gate()
            defer { gate.open() }
            try gateway.answer("hang") { _ in
                await gate.wait()
                return .nothing
            }
            try await withThrowingTaskGroup { group in
                for number in 1...limit {
                    group.addTask { try await gateway.client.post("/shop/hang", "").status }
                    await gateway.servant.waitForCalls("hang", count: number)
                }
                // Connections are spread over the loops; each of them refuses.
                for _ in 0..<12 {
                    let refused = try await gateway.client.post("/shop/hang", "{ never parsed")
                    let problem = try ReceivedProblem(refused)
                    #expect(refused.status == status && problem.code == code && problem.dispatched == "no")
                    #expect(problem.retryable == true && refused.headers["retry-after"] != nil)
                }
                gate.open()
                for try await status in group { #expect(status == 200) }
            }
            #expect(gateway.servant.callCount("hang") == limit)
            for _ in 0..<3 { #expect(try await gateway.client.post("/shop/hang", "").status == 200) }
        }
    }

    @Test("in_flight") func inFlight() async throws {
        try await refusesMore(than: 5, code: "overloaded", status: 503) { $0.limits.inFlight = 5 }
    }

    @Test("in_flight_per_target") func perTarget() async throws {
        try await refusesMore(than: 4, code: "overloaded", status: 503) { $0.limits.inFlightPerTarget = 4 }
    }

    @Test("requests_per_client") func perClient() async throws {
        try await refusesMore(than: 3, code: "too_many_requests", status: 429) { $0.limits.requestsPerClient = 3 }
    }

    @Test("a call with respond-async is one of its client's requests until it is over", arguments: [false, true])
    func perClientAsync(isKeyed: Bool) async throws {
        try await TestGateway.with(configure: { $0.limits.requestsPerClient = 2 }) { gateway in
            let gate = Gate()
            defer { gate.open() }
            try gateway.answer("hang") { _ in
                await gate.wait()
                return .nothing
            }
            var headers = ["Prefer": "respond-async"]
            if isKeyed { headers["Idempotency-Key"] = "first" }
            let first = try await StartedInvocation.start(gateway, "/shop/hang", headers: headers)
            if isKeyed { headers["Idempotency-Key"] = "second" }
            let second = try await StartedInvocation.start(gateway, "/shop/hang", headers: headers)
            let refused = try await gateway.client.post("/shop/hang", "", headers: ["Prefer": "respond-async"])
            #expect(try ReceivedProblem(refused).code == "too_many_requests")
            // One that is cancelled leaves its place, one that ends too.
            #expect(try await first.document(of: gateway, "DELETE")["state"]?.string == "cancelled")
            let third = try await StartedInvocation.start(gateway, "/shop/hang")
            gate.open()
            for invocation in [second, third] { #expect(try await invocation.result(of: gateway).status == 200) }
            async let one = gateway.client.post("/shop/hang", "").status
            async let other = gateway.client.post("/shop/hang", "").status
            #expect(try await (one, other) == (200, 200))
        }
    }

    @Test("unsent_per_target: what waits for a server is bounded in bytes")
    func unsent() async throws {
        // Never says that it can be talked to: requests wait in the gateway.
        let peer = try RawPeer { connection, _ in try connection.receiveToEnd() }
        try await TestGateway.with(proxies: ["deaf": peer.proxy()]) { configuration in
            configuration.limits.unsentPerTarget = 100_000
            configuration.ice["Ice.RetryIntervals"] = "-1"
        } _: { gateway in
            let body = #"{"text":"\#(String(repeating: "x", count: 30_000))"}"#
            try await withThrowingTaskGroup { group in
                for _ in 0..<12 {
                    group.addTask { try ReceivedProblem(try await gateway.client.post("/deaf/note", body)).code }
                }
                // 100,000 bytes are reached with the fourth.
                for _ in 0..<8 { #expect(try await group.next() == "overloaded") }
                try await onThread { peer.stop() }
                for _ in 0..<4 { #expect(try await group.next() == "connection_lost_unsent") }
            }
            // Nothing waits any more.
            let later = try await gateway.client.post("/deaf/note", body)
            #expect(try ReceivedProblem(later).code == "connection_refused")
        }
    }

    @Test("clients that leave give back what they had")
    func clientsLeave() async throws {
        try await TestGateway.with { configuration in
            configuration.limits.inFlight = 2
            configuration.limits.requestsPerClient = 2
        } _: { gateway in
            let gate = Gate()
            defer { gate.open() }
            try gateway.answer("hang") { _ in
                await gate.wait()
                return .nothing
            }
            try gateway.answer("note") { _ in .nothing }
            for round in 1...3 {
                let request = Array("POST /shop/hang HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n".utf8)
                let closes = [try await gateway.client.begin(request), try await gateway.client.begin(request)]
                await gateway.servant.waitForCalls("hang", count: round * 2)
                for close in closes { close() }
                // The gateway sees that sooner or later.
                while try await gateway.client.post("/shop/note", #"{"text":"x"}"#).status != 200 {
                    try Task.checkCancellation()
                }
                // Both of them.
                while true {
                    async let first = gateway.client.post("/shop/note", #"{"text":"x"}"#).status
                    async let second = gateway.client.post("/shop/note", #"{"text":"x"}"#).status
                    if try await (first, second) == (200, 200) { break }
                    try Task.checkCancellation()
                }
            }
            gate.open()
        }
    }
}
