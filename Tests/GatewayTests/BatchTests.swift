import Foundation
import Gateway
import Ice
import IceEncoding
import IceMock
import IceTesting
import Synchronization
import Testing

@Suite("Batches", .timeLimit(.minutes(5)))
struct BatchTests {
    private static let oneway = ["Ice-Mode": "oneway"]
    private static let lines = ["Content-Type": "application/x-ndjson"]

    private static func array(_ elements: [String]) -> String { "[\(elements.joined(separator: ","))]" }
    private static func note(_ text: String) -> String { #"{"text":"\#(text)"}"# }
    private static func greet(_ name: String) -> String { #"{"name":"\#(name)"}"# }

    /// A server that hands on every message it gets and answers none.
    private func withMessages(
        _ configure: (inout GatewayConfiguration) -> Void = { _ in },
        _ body: (TestGateway, AsyncStream<[UInt8]>) async throws -> Void
    ) async throws {
        let (messages, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        try await RawPeer.run({ connection, _ in
            try connection.send(RawConnection.validation)
            while let message = try connection.receiveMessageOrEnd() { continuation.yield(message) }
        }) { peer in
            try await TestGateway.with(proxies: ["raw": peer.proxy()], configure: configure) { gateway in
                try await body(gateway, messages)
            }
        }
    }

    private static func next(_ messages: AsyncStream<[UInt8]>) async -> [UInt8]? {
        for await message in messages { return message }
        return nil
    }

    @Test("an array or lines in a mode without answer are one Ice batch")
    func together() async throws {
        try await withMessages { gateway, messages in
            let elements = [Self.note("a"), " \(Self.note("b"))\t", Self.note("c")]
            for (body, headers) in [
                (" \n" + Self.array(elements), Self.oneway),
                (Self.array(elements), ["Ice-Mode": "batch-oneway", "Content-Type": "application/vnd.x+json"]),
                (elements.joined(separator: "\r\n\n \t\r\n"), Self.oneway.merging(Self.lines) { $1 }),
                (
                    elements.joined(separator: "\n") + "\n",
                    Self.oneway.merging(["Content-Type": "application/jsonlines; charset=utf-8"]) { $1 }
                ),
            ] {
                let answer = try await gateway.client.post("/raw/note", body, headers: headers)
                #expect(answer.status == 202 && answer.body == #"{"sent":true,"count":3}"#, "\(answer.body)")
                let message = try #require(await Self.next(messages))
                #expect(RawMessages.kind(of: message) == .batchRequest)
                let requests = try RawMessages.requests(in: message)
                #expect(requests.map(\.current.operation) == ["note", "note", "note"])
                let texts = try requests.map { try Encapsulation.read($0.inEncaps) { try $0.readString() } }
                #expect(texts == ["a", "b", "c"])
            }
        }
    }

    @Test("the requests of a batch have the context and the facet that the request asks for")
    func options() async throws {
        try await withMessages {
            let raw = $0.services.firstIndex { $0.name == "raw" } ?? 0
            $0.services[raw].context = ["tenant": "t"]
            $0.services[raw].facets = ["v2"]
            $0.context.allow = ["a"]
        } _: { gateway, messages in
            for (headers, context, facet) in [
                ([:], ["tenant": "t"], ""), (["Ice-Context": "a=1"], ["tenant": "t", "a": "1"], ""),
                (["Ice-Facet": "v2"], ["tenant": "t"], "v2"),
            ] {
                let answer = try await gateway.client.post(
                    "/raw/note", Self.array([Self.note("a"), Self.note("b")]),
                    headers: headers.merging(Self.oneway) { $1 })
                #expect(answer.status == 202)
                let message = try #require(await Self.next(messages))
                for request in try RawMessages.requests(in: message) {
                    #expect(request.current.ctx == context && request.current.facet == facet)
                }
            }
        }
    }

    @Test("an array or lines in twoway mode are answered one by one, in their order")
    func twoway() async throws {
        try await TestGateway.with { gateway in
            let gate = Gate()
            try gateway.answer("greet") { call in
                // The first one is answered last.
                if call["name"] == "0" { await gate.wait() } else if call["name"] == "99" { gate.open() }
                return .returns(.string("Hello, \(call["name"]?.string ?? "")!"))
            }
            let elements = (0..<100).map { Self.greet("\($0)") }
            let results = (0..<100).map { #"{"status":200,"body":{"returnValue":"Hello, \#($0)!"}}"# }
            let answer = try await gateway.client.post("/shop/greet", Self.array(elements))
            #expect(answer.status == 200 && answer.headers["content-type"] == "application/json")
            #expect(answer.body == Self.array(results))
            let body = elements.joined(separator: "\n")
            let lines = try await gateway.client.post(
                "/shop/greet", body, headers: Self.lines.merging(["Accept": "application/x-ndjson, */*;q=0.1"]) { $1 })
            #expect(lines.status == 200 && lines.headers["content-type"] == "application/x-ndjson")
            #expect(lines.body == results.joined(separator: "\n") + "\n")
            let mixed = try await gateway.client.post("/shop/greet", body, headers: Self.lines)
            #expect(mixed.headers["content-type"] == "application/json" && mixed.body == Self.array(results))
            let only = try await gateway.client.post(
                "/shop/greet", Self.array(elements), headers: ["Accept": "application/x-ndjson"])
            #expect(only.headers["content-type"] == "application/x-ndjson" && only.body == lines.body)
            let alone = try await gateway.client.post(
                "/shop/greet", Self.greet("x"), headers: ["Accept": "application/x-ndjson"])
            #expect(try ReceivedProblem(alone).code == "not_acceptable")
        }
    }

    @Test("no elements are fine")
    func empty() async throws {
        try await TestGateway.with { gateway in
            for body in ["[]", " [ \n ] "] {
                let twoway = try await gateway.client.post("/shop/greet", body)
                #expect(twoway.status == 200 && twoway.body == "[]")
                let oneway = try await gateway.client.post("/shop/note", body, headers: Self.oneway)
                #expect(oneway.status == 202 && oneway.body == #"{"sent":true,"count":0}"#)
            }
            let lines = try await gateway.client.post("/shop/greet", "\n \r\n", headers: Self.lines)
            #expect(lines.status == 200 && lines.body == "[]")
            let noBody = try await gateway.client.post("/shop/greet", "", headers: Self.lines)
            #expect(noBody.status == 200 && noBody.body == "[]")
            #expect(gateway.servant.calls.isEmpty)
        }
    }

    @Test(
        "one bad element is 400 for all, and nothing is called",
        arguments: [
            ("[{\"text\":\"a\"},{\"text\":1}]", "wrong_type", "/1/text"),
            ("[{\"text\":\"a\"},{}]", "missing_member", "/1/text"),
            ("[{\"text\":\"a\",\"x\":1}]", "unknown_member", "/0/x"), ("[{\"text\":\"a\"},3]", "wrong_type", "/1"),
            ("[{\"text\":\"a\"},[]]", "wrong_type", "/1"),
            ("[{\"text\":\"a\",\"text\":\"b\"}]", "duplicate_member", "/0/text"),
            ("[{\"text\":\"a\"}", "malformed_json", nil), ("[{\"text\":\"a\"},]", "malformed_json", nil),
            ("[{\"text\":\"a\"}] x", "malformed_json", nil), ("[", "malformed_json", nil),
            ("{\"text\":\"a\"}\n{\"text\":1}", "wrong_type", "/1/text"),
            ("\n\n{\"text\":\"a\"}\n{\"text\":", "malformed_json", "/1/text"),
            ("{\"text\":\"a\"} {\"text\":\"b\"}", "malformed_json", "/0"), ("[{\"text\":\"a\"}]\n", "wrong_type", "/0"),
        ] as [(String, String, String?)])
    func badElement(_ body: String, _ code: String, _ pointer: String?) async throws {
        let isLines = body.hasPrefix("{") || body.hasPrefix("\n") || body.hasSuffix("\n")
        try await TestGateway.with { gateway in
            try gateway.answer("note") { _ in .nothing }
            for mode in ["oneway", "twoway"] {
                var headers = ["Ice-Mode": mode]
                if isLines { headers["Content-Type"] = "application/x-ndjson" }
                let answer = try await gateway.client.post("/shop/note", body, headers: headers)
                let problem = try ReceivedProblem(answer)
                #expect(answer.status == 400 && problem.code == code && problem.dispatched == "no", "\(answer.body)")
                #expect(problem.pointer == pointer)
            }
            #expect(gateway.servant.calls.isEmpty)
        }
    }

    @Test("what is wrong in a line is told with the line of the body")
    func places() async throws {
        try await TestGateway.with { gateway in
            let lines = try await gateway.client.post(
                "/shop/note", "\n{\"text\":\"a\"}\n\n  {\"text\" 1}", headers: Self.lines)
            #expect(try ReceivedProblem(lines).detail.contains("line 4, column 11"), "\(lines.body)")
            let array = try await gateway.client.post("/shop/note", "[{\"text\":\"a\"},\n {\"text\" 1}]")
            #expect(try ReceivedProblem(array).detail.contains("line 2, column 10"), "\(array.body)")
        }
    }

    @Test("elements that fail tell it, the others don't mind")
    func failures() async throws {
        try await TestGateway.with { gateway in
            try gateway.answer("buy") { call in
                if call["sku"] == "b" { return .throw(["@type": "::Test::NotEnough", "reason": "", "available": 3]) }
                if call["sku"] == "c" { throw LocalException(.objectNotExist, "") }
                return .nothing
            }
            let body = Self.array(["a", "b", "c", "d"].map { #"{"sku":"\#($0)","qty":1}"# })
            let answer = try await gateway.client.post("/shop/buy", body, headers: ["Ice-Timeout-Ms": "100000"])
            #expect(answer.status == 200 && answer.headers["ice-timeout-ms"] == "100000")
            let results = try Self.results(answer)
            #expect(results.map(\.status) == [200, 422, 404, 200])
            #expect(results[0].body.isEmpty && results[3].body.isEmpty)
            #expect(results[1].body["dispatched"] as? String == "yes" && results[1].body["pointer"] as? String == "/1")
            #expect((results[1].body["exception"] as? [String: Any])?["available"] as? Int == 3)
            #expect(results[1].body["instance"] as? String == "/shop/buy")
            #expect(results[2].body["code"] as? String == "object_not_exist")
        }
    }

    private static func results(_ answer: HTTPAnswer) throws -> [(status: Int, body: [String: Any])] {
        let list = try #require(
            try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [[String: Any]], "\(answer.body)")
        return try list.map { entry in
            (try #require(entry["status"] as? Int), try #require(entry["body"] as? [String: Any]))
        }
    }

    @Test("when nothing could be sent the whole request is 503")
    func nothingSent() async throws {
        let dead = try DeafPort()
        try await TestGateway.with(proxies: ["dead": "x:tcp -h 127.0.0.1 -p \(dead.port)"]) { gateway in
            for headers in [Self.oneway, [:]] {
                let body = Self.array((0..<200).map { Self.note("\($0)") })
                let answer = try await gateway.client.post("/dead/note", body, headers: headers)
                let problem = try ReceivedProblem(answer)
                #expect(answer.status == 503 && problem.code == "connection_refused" && problem.dispatched == "no")
                #expect(problem.pointer == nil && problem.retryable == true)
            }
        }
        withExtendedLifetime(dead) {}
    }

    @Test("a connection lost in the middle: answered, maybe executed, and not sent are told apart")
    func connectionLost() async throws {
        try await RawPeer.run({ connection, index in
            guard index == 0 else { return connection.close() }
            try connection.send(RawConnection.validation)
            let first = try connection.receiveMessage()
            for _ in 1..<64 { _ = try connection.receiveMessage() }
            try connection.send(RawMessages.reply(to: first))
            // The one that took the place of the first.
            _ = try connection.receiveMessage()
            connection.close()
        }) { peer in
            try await TestGateway.with(proxies: ["frail": peer.proxy()]) { gateway in
                let body = Self.array((0..<66).map { Self.note("\($0)") })
                let answer = try await gateway.client.post("/frail/note", body)
                let results = try Self.results(answer)
                #expect(answer.status == 200 && results.count == 66 && results.first?.status == 200)
                for result in results[1..<65] {
                    #expect(result.status == 502 && result.body["dispatched"] as? String == "maybe")
                }
                #expect(results.last?.status == 503 && results.last?.body["dispatched"] as? String == "no")
            }
        }
    }

    @Test("64 elements are on their way at a time; the client's end cancels them all")
    func window() async throws {
        let gateway = try await TestGateway()
        let gate = Gate()
        defer { gate.open() }
        try gateway.answer("note") { _ in
            await gate.wait()
            return .nothing
        }
        try gateway.answer("greet") { _ in .returns("hi") }
        let body = Self.array((0..<1000).map { Self.note("\($0)") })
        let close = try await gateway.client.begin(
            Array("POST /shop/note HTTP/1.1\r\nHost: t\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8))
        await gateway.servant.waitForCalls("note", count: 64)
        // Behind its answer all that was sent before has come.
        #expect(try await gateway.client.post("/shop/greet", Self.greet("x")).status == 200)
        #expect(gateway.servant.callCount("note") == 64)
        close()
        // The servant still hangs: only because the batch is gone can the shutdown finish it all.
        #expect(try await gateway.shutdownServer())
        #expect(gateway.servant.callCount("note") == 64)
        gate.open()
        await gateway.destroyCommunicator()
    }

    @Test("a window never exceeds the limits, which refuse the whole batch when they are reached")
    func limits() async throws {
        try await TestGateway.with(configure: { $0.limits.inFlightPerTarget = 3 }) { gateway in
            let gate = Gate()
            defer { gate.open() }
            let most = Mutex((now: 0, most: 0))
            try gateway.answer("note") { _ in
                most.withLock {
                    $0.now += 1
                    $0.most = max($0.most, $0.now)
                }
                await Task.yield()
                most.withLock { $0.now -= 1 }
                return .nothing
            }
            try gateway.answer("hang") { _ in
                await gate.wait()
                return .nothing
            }
            let body = Self.array((0..<50).map { Self.note("\($0)") })
            let answer = try await gateway.client.post("/shop/note", body)
            #expect(try Self.results(answer).map(\.status) == Array(repeating: 200, count: 50))
            #expect(most.withLock { $0.most } <= 3)
            async let hanging = gateway.client.post("/shop/hang", "")
            await gateway.servant.waitForCalls("hang", count: 1)
            let full = try await gateway.client.post("/shop/note", body)
            #expect(try ReceivedProblem(full).code == "overloaded" && full.status == 503)
            #expect(gateway.servant.callCount("note") == 50)
            gate.open()
            #expect(try await hanging.status == 200)
        }
    }

    @Test("a batch longer than a message is 413; in twoway mode each element counts for itself")
    func sizes() async throws {
        try await TestGateway.with(configure: { $0.ice["Ice.MessageSizeMax"] = "1" }) { gateway in
            try gateway.answer("note") { _ in .nothing }
            let text = String(repeating: "x", count: 400)
            let three = Self.array(Array(repeating: Self.note(text), count: 3))
            let oneway = try await gateway.client.post("/shop/note", three, headers: Self.oneway)
            let problem = try ReceivedProblem(oneway)
            #expect(oneway.status == 413 && problem.code == "request_too_large" && problem.dispatched == "no")
            #expect(problem.detail.contains("Ice.MessageSizeMax"))
            #expect(gateway.servant.calls.isEmpty)
            let twoway = try await gateway.client.post("/shop/note", three)
            #expect(try Self.results(twoway).map(\.status) == [200, 200, 200])
            let long = Self.array([Self.note(text), Self.note(String(repeating: "x", count: 1000))])
            let refused = try await gateway.client.post("/shop/note", long)
            #expect(try ReceivedProblem(refused).pointer == "/1" && refused.status == 413)
            #expect(gateway.servant.callCount("note") == 3)
        }
    }

    @Test("the largest batch is a message of Ice.MessageSizeMax, to the byte")
    func exactSize() async throws {
        try await TestGateway.with(configure: { $0.ice["Ice.MessageSizeMax"] = "1" }) { gateway in
            try gateway.answer("note") { _ in .nothing }
            // Header 14, count 4; identity 6, facet 1, operation 5, mode 1, context 1, then 6 bytes of encapsulation, each.
            let text = 1024 - (14 + 4 + 2 * (6 + 1 + 5 + 1 + 1 + 6)) - 2 - 5
            for (count, status) in [(text, 202), (text + 1, 413)] {
                let body = Self.array([Self.note("x"), Self.note(String(repeating: "x", count: count))])
                let answer = try await gateway.client.post("/shop/note", body, headers: Self.oneway)
                #expect(answer.status == status, "\(count): \(answer.body)")
            }
            await gateway.servant.waitForCalls("note", count: 2)
            #expect(gateway.servant.callCount("note") == 2)
        }
    }

    @Test("a timeout is that of each element")
    func timeout() async throws {
        try await TestGateway.with { gateway in
            let gate = Gate()
            defer { gate.open() }
            try gateway.answer("note") { call in
                if call["text"] == "hang" { await gate.wait() }
                return .nothing
            }
            #expect(try await gateway.client.post("/shop/note", Self.note("warm-up")).status == 200)
            let body = Self.array([Self.note("hang"), Self.note("hang")])
            let answer = try await gateway.client.post("/shop/note", body, headers: ["Ice-Timeout-Ms": "200"])
            for result in try Self.results(answer) {
                #expect(result.status == 504 && result.body["code"] as? String == "invocation_timeout")
            }
            #expect(answer.headers["ice-timeout-ms"] == "200")
            gate.open()
        }
    }

    @Test("a twoway batch of very many elements is 413")
    func tooMany() async throws {
        try await TestGateway.with { gateway in
            let body = Self.array(Array(repeating: "{}", count: 100_001))
            let answer = try await gateway.client.post("/shop/hang", body)
            #expect(try ReceivedProblem(answer).code == "body_too_large" && answer.status == 413)
            #expect(gateway.servant.calls.isEmpty)
        }
    }
}
