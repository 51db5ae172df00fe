import Gateway
import Ice
import IceEncoding
import IceMock
import IceTesting
import Synchronization
import Testing

@Suite("What a request may say of its call", .timeLimit(.minutes(5)))
struct CallOptionTests {
    private static let note = #"{"text":"x"}"#

    /// Runs `body` with a gateway whose service notes the calls of `note`.
    private func withNotes(
        proxies: [String: String] = [:], _ configure: (inout GatewayConfiguration) -> Void,
        _ body: (TestGateway, Notes) async throws -> Void
    ) async throws {
        try await TestGateway.with(proxies: proxies, configure: configure) { gateway in
            let notes = Notes()
            try gateway.answer("note") { call in
                notes.add(call.context, isOneway: call.isOneway)
                return .nothing
            }
            try await body(gateway, notes)
        }
    }

    private static func request(_ path: String, _ fields: [String], body: String = note) -> [UInt8] {
        let head = ["POST \(path) HTTP/1.1", "Host: t", "Connection: close"] + fields
        return Array((head + ["Content-Length: \(body.utf8.count)", "", body]).joined(separator: "\r\n").utf8)
    }

    @Test("Ice-Context gives keys that are allowed, on several lines or one")
    func context() async throws {
        try await withNotes {
            $0.context.allow = ["a", "b", "é"]
        } _: { gateway, notes in
            let fields = ["Ice-Context: a=1", "ice-context: b=x%2Cy%3d%C3%A9 , %c3%a9=", "Ice-Context:"]
            let answer = try await gateway.client.raw(Self.request("/shop/note", fields))
            #expect(answer.status == 200, "\(answer.body)")
            #expect(try await gateway.client.post("/shop/note", Self.note).status == 200)
            #expect(notes.contexts == [["a": "1", "b": "x,y=é", "é": ""], [:]])
        }
    }

    @Test(
        "a context that is not taken is 400, and nothing is called",
        arguments: [
            ("c=1", "context_key_not_allowed"), ("a=1, c=2", "context_key_not_allowed"), ("a", "invalid_header"),
            ("=1", "invalid_header"), ("a=%", "invalid_header"), ("a=%ff", "invalid_header"),
            ("a=1, a=1", "invalid_header"), ("a=1\r\nIce-Context: %61=2", "invalid_header"),
        ])
    func badContext(_ value: String, _ code: String) async throws {
        try await withNotes {
            $0.context.allow = ["a"]
        } _: { gateway, notes in
            let answer = try await gateway.client.raw(Self.request("/shop/note", ["Ice-Context: \(value)"]))
            let problem = try ReceivedProblem(answer)
            #expect(answer.status == 400 && problem.code == code && problem.dispatched == "no", "\(answer.body)")
            #expect(notes.contexts.isEmpty)
        }
    }

