import Gateway
import Ice
import IceEncoding
import IceTesting
import Testing

@Suite(.timeLimit(.minutes(5))) struct FailureTests {
    @Test("connection refused is 503 and was not dispatched")
    func refused() async throws {
        let dead = try DeafPort()
        try await TestGateway.with(proxies: ["dead": "x:tcp -h 127.0.0.1 -p \(dead.port)"]) { gateway in
            let answer = try await gateway.client.post("/dead/greet", #"{"name":"x"}"#)
            let problem = try ReceivedProblem(answer)
            #expect(answer.status == 503 && problem.code == "connection_refused")
            #expect(problem.dispatched == "no" && problem.retryable == true)
            #expect(problem.members["iceException"] as? String == "::Ice::ConnectionRefusedException")
            // A request that is wrong in itself says so although the target is dead.
            let bad = try await gateway.client.post("/dead/greet", "{}")
            #expect(bad.status == 400)
            let ready = try await gateway.readiness()
            #expect(ready.status == 503)
        }
        withExtendedLifetime(dead) {}
    }

    @Test("a name that does not resolve is 503")
    func noName() async throws {
        try await TestGateway.with(proxies: ["lost": "x:tcp -h no-such-host.invalid -p 1"]) { gateway in
            let answer = try await gateway.client.post("/lost/greet", #"{"name":"x"}"#)
            #expect(try ReceivedProblem(answer).code == "dns_failure" && answer.status == 503)
        }
    }

    @Test("a server that never validates the connection is 503 connect_timeout")
    func neverValidates() async throws {
        let peer = try RawPeer { connection, _ in _ = try connection.receiveToEnd() }
        try await TestGateway.with(
            proxies: ["mute": peer.proxy()], configure: { $0.ice["Ice.Connection.Client.ConnectTimeout"] = "0.2" }
        ) { gateway in
            let answer = try await gateway.client.post("/mute/greet", #"{"name":"x"}"#)
            let problem = try ReceivedProblem(answer)
            #expect(answer.status == 503 && problem.code == "connect_timeout" && problem.dispatched == "no")
            #expect(problem.detail.contains("but it has not spoken Ice within"), "\(problem.detail)")
        }
        try await onThread { peer.stop() }
    }

    @Test("a server that closes before validation is 503, never dispatched")
    func closesEarly() async throws {
        let peer = try RawPeer { connection, _ in connection.close() }
        try await TestGateway.with(proxies: ["rude": peer.proxy()]) { gateway in
            let answer = try await gateway.client.post("/rude/greet", #"{"name":"x"}"#)
            let problem = try ReceivedProblem(answer)
            #expect(answer.status == 503 && problem.code == "connection_lost_unsent" && problem.dispatched == "no")
        }
        try await onThread { peer.stop() }
    }

    @Test("a connection lost after sending is 502 and may have been dispatched")
    func lostAfterSending() async throws {
        let peer = try RawPeer { connection, _ in
            try connection.send(RawConnection.validation)
            _ = try connection.receiveMessage()
            connection.close()
        }
        try await TestGateway.with(proxies: ["frail": peer.proxy()]) { gateway in
            let answer = try await gateway.client.post("/frail/greet", #"{"name":"x"}"#)
            let problem = try ReceivedProblem(answer)
            #expect(answer.status == 502 && problem.code == "connection_lost" && problem.dispatched == "maybe")
            #expect(problem.retryable == false)
            let idempotent = try await gateway.client.post("/frail/add", #"{"a":1,"b":2}"#)
            #expect(try ReceivedProblem(idempotent).retryable == true && idempotent.status == 502)
        }
        try await onThread { peer.stop() }
    }

    @Test("an invocation timeout after sending is 504, and the effective timeout is told")
    func timeout() async throws {
        try await TestGateway.with(configure: { $0.services[0].timeout = .milliseconds(300) }) { gateway in
            let gate = Gate()
            defer { gate.open() }
            try gateway.answer("hang") { _ in
                await gate.wait()
                return .nothing
            }
            // Once connected, a request leaves in the turn in which it comes, before any timer. Connecting may take longer.
            let warmUp = #"{"text":"warm-up"}"#
            while [503, 504].contains(try await gateway.client.post("/shop/note", warmUp).status) {}
            let answer = try await gateway.client.post("/shop/hang", "", headers: ["Ice-Timeout-Ms": "60000"])
            let problem = try ReceivedProblem(answer)
            #expect(answer.status == 504 && problem.code == "invocation_timeout" && problem.dispatched == "maybe")
            #expect(answer.headers["ice-timeout-ms"] == "300")
            let shorter = try await gateway.client.post("/shop/hang", "", headers: ["Ice-Timeout-Ms": "50"])
            #expect(shorter.status == 504 && shorter.headers["ice-timeout-ms"] == "50")
            gate.open()
        }
    }

    @Test("a reply cut at every byte is an error of the table, and the gateway goes on")
    func cutReplies() async throws {
        // greet -> "Hi" as the real servers encode it.
        let reply: [UInt8] = [
            0x49, 0x63, 0x65, 0x50, 1, 0, 1, 0, 2, 0, 28, 0, 0, 0, 1, 0, 0, 0, 0, 9, 0, 0, 0, 1, 1, 2, 0x48, 0x69,
        ]
        let peer = try RawPeer { connection, index in
            try connection.send(RawConnection.validation)
            _ = try connection.receiveMessage()
            try connection.send(Array(reply.prefix(index)))
            connection.close()
        }
        try await TestGateway.with(
            proxies: ["cut": peer.proxy()], configure: { $0.ice["Ice.RetryIntervals"] = "-1" }
        ) { gateway in
            for length in 0..<reply.count {
                let answer = try await gateway.client.post("/cut/greet", #"{"name":"x"}"#)
                #expect(answer.status == 502, "\(length) bytes: \(answer.body)")
                #expect(try ReceivedProblem(answer).dispatched == "maybe")
            }
            let whole = try await gateway.client.post("/cut/greet", #"{"name":"x"}"#)
            #expect(whole.status == 200 && whole.body == #"{"returnValue":"Hi"}"#)
        }
        try await onThread { peer.stop() }
    }

    @Test(
        "replies that make no sense are 502",
        arguments: [
            [0, 6, 0, 0, 0, 1, 1],  // no result
            [0, 200, 0, 0, 0, 1, 1],  // an encapsulation longer than the message
            [0, 8, 0, 0, 0, 1, 1, 5, 0x48],  // a string longer than the encapsulation
            [0, 8, 0, 0, 0, 1, 1, 1, 0xff],  // not UTF-8
            [0, 9, 0, 0, 0, 1, 1, 1, 0x48, 0x48],  // more than the result
            [0, 8, 0, 0, 0, 9, 9, 1, 0x48],  // an encoding nobody knows
            [1, 6, 0, 0, 0, 1, 1],  // an exception without type
            [2, 200],  // a target that is not there
            [7, 255, 255, 255, 255, 255],  // a text of negative length
        ] as [[UInt8]])
    func senseless(_ body: [UInt8]) async throws {
        let peer = try RawPeer { connection, _ in
            try connection.send(RawConnection.validation)
            let request = try connection.receiveMessage()
            let size = UInt8(18 + body.count)
            try connection.send([0x49, 0x63, 0x65, 0x50, 1, 0, 1, 0, 2, 0, size, 0, 0, 0] + request[14..<18] + body)
            // The gateway says goodbye when it shuts down.
            _ = try connection.receiveMessage()
        }
        try await TestGateway.with(proxies: ["odd": peer.proxy()]) { gateway in
            let answer = try await gateway.client.post("/odd/greet", #"{"name":"x"}"#)
            #expect(answer.status == 502, "\(answer.body)")
            #expect(try ReceivedProblem(answer).code == "bad_reply")
        }
        try await onThread { peer.stop() }
    }

    @Test("a request cut at every byte harms nobody, and nothing waits for the rest")
    func cutRequests() async throws {
        // It has no limits of its own: only the suite's ends a shutdown that waits for a client that has gone.
        try await TestGateway.with { gateway in
            try gateway.answer("greet") { _ in .returns("hi") }
            let request = Array(
                "POST /shop/greet HTTP/1.1\r\nHost: t\r\nContent-Length: 12\r\n\r\n{\"name\":\"x\"}".utf8)
            for length in 0..<request.count {
                let close = try await gateway.client.begin(Array(request.prefix(length)))
                close()
            }
            let whole = try await gateway.client.post("/shop/greet", #"{"name":"x"}"#)
            #expect(whole.status == 200 && whole.body == #"{"returnValue":"hi"}"#)
        }
    }
}
