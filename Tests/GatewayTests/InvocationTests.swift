import Gateway
import IceTesting
import Testing

@Suite(.timeLimit(.minutes(5))) struct InvocationTests {
    /// Calls that hang until the gate is open.
    private func hang(_ gateway: TestGateway, _ gate: Gate) throws {
        try gateway.answer("hang") { _ in
            await gate.wait()
            return .nothing
        }
    }

    @Test("a call is answered at once, its result is what the call would have been answered")
    func lifeOfAnInvocation() async throws {
        try await TestGateway.with(configure: { $0.threads = 4 }) { gateway in
            let gate = Gate()
            defer { gate.open() }
            try gateway.answer("greet") { call in
                await gate.wait()
                return .returns("Hello, \(call["name"]?.string ?? "")!")
            }
            let started = try await StartedInvocation.start(
                gateway, "/shop/greet", #"{"name":"alice"}"#, headers: ["Ice-Timeout-Ms": "3600000"])
            #expect(started.members["state"]?.string == "running" && started.members["status"] == nil)
            #expect(started.members["service"]?.string == "shop")
            #expect(started.members["operation"]?.string == "greet")
            await gateway.servant.waitForCalls("greet", count: 1)

            let running = try await gateway.client.send("GET", "\(started.location)/result")
            #expect(running.status == 202 && running.headers["retry-after"] == "1")
            #expect(try StartedInvocation.document(running)["state"]?.string == "running")
            #expect(try await started.document(of: gateway)["finished"] == nil)

            async let waiting = started.result(of: gateway)
            async let waitingToo = started.document(of: gateway, wait: true)
            gate.open()
            let result = try await waiting
            #expect(result.status == 200 && result.body == #"{"returnValue":"Hello, alice!"}"#)
            #expect(result.headers["ice-timeout-ms"] != nil && result.headers["content-type"] == "application/json")
            let document = try await waitingToo
            #expect(document["state"]?.string == "succeeded" && document["status"]?.integer == 200)
            #expect(document["sent"]?.bool == true)
            let created = try #require(document["created"]?.string)
            let finished = try #require(document["finished"]?.string)
            #expect(created <= finished && created.count == 24 && created.hasSuffix("Z"))
            let links = try #require(document["links"])
            #expect(links == ["self": .string(started.location), "result": .string("\(started.location)/result")])
            // The same again, for as long as it is kept, and without a body for HEAD.
            #expect(try await started.result(of: gateway).body == result.body)
            let head = try await gateway.client.send("HEAD", "\(started.location)/result")
            #expect(head.status == 200 && head.body.isEmpty)
            #expect(gateway.servant.callCount("greet") == 1)
        }
    }

    @Test("any loop answers for an invocation of any other")
    func manyAtOnce() async throws {
        try await TestGateway.with(configure: { $0.threads = 4 }) { gateway in
            try gateway.answer("add") { .returns(.number("\(($0["a"]?.integer ?? 0) + ($0["b"]?.integer ?? 0))")) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        let started = try await StartedInvocation.start(
                            gateway, "/shop/add", #"{"a":\#(number),"b":1}"#)
                        let result = try await started.result(of: gateway)
                        #expect(result.status == 200 && result.body == #"{"returnValue":\#(number + 1)}"#)
                    }
                }
                try await group.waitForAll()
            }
            #expect(gateway.servant.callCount("add") == 40)
        }
    }

    @Test("sent and sentSynchronously are the runtime's")
    func sent() async throws {
        try await TestGateway.with { gateway in
            let gate = Gate()
            defer { gate.open() }
            try hang(gateway, gate)
            // The connection has to be made first.
            let first = try await StartedInvocation.start(gateway, "/shop/hang")
            #expect(first.members["sent"]?.bool == false)
            await gateway.servant.waitForCalls("hang", count: 1)
            let later = try await first.document(of: gateway)
            #expect(later["sent"]?.bool == true && later["sentSynchronously"]?.bool == false)
            // Now it is there.
            let second = try await StartedInvocation.start(gateway, "/shop/hang")
            #expect(second.members["sent"]?.bool == true)
            #expect(second.members["sentSynchronously"]?.bool == true)
        }
    }

    @Test("a failure is a result: its problem document, exactly")
    func failures() async throws {
        try await TestGateway.with { gateway in
            try gateway.answer("buy") { _ in
                .throw(["@type": "::Test::NotEnough", "reason": "sold out", "available": 3])
            }
            let body = #"{"sku":"x","qty":9}"#
            let started = try await StartedInvocation.start(gateway, "/shop/buy", body)
            let result = try await started.result(of: gateway)
            let direct = try await gateway.client.post("/shop/buy", body)
            #expect(result.status == 422 && result.body == direct.body)
            #expect(try ReceivedProblem(result).code == "user_exception")
            let document = try await started.document(of: gateway)
            #expect(document["state"]?.string == "failed" && document["status"]?.integer == 422)
        }
    }

    @Test("what can't be called is refused at once")
    func refused() async throws {
        try await TestGateway.with { gateway in
            let answer = try await gateway.client.post(
                "/shop/greet", #"{"name":1}"#, headers: ["Prefer": "respond-async"])
            #expect(answer.status == 400 && answer.headers["location"] == nil)
            #expect(answer.headers["preference-applied"] == nil)
        }
    }

    @Test("a oneway is answered when it is sent, whatever it prefers")
    func oneway() async throws {
        try await TestGateway.with { gateway in
            try gateway.answer("note") { _ in .nothing }
            let answer = try await gateway.client.post(
                "/shop/note", #"{"text":"x"}"#, headers: ["Prefer": "respond-async", "Ice-Mode": "oneway"])
            #expect(answer.status == 202 && answer.body == #"{"sent":true}"#)
            #expect(answer.headers["preference-applied"] == nil && answer.headers["location"] == nil)
        }
    }

    @Test("respond-async, wait=N: the result when it comes in time, else 202")
    func respondAsyncAndWait() async throws {
        try await TestGateway.with(configure: { $0.invocations.longestWait = .milliseconds(1) }) { gateway in
            let gate = Gate()
            defer { gate.open() }
            try hang(gateway, gate)
            _ = try await StartedInvocation.start(
                gateway, "/shop/hang", headers: ["Prefer": "respond-async, wait=10"])
        }
        try await TestGateway.with(configure: { $0.threads = 4 }) { gateway in
            try gateway.answer("greet") { _ in .returns("x") }
            let answer = try await gateway.client.post(
                "/shop/greet", #"{"name":"x"}"#, headers: ["Prefer": "respond-async, wait=3600"])
            #expect(answer.status == 200 && answer.body == #"{"returnValue":"x"}"#)
            #expect(answer.headers["preference-applied"] == nil)
        }
    }

    @Test("a wait is cut to the configured one")
    func waitIsCut() async throws {
        try await TestGateway.with(configure: { $0.invocations.longestWait = .milliseconds(1) }) { gateway in
            let gate = Gate()
            defer { gate.open() }
            try hang(gateway, gate)
            let started = try await StartedInvocation.start(gateway, "/shop/hang")
            #expect(try await started.result(of: gateway).status == 202)
            #expect(try await started.document(of: gateway, wait: true)["state"]?.string == "running")
        }
    }
}