    @Test("header fields become context, above Ice-Context and below what the service has")
    func contextOfFields() async throws {
        try await withNotes {
            $0.context.allow = ["a", "token", "secret"]
            $0.context.headers = ["Authorization": "token", "X-Secret": "secret", "traceparent": "trace"]
            $0.services[0].context = ["secret": "s3cr3t"]
        } _: { gateway, notes in
            let fields = [
                "AUTHORIZATION: Bearer x", "X-Secret: mine", "Ice-Context: a=1, token=t, secret=u",
            ]
            #expect(try await gateway.client.raw(Self.request("/shop/note", fields)).status == 200)
            #expect(
                try await gateway.client.raw(Self.request("/shop/note", ["Traceparent: 00", "traceparent: 01"])).status
                    == 200)
            #expect(try await gateway.client.post("/shop/note", Self.note).status == 200)
            #expect(
                notes.contexts == [
                    ["a": "1", "token": "Bearer x", "secret": "s3cr3t"], ["trace": "00, 01", "secret": "s3cr3t"],
                    ["secret": "s3cr3t"],
                ])
            let latin = Self.request("/shop/note", []).split(separator: 13).first.map(Array.init) ?? []
            let answer = try await gateway.client.raw(
                latin + Array("\r\nHost: t\r\nAuthorization: ".utf8) + [0xE9]
                    + Array("\r\nConnection: close\r\n\r\n".utf8))
            #expect(try ReceivedProblem(answer).code == "invalid_header")
        }
    }

    @Test("Ice-Facet names a facet that the service allows")
    func facets() async throws {
        try await withNotes {
            $0.services[0].facets = ["v2", "ö"]
        } _: { gateway, notes in
            for facet in ["v2", "%C3%B6"] {
                let answer = try await gateway.client.post("/shop/note", Self.note, headers: ["Ice-Facet": facet])
                let problem = try ReceivedProblem(answer)
                #expect(answer.status == 404 && problem.code == "facet_not_exist", "\(answer.body)")
                #expect(problem.members["facet"] as? String == (facet == "v2" ? "v2" : "ö"))
            }
            for (facet, code) in [("v3", "facet_not_allowed"), ("%", "invalid_header"), ("%ff", "invalid_header")] {
                let answer = try await gateway.client.post("/shop/note", Self.note, headers: ["Ice-Facet": facet])
                #expect(try ReceivedProblem(answer).code == code && answer.status == 400)
            }
            #expect(notes.contexts.isEmpty)
        }
    }

    @Test("Ice-Mode beats the mode of the service")
    func modes() async throws {
        try await withNotes {
            $0.services[0].mode = .oneway
        } _: { gateway, notes in
            for (mode, status, body) in [
                (nil, 202, #"{"sent":true}"#), ("twoway", 200, "{}"), ("oneway", 202, #"{"sent":true}"#),
                ("batch-oneway", 202, #"{"sent":true,"count":1}"#),
            ] {
                let answer = try await gateway.client.post(
                    "/shop/note", Self.note, headers: mode.map { ["Ice-Mode": $0] } ?? [:])
                #expect(answer.status == status && answer.body == body, "\(mode ?? "")")
            }
            await gateway.servant.waitForCalls("note", count: 4)
            for mode in ["datagram", "batch-datagram"] {
                let answer = try await gateway.client.post("/shop/note", Self.note, headers: ["Ice-Mode": mode])
                let problem = try ReceivedProblem(answer)
                #expect(answer.status == 503 && problem.code == "no_endpoint" && problem.dispatched == "no")
            }
            for mode in ["oneway", "batch-oneway", "datagram", "batch-datagram"] {
                let answer = try await gateway.client.post("/shop/greet", #"{"name":"x"}"#, headers: ["Ice-Mode": mode])
                #expect(try ReceivedProblem(answer).code == "twoway_only" && answer.status == 400)
            }
            #expect(notes.onewayCount == 3)
        }
    }

    @Test("an operation that is always called oneway can't be called twoway, in other modes it can")
    func alwaysOneway() async throws {
        try await withNotes {
            $0.services[0].oneway = ["note"]
        } _: { gateway, notes in
            for body in [Self.note, "[\(Self.note)]"] {
                let twoway = try await gateway.client.post("/shop/note", body, headers: ["Ice-Mode": "twoway"])
                let problem = try ReceivedProblem(twoway)
                #expect(twoway.status == 400 && problem.code == "invalid_header" && problem.dispatched == "no")
            }
            for mode in [nil, "oneway", "batch-oneway"] {
                let answer = try await gateway.client.post(
                    "/shop/note", Self.note, headers: mode.map { ["Ice-Mode": $0] } ?? [:])
                #expect(answer.status == 202, "\(answer.body)")
            }
            await gateway.servant.waitForCalls("note", count: 3)
            #expect(notes.onewayCount == 3)
        }
    }

    @Test(
        "a proxy with -O and a service of mode batch-oneway send batches of one, and call the rest twoway",
        arguments: [true, false])
    func batchServices(isProxy: Bool) async throws {
        try await withNotes { configuration in
            if isProxy {
                configuration.services[0].proxy = configuration.services[0].proxy.replacing("shop", with: "shop -O")
            } else {
                configuration.services[0].mode = .batchOneway
            }
        } _: { gateway, notes in
            try gateway.answer("greet") { _ in .returns("hi") }
            #expect(try await gateway.readiness().body.contains(#""shop":{"state":"ready""#))
            let batch = try await gateway.client.post("/shop/note", Self.note)
            #expect(batch.status == 202 && batch.body == #"{"sent":true,"count":1}"#)
            #expect(try await gateway.client.post("/shop/greet", #"{"name":"x"}"#).status == 200)
            await gateway.servant.waitForCalls("note", count: 1)
            #expect(notes.onewayCount == 1)
        }
    }

    @Test("datagrams, one by one or in batches, by header, by mode and by proxy")
    func datagrams() async throws {
        let socket = try RawDatagrams()
        let proxy = "x:udp -h 127.0.0.1 -p \(socket.port):tcp -h 127.0.0.1 -p 1"
        let proxies = ["plain": proxy, "mode": proxy, "batch": proxy, "option": proxy.replacing("x:", with: "x -D:")]
        try await TestGateway.with(proxies: proxies) { configuration in
            for index in configuration.services.indices {
                switch configuration.services[index].name {
                case "mode": configuration.services[index].mode = .datagram
                case "batch": configuration.services[index].mode = .batchDatagram
                default: break
                }
            }
        } _: { gateway in
            for (service, mode, kind) in [
                ("plain", "datagram", MessageHeader.Kind.request), ("plain", "batch-datagram", .batchRequest),
                ("mode", nil, .request), ("mode", "batch-oneway", .batchRequest), ("batch", nil, .batchRequest),
                ("batch", "oneway", .request), ("option", nil, .batchRequest),
            ] {
                let answer = try await gateway.client.post(
                    "/\(service)/note", Self.note, headers: mode.map { ["Ice-Mode": $0] } ?? [:])
                #expect(answer.status == 202, "\(answer.body)")
                let message = try await onThread { try socket.receive().bytes }
                #expect(RawMessages.kind(of: message) == kind, "\(service) \(mode ?? "")")
                #expect(try RawMessages.requests(in: message).map(\.current.operation) == ["note"])
            }
            let twoway = try await gateway.client.post("/mode/note", Self.note, headers: ["Ice-Mode": "twoway"])
            #expect(try ReceivedProblem(twoway).code == "invalid_header" && twoway.status == 400)
        }
    }

    @Test("a client that goes away leaves its slot to the next one")
    func slotIsFree() async throws {
        try await TestGateway.with(configure: { $0.limits.inFlight = 1 }) { gateway in
            let gate = Gate()
            defer { gate.open() }
            try gateway.answer("hang") { _ in
                await gate.wait()
                return .nothing
            }
            try gateway.answer("note") { _ in .nothing }
            let close = try await gateway.client.begin(Self.request("/shop/hang", [], body: ""))
            await gateway.servant.waitForCalls("hang", count: 1)
            let full = try await gateway.client.post("/shop/note", Self.note)
            #expect(try ReceivedProblem(full).code == "overloaded" && full.status == 503)
            close()
            // The close is on its way.
            while try await gateway.client.post("/shop/note", Self.note).status == 503 { try Task.checkCancellation() }
            gate.open()
        }
    }
}

/// What became known of some calls.
private final class Notes: Sendable {
    private let state = Mutex((contexts: [[String: String]](), onewayCount: 0))

    var contexts: [[String: String]] { state.withLock { $0.contexts } }
    var onewayCount: Int { state.withLock { $0.onewayCount } }

    func add(_ context: [String: String], isOneway: Bool) {
        state.withLock { state in
            state.contexts.append(context)
            if isOneway { state.onewayCount += 1 }
        }
    }
}
