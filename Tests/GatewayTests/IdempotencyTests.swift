import Gateway
import IceTesting
import Testing

@Suite(.timeLimit(.minutes(5))) struct IdempotencyTests {
    private func greet(
        _ gateway: TestGateway, _ key: String, name: String = "x", headers: [String: String] = [:]
    ) async throws -> HTTPAnswer {
        let headers = headers.merging(["Idempotency-Key": key]) { $1 }
        return try await gateway.client.post("/shop/greet", #"{"name":"\#(name)"}"#, headers: headers)
    }

    private func isReplay(_ answer: HTTPAnswer) -> Bool { answer.headers["idempotent-replayed"] == "true" }

    @Test("a repeated request gets the first answer, and one invocation was made")
    func replays() async throws {
        try await TestGateway.with(configure: { $0.threads = 4 }) { gateway in
            try gateway.answer("greet") { .returns("Hello, \($0["name"]?.string ?? "")!") }
            let first = try await greet(gateway, "k")
            #expect(first.status == 200 && !isReplay(first))
            for _ in 0..<8 {
                let again = try await greet(gateway, "k")
                #expect(again.status == 200 && again.body == first.body && isReplay(again))
            }
            #expect(gateway.servant.callCount("greet") == 1)
            #expect(try await greet(gateway, "other").body == first.body)
            #expect(gateway.servant.callCount("greet") == 2)
        }
    }

    @Test("requests that come together are one invocation")
    func together() async throws {
        try await TestGateway.with(configure: { $0.threads = 4 }) { gateway in
            let gate = Gate()
            defer { gate.open() }
            try gateway.answer("greet") { _ in
                await gate.wait()
                return .returns("x")
            }
            async let first = greet(gateway, "k")
            await gateway.servant.waitForCalls("greet", count: 1)
            try await withThrowingTaskGroup(of: HTTPAnswer.self) { group in
                for _ in 0..<20 { group.addTask { try await greet(gateway, "k") } }
                gate.open()
                for try await answer in group {
                    #expect(answer.status == 200 && answer.body == #"{"returnValue":"x"}"# && isReplay(answer))
                }
            }
            #expect(try await !isReplay(first))
            #expect(gateway.servant.callCount("greet") == 1)
        }
    }

    @Test("the first invocation goes on when its client is gone")
    func firstClientGone() async throws {
        try await TestGateway.with { gateway in
            let gate = Gate()
            defer { gate.open() }
            try gateway.answer("greet") { _ in
                await gate.wait()
                return .returns("x")
            }
            let body = #"{"name":"x"}"#
            let request =
                "POST /shop/greet HTTP/1.1\r\nHost: t\r\nIdempotency-Key: k\r\nContent-Length: \(body.count)\r\n\r\n\(body)"
            let close = try await gateway.client.begin(Array(request.utf8))
            await gateway.servant.waitForCalls("greet", count: 1)
            close()
            // The loop sees what happened before.
            #expect(try await gateway.client.send("GET", "/livez").status == 200)
            async let again = greet(gateway, "k")
            gate.open()
            #expect(try await again.status == 200)
            #expect(try await isReplay(again))
            #expect(gateway.servant.callCount("greet") == 1)
        }
    }

    @Test("a key is of one request, of one operation and of one client")
    func scope() async throws {
        try await TestGateway.with { gateway in
            try gateway.answer("greet") { .returns("Hello, \($0["name"]?.string ?? "")!") }
            try gateway.answer("note") { _ in .nothing }
            _ = try await greet(gateway, "k", name: "alice")
            let other = try await greet(gateway, "k", name: "bob")
            let problem = try ReceivedProblem(other)
            #expect(other.status == 422 && problem.code == "idempotency_key_reused" && problem.dispatched == "no")
            let note = try await gateway.client.post(
                "/shop/note", #"{"text":"x"}"#, headers: ["Idempotency-Key": "k"])
            #expect(note.status == 200 && !isReplay(note))
            for token in ["a", "b"] {
                let answer = try await greet(gateway, "k", name: token, headers: ["Authorization": "Bearer \(token)"])
                #expect(answer.body == #"{"returnValue":"Hello, \#(token)!"}"# && !isReplay(answer))
            }
        }
    }

    @Test("another content type or context field is another request; another trace of the same request isn't")
    func contextFields() async throws {
        let mapped = ["X-Tenant": "tenant", "traceparent": "trace", "Authorization": "token", "X-Request-ID": "id"]
        try await TestGateway.with(configure: { $0.context.headers = mapped }) { gateway in
            try gateway.answer("greet") { .returns(.string($0.context["tenant"] ?? "")) }
            let first = try await greet(
                gateway, "k", headers: ["X-Tenant": "a", "traceparent": "1", "X-Request-Id": "1"])
            #expect(first.status == 200 && first.body == #"{"returnValue":"a"}"#)
            let traced = try await greet(
                gateway, "k", headers: ["X-Tenant": "a", "traceparent": "2", "X-Request-Id": "2"])
            #expect(traced.body == first.body && isReplay(traced))
            for headers in [
                ["X-Tenant": "b"], [:], ["X-Tenant": "a", "Content-Type": "application/vnd.greeting+json"],
            ] {
                let other = try await greet(gateway, "k", headers: headers)
                #expect(
                    try ReceivedProblem(other).code == "idempotency_key_reused" && other.status == 422, "\(headers)")
            }
            #expect(gateway.servant.callCount("greet") == 1)
        }
    }

    @Test("a batch with a key is sent once, and answered as the first time", arguments: ["oneway", "twoway"])
    func batches(_ mode: String) async throws {
        try await TestGateway.with { gateway in
            try gateway.answer("note") { _ in .nothing }
            let headers = ["Idempotency-Key": "k", "Ice-Mode": mode]
            let body = #"[{"text":"a"},{"text":"b"},{"text":"c"}]"#
            let first = try await gateway.client.post("/shop/note", body, headers: headers)
            #expect(first.status == (mode == "oneway" ? 202 : 200) && !isReplay(first), "\(first.body)")
            await gateway.servant.waitForCalls("note", count: 3)
            let again = try await gateway.client.post("/shop/note", body, headers: headers)
            #expect(again.status == first.status && again.body == first.body && isReplay(again))
            let other = try await gateway.client.post("/shop/note", #"[{"text":"a"}]"#, headers: headers)
            #expect(try ReceivedProblem(other).code == "idempotency_key_reused")
            // One that can't be sent at all leaves the key free.
            let free = ["Idempotency-Key": "free", "Ice-Mode": mode]
            let bad = try await gateway.client.post("/shop/note", #"[{"text":"a"},{"text":1}]"#, headers: free)
            #expect(try ReceivedProblem(bad).members["pointer"] as? String == "/1/text")
            #expect(try await gateway.client.post("/shop/note", body, headers: free).status == first.status)
            await gateway.servant.waitForCalls("note", count: 6)
            #expect(gateway.servant.callCount("note") == 6)
        }
    }

    @Test("what was executed and failed is not executed again")
    func failures() async throws {
        try await TestGateway.with { gateway in
            try gateway.answer("buy") { _ in
                .throw(["@type": "::Test::NotEnough", "reason": "sold out", "available": 3])
            }
            let headers = ["Idempotency-Key": "k"]
            let first = try await gateway.client.post("/shop/buy", #"{"sku":"x","qty":9}"#, headers: headers)
            let again = try await gateway.client.post("/shop/buy", #"{"sku":"x","qty":9}"#, headers: headers)
            #expect(first.status == 422 && again.status == 422 && again.body == first.body)
            #expect(!isReplay(first) && isReplay(again) && gateway.servant.callCount("buy") == 1)
        }
    }

    @Test("what was provably not executed is forgotten, so that a retry is one")
    func forgotten() async throws {
        let down = "shop:tcp -h 127.0.0.1 -p 1"
        try await TestGateway.with(proxies: ["down": down]) { gateway in
            try gateway.answer("greet") { _ in .returns("x") }
            for _ in 0..<2 {
                let answer = try await gateway.client.post(
                    "/down/greet", #"{"name":"x"}"#, headers: ["Idempotency-Key": "k"])
                #expect(answer.status == 503 && !isReplay(answer))
            }
            // A bad request may be corrected.
            let bad = try await gateway.client.post("/shop/greet", "{}", headers: ["Idempotency-Key": "k"])
            #expect(bad.status == 400)
            #expect(try await greet(gateway, "k").status == 200)
        }
    }

    @Test("oneway requests and asynchronous ones are repeated, too")
    func otherAnswers() async throws {
        let down = "shop:tcp -h 127.0.0.1 -p 1"
        try await TestGateway.with(proxies: ["down": down]) { gateway in
            try gateway.answer("note") { _ in .nothing }
            try gateway.answer("greet") { _ in .returns("x") }
            for number in 0..<2 {
                let answer = try await gateway.client.post(
                    "/shop/note", #"{"text":"x"}"#, headers: ["Idempotency-Key": "k", "Ice-Mode": "oneway"])
                #expect(answer.status == 202 && isReplay(answer) == (number > 0))
            }
            await gateway.servant.waitForCalls("note", count: 1)
            let key = ["Idempotency-Key": "async"]
            let body = #"{"name":"x"}"#
            let first = try await StartedInvocation.start(gateway, "/shop/greet", body, headers: key)
            #expect(try await first.result(of: gateway).status == 200)
            let again = try await StartedInvocation.start(gateway, "/shop/greet", body, headers: key)
            #expect(again.location == first.location)
            #expect(gateway.servant.callCount("greet") == 1 && gateway.servant.callCount("note") == 1)
            // One that was never sent is tried again.
            let lost = try await StartedInvocation.start(gateway, "/down/greet", body, headers: key)
            #expect(try await lost.result(of: gateway).status == 503)
            let retried = try await StartedInvocation.start(gateway, "/down/greet", body, headers: key)
            #expect(retried.location != lost.location)
        }
    }

    @Test("keys that can't be", arguments: ["", "\"\"", String(repeating: "k", count: 256), "a\tb", "ké"])
    func malformed(_ key: String) async throws {
        try await TestGateway.with { gateway in
            let answer = try await greet(gateway, key)
            #expect(answer.status == 400)
            #expect(["invalid_header", "bad_request"].contains(try ReceivedProblem(answer).code))
        }
    }

    @Test("as many run as may")
    func full() async throws {
        try await TestGateway.with(configure: { $0.invocations.maximum = 1 }) { gateway in
            let gate = Gate()
            defer { gate.open() }
            try gateway.answer("greet") { _ in
                await gate.wait()
                return .returns("x")
            }
            async let first = greet(gateway, "k")
            await gateway.servant.waitForCalls("greet", count: 1)
            #expect(try ReceivedProblem(try await greet(gateway, "l")).code == "overloaded")
            gate.open()
            #expect(try await first.status == 200)
            #expect(try await greet(gateway, "l").status == 200)
            #expect(try await !isReplay(greet(gateway, "k")))
        }
    }
}
