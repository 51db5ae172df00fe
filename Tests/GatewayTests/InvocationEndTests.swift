import Gateway
import IceTesting
import Testing

@Suite(.timeLimit(.minutes(5))) struct InvocationEndTests {
    private func hang(_ gateway: TestGateway, _ gate: Gate) throws {
        try gateway.answer("hang") { _ in
            await gate.wait()
            return .nothing
        }
    }

    @Test("DELETE cancels, says that the servant isn't told, and may be repeated")
    func cancels() async throws {
        try await TestGateway.with(configure: { $0.threads = 4 }) { gateway in
            let gate = Gate()
            defer { gate.open() }
            try hang(gateway, gate)
            let started = try await StartedInvocation.start(gateway, "/shop/hang")
            await gateway.servant.waitForCalls("hang", count: 1)
            async let waiting = started.result(of: gateway)
            let cancelled = try await started.document(of: gateway, "DELETE")
            #expect(cancelled["state"]?.string == "cancelled" && cancelled["sent"]?.bool == true)
            #expect(cancelled["detail"]?.string?.contains("the servant was not told") == true)
            let problem = try ReceivedProblem(try await waiting)
            #expect(problem.code == "invocation_cancelled" && problem.dispatched == "maybe")
            gate.open()
            let again = try await started.document(of: gateway, "DELETE")
            #expect(again["state"]?.string == "cancelled")
            #expect(try await started.result(of: gateway).status == 409)
        }
    }

    @Test("a twoway batch can be answered later, as a whole")
    func batch() async throws {
        try await TestGateway.with { gateway in
            let gate = Gate()
            defer { gate.open() }
            try gateway.answer("greet") { call in
                await gate.wait()
                return .returns("Hello, \(call["name"]?.string ?? "")!")
            }
            let body = #"[{"name":"a"},{"name":"b"}]"#
            let started = try await StartedInvocation.start(gateway, "/shop/greet", body)
            #expect(started.members["state"]?.string == "running")
            gate.open()
            let result = try await started.result(of: gateway)
            #expect(result.status == 200)
            #expect(
                result.body
                    == #"[{"status":200,"body":{"returnValue":"Hello, a!"}},{"status":200,"body":{"returnValue":"Hello, b!"}}]"#
            )
            #expect(try await started.document(of: gateway)["state"]?.string == "succeeded")
            let refused = try await gateway.client.post(
                "/shop/greet", #"[{"name":1}]"#, headers: ["Prefer": "respond-async"])
            #expect(refused.status == 400 && refused.headers["location"] == nil)
        }
    }

    @Test("a reload while an invocation runs: its result is there afterwards, also when its service has another place")
    func reload() async throws {
        try await TestGateway.with(configure: { $0.threads = 2 }) { gateway in
            let gate = Gate()
            defer { gate.open() }
            try gateway.answer("greet") { _ in
                await gate.wait()
                return .returns("x")
            }
            let started = try await StartedInvocation.start(gateway, "/shop/greet", #"{"name":"x"}"#)
            await gateway.servant.waitForCalls("greet", count: 1)
            try await gateway.reload { $0.services.reverse() }
            #expect(try await started.document(of: gateway)["state"]?.string == "running")
            async let waiting = started.result(of: gateway)
            gate.open()
            let result = try await waiting
            #expect(result.status == 200 && result.body == #"{"returnValue":"x"}"#)
            try await gateway.reload()
            #expect(try await started.document(of: gateway)["state"]?.string == "succeeded")
            #expect(gateway.servant.callCount("greet") == 1)
            // Without its service nobody may ask any more.
            try await gateway.reload { $0.services[0].name = "store" }
            #expect(try await gateway.client.send("GET", started.location).status == 404)
        }
    }

    @Test("DELETE of a finished invocation changes nothing")
    func cancelsNothing() async throws {
        try await TestGateway.with { gateway in
            try gateway.answer("greet") { _ in .returns("x") }
            let started = try await StartedInvocation.start(gateway, "/shop/greet", #"{"name":"x"}"#)
            #expect(try await started.result(of: gateway).status == 200)
            #expect(try await started.document(of: gateway, "DELETE")["state"]?.string == "succeeded")
            #expect(try await started.result(of: gateway).body == #"{"returnValue":"x"}"#)
        }
    }

    @Test("a cancel that meets the answer: one of them wins for all, and the call is counted out once")
    func race() async throws {
        try await TestGateway.with(configure: { $0.limits.inFlight = 1 }) { gateway in
            try gateway.answer("greet") { _ in .returns("x") }
            for _ in 0..<50 {
                let started = try await StartedInvocation.start(gateway, "/shop/greet", #"{"name":"x"}"#)
                async let waiting = started.result(of: gateway)
                let state = try await started.document(of: gateway, "DELETE")["state"]?.string
                let status = try await waiting.status
                #expect(state == "succeeded" && status == 200 || state == "cancelled" && status == 409)
            }
            let gate = Gate()
            defer { gate.open() }
            try hang(gateway, gate)
            _ = try await StartedInvocation.start(gateway, "/shop/hang")
            let refused = try await gateway.client.post("/shop/greet", #"{"name":"x"}"#)
            #expect(try ReceivedProblem(refused).code == "overloaded")
        }
    }

    @Test("what runs takes its place; what has finished gives it to the next")
    func full() async throws {
        try await TestGateway.with(configure: { $0.invocations.maximum = 1 }) { gateway in
            let gate = Gate()
            defer { gate.open() }
            try hang(gateway, gate)
            let first = try await StartedInvocation.start(gateway, "/shop/hang")
            let refused = try await gateway.client.post("/shop/hang", "", headers: ["Prefer": "respond-async"])
            let problem = try ReceivedProblem(refused)
            #expect(refused.status == 503 && problem.code == "overloaded" && problem.dispatched == "no")
            gate.open()
            #expect(try await first.result(of: gateway).status == 200)
            let second = try await StartedInvocation.start(gateway, "/shop/hang")
            let gone = try await gateway.client.send("GET", first.location)
            #expect(gone.status == 404)
            #expect(try ReceivedProblem(gone).code == "unknown_invocation")
            #expect(try await second.result(of: gateway).status == 200)
        }
    }

    @Test("paths and methods of invocations")
    func paths() async throws {
        try await TestGateway.with { gateway in
            try gateway.answer("greet") { _ in .returns("x") }
            let started = try await StartedInvocation.start(gateway, "/shop/greet", #"{"name":"x"}"#)
            for (method, suffix, allow) in [
                ("POST", "", "GET, HEAD, DELETE"), ("PUT", "", "GET, HEAD, DELETE"), ("DELETE", "/result", "GET, HEAD"),
            ] {
                let answer = try await gateway.client.send(method, started.location + suffix)
                #expect(answer.status == 405 && answer.headers["allow"] == allow)
            }
            for path in ["/invocations/0123", "/invocations/0123/result", "\(started.location)0"] {
                #expect(try ReceivedProblem(try await gateway.client.send("GET", path)).code == "unknown_invocation")
            }
            for path in ["/invocations", "/invocations/", "/invocations/a/b", "\(started.location)/result/"] {
                #expect(try ReceivedProblem(try await gateway.client.send("GET", path)).code == "unknown_path")
            }
        }
    }

    @Test("a client that does not wait any longer leaves the invocation alone")
    func waiterGone() async throws {
        try await TestGateway.with { gateway in
            let gate = Gate()
            defer { gate.open() }
            try hang(gateway, gate)
            let started = try await StartedInvocation.start(gateway, "/shop/hang")
            let request = "GET \(started.location)/result HTTP/1.1\r\nHost: t\r\nPrefer: wait=3600\r\n\r\n"
            let close = try await gateway.client.begin(Array(request.utf8))
            close()
            // The loop sees what happened before.
            #expect(try await gateway.client.send("GET", "/livez").status == 200)
            gate.open()
            #expect(try await started.result(of: gateway).status == 200)
        }
    }

    @Test("a shutdown waits for invocations as long as for requests")
    func drains() async throws {
        let gateway = try await TestGateway(configure: { $0.shutdownDeadline = .milliseconds(100) })
        let gate = Gate()
        defer { gate.open() }
        try hang(gateway, gate)
        _ = try await StartedInvocation.start(gateway, "/shop/hang")
        #expect(try await gateway.shutdownServer() == false)
        gate.open()
        await gateway.destroyCommunicator()

        let patient = try await TestGateway()
        let secondGate = Gate()
        defer { secondGate.open() }
        try hang(patient, secondGate)
        _ = try await StartedInvocation.start(patient, "/shop/hang")
        async let finished = patient.shutdownServer()
        await patient.waitUntilDraining()
        secondGate.open()
        #expect(try await finished)
        await patient.destroyCommunicator()
    }
}
