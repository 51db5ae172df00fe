import Ice
import IceEncoding
import IceTesting
import Testing

/// The counts are those of Ice for Python 3.7 and 3.8 with such a locator.
@Suite("Indirect proxies", .timeLimit(.minutes(5)))
struct LocatorTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var title: String
        var proxy: String
        var intervals = "0"
        /// `LIVE` stands for the server's endpoint, `DEAD` for one that refuses.
        var answers: [String: String] = [:]
        var calls = 1
        var outcome: String
        var questions: [String: Int]

        var testDescription: String { "\(title), retries \(intervals)" }
    }

    static let rows: [Row] = [
        Row(
            title: "adapter", proxy: "greeter @ A", answers: ["A": "d:LIVE"], calls: 3, outcome: "ok",
            questions: ["A": 1]),
        Row(
            title: "well-known object", proxy: "greeter", answers: ["greeter": "greeter:LIVE"], calls: 3, outcome: "ok",
            questions: ["greeter": 1]),
        Row(
            title: "well-known object in an adapter", proxy: "greeter",
            answers: ["greeter": "greeter @ A", "A": "d:LIVE"],
            calls: 2, outcome: "ok", questions: ["greeter": 1, "A": 1]),
        Row(title: "unknown adapter", proxy: "greeter @ A", outcome: "NotRegistered", questions: ["A": 2]),
        Row(
            title: "unknown adapter", proxy: "greeter @ A", intervals: "-1", outcome: "NotRegistered",
            questions: ["A": 1]),
        Row(
            title: "unknown adapter", proxy: "greeter @ A", intervals: "0 0", outcome: "NotRegistered",
            questions: ["A": 3]),
        Row(title: "unknown object", proxy: "greeter", outcome: "NotRegistered", questions: ["greeter": 2]),
        Row(
            title: "unknown adapter of an object", proxy: "greeter", answers: ["greeter": "greeter @ A"], calls: 2,
            outcome: "NotRegistered", questions: ["greeter": 4, "A": 4]),
        Row(title: "nil adapter", proxy: "greeter @ A", answers: ["A": ""], outcome: "NoEndpoint", questions: ["A": 2]),
        Row(
            title: "nil adapter", proxy: "greeter @ A", intervals: "0 0", answers: ["A": ""], outcome: "NoEndpoint",
            questions: ["A": 3]),
        Row(
            title: "nil object", proxy: "greeter", answers: ["greeter": ""], outcome: "NoEndpoint",
            questions: ["greeter": 2]),
        Row(
            title: "nil adapter of an object", proxy: "greeter", answers: ["greeter": "greeter @ A", "A": ""], calls: 2,
            outcome: "NoEndpoint", questions: ["greeter": 4, "A": 4]),
        Row(
            title: "adapter that is again indirect", proxy: "greeter @ A", answers: ["A": "d @ B"],
            outcome: "NoEndpoint",
            questions: ["A": 2]),
        Row(
            title: "object that is again well-known", proxy: "greeter", answers: ["greeter": "other"], calls: 2,
            outcome: "NoEndpoint", questions: ["greeter": 4]),
        Row(
            title: "datagram endpoints only", proxy: "greeter @ A", answers: ["A": "d:udp -h 127.0.0.1 -p 9"],
            outcome: "NoEndpoint", questions: ["A": 1]),
        Row(
            title: "endpoint that refuses", proxy: "greeter @ A", answers: ["A": "d:DEAD"],
            outcome: "ConnectionRefused",
            questions: ["A": 2]),
        Row(
            title: "endpoint that refuses", proxy: "greeter @ A", intervals: "-1", answers: ["A": "d:DEAD"],
            outcome: "ConnectionRefused", questions: ["A": 1]),
        Row(
            title: "no such object, well-known", proxy: "other", answers: ["other": "other:LIVE"], calls: 2,
            outcome: "ObjectNotExist", questions: ["other": 4]),
        Row(
            title: "no such object, well-known", proxy: "other", intervals: "-1", answers: ["other": "other:LIVE"],
            calls: 2, outcome: "ObjectNotExist", questions: ["other": 2]),
        Row(
            title: "no such object, in an adapter", proxy: "other @ A", answers: ["A": "d:LIVE"], calls: 2,
            outcome: "ObjectNotExist", questions: ["A": 1]),
        Row(
            title: "no such object, well-known in an adapter", proxy: "other", intervals: "0 0",
            answers: ["other": "other @ A", "A": "d:LIVE"], calls: 2, outcome: "ObjectNotExist",
            questions: ["other": 6, "A": 6]),
    ]

    @Test("what is asked, and what comes of it", arguments: rows)
    func rules(_ row: Row) async throws {
        let deaf = try DeafPort()
        try await LocatorScene.run(["Ice.RetryIntervals": row.intervals]) { scene in
            for (name, text) in row.answers {
                scene.locator.on(
                    name,
                    text.replacing("LIVE", with: scene.endpoint)
                        .replacing("DEAD", with: "tcp -h 127.0.0.1 -p \(deaf.port)"))
            }
            let outcomes = await scene.call(try scene.proxy(row.proxy), times: row.calls)
            #expect(outcomes == Array(repeating: row.outcome, count: row.calls))
            #expect(scene.locator.counts == row.questions)
        }
    }

    @Test("what the locator fails with is the call's failure")
    func locatorFails() async throws {
        try await LocatorScene.run(["Ice.RetryIntervals": "-1"]) { scene in
            scene.locator.on("A") { _ in throw LocalException(.unknownUser, "as asked") }
            let outcomes = await scene.call(try scene.proxy("greeter @ A"))
            #expect(outcomes == ["UnknownUser"])
        }
    }

    @Test("a locator that is down")
    func locatorDown() async throws {
        let deaf = try DeafPort()
        try await withCommunicator(["Ice.Default.Locator": "l:tcp -h 127.0.0.1 -p \(deaf.port)"]) { communicator in
            let proxy = try #require(try communicator.makeProxy("greeter @ A"))
            let refused = LocalException(.connectionRefused, "")
            await #expect(throws: refused) { try await proxy.ice_ping() }
        }
    }

    @Test("without a locator an indirect proxy has no endpoint")
    func noLocator() async throws {
        try await withCommunicator { communicator in
            let proxy = try #require(try communicator.makeProxy("greeter @ A"))
            await #expect(throws: LocalException(.noEndpoint, "")) { try await proxy.ice_ping() }
        }
    }

    @Test("a proxy's own locator is asked, not the default one")
    func ownLocator() async throws {
        try await LocatorScene.run { scene in
            let other = ScriptedLocator()
            defer { other.forget() }
            other.on("A", "d:\(scene.endpoint)")
            let (text, _) = try LocatorScene.serve(other.servant, "other", in: scene.server)
            let proxy = try scene.proxy("greeter @ A").ice_locator(try scene.proxy(text))
            let outcomes = await scene.call(proxy)
            #expect(outcomes == ["ok"])
            #expect(other.counts == ["A": 1])
            #expect(scene.locator.counts == [:])
        }
    }

    @Test("a proxy of encoding 1.0 asks in 1.0 and has a table of its own")
    func encoding10() async throws {
        try await LocatorScene.run { scene in
            scene.locator.on("A", "d:\(scene.endpoint)")
            scene.locator.on("greeter", "greeter -e 1.0:\(scene.endpoint)")
            let first = await scene.call(try scene.proxy("greeter -e 1.0 @ A"), times: 2)
            #expect(first == ["ok", "ok"])
            #expect(scene.locator.encodings == [.v1_0])
            let second = await scene.call(try scene.proxy("greeter -e 1.0"))
            #expect(second == ["ok"])
            let third = await scene.call(try scene.proxy("greeter @ A"))
            #expect(third == ["ok"])
            #expect(scene.locator.encodings == [.v1_0, .v1_1])
            #expect(scene.locator.counts == ["A": 2, "greeter": 1])
        }
    }

    @Test("an object that doesn't speak the proxy's encoding has no endpoint")
    func incompatible() async throws {
        try await LocatorScene.run(["Ice.RetryIntervals": "-1"]) { scene in
            scene.locator.on("greeter", "greeter -e 1.0:\(scene.endpoint)")
            let outcomes = await scene.call(try scene.proxy("greeter"))
            #expect(outcomes == ["NoEndpoint"])
        }
    }

    @Test("oneway requests and connections are looked up, too")
    func otherKinds() async throws {
        try await LocatorScene.run { scene in
            scene.locator.on("A", "d:\(scene.endpoint)")
            let proxy = try scene.proxy("greeter @ A")
            _ = try await proxy.ice_getConnection()
            try await proxy.ice_oneway().ice_ping()
            #expect(scene.locator.counts == ["A": 1])
        }
    }

    @Test("the gateway's way: invokers on a loop")
    func onLoop() async throws {
        try await LocatorScene.run { scene in
            scene.locator.on("A", "d:\(scene.endpoint)")
            let locator = try #require(scene.client.getDefaultLocator())
            try await LoopClient.run { client in
                client.communicator.setDefaultLocator(try client.communicator.makeProxy("\(locator)"))
                let recorders = [
                    await client.start(try client.invoker("greeter @ A"), operation: "ice_ping", mode: .idempotent),
                    await client.start(try client.invoker("greeter @ A"), operation: "ice_ping", mode: .idempotent),
                ]
                for recorder in recorders { #expect(await recorder.end() == .replied(.ok, [6, 0, 0, 0, 1, 1])) }
                #expect(scene.locator.counts == ["A": 1])
            }
        }
    }

    @Test("a proxy of a communicator that is gone is looked up by the one that invokes it")
    func adopted() async throws {
        try await LocatorScene.run { scene in
            scene.locator.on("A", "d:\(scene.endpoint)")
            let locator = try #require(scene.client.getDefaultLocator())
            let loader = try Communicator(["Ice.Default.Locator": "\(locator)"])
            let proxy = try #require(try loader.makeProxy("greeter @ A"))
            await loader.destroy()
            try await LoopClient.run { client in
                let invoker = client.communicator.makeInvoker(proxy, on: client.loop)
                let recorder = await client.start(invoker, operation: "ice_ping", mode: .idempotent)
                #expect(await recorder.end() == .replied(.ok, [6, 0, 0, 0, 1, 1]))
            }
        }
    }

    @Test("Ice.Trace.Locator: 1 questions and answers, 2 what is known and forgotten", arguments: 0...2)
    func trace(level: Int) async throws {
        let recorder = LogRecorder()
        let properties: Properties = ["Ice.Trace.Locator": "\(level)", "Ice.RetryIntervals": "-1"]
        try await LocatorScene.run(properties, logger: recorder.logger) { scene in
            scene.locator.on("other", "other:\(scene.endpoint)")
            scene.locator.on("A", "d:\(scene.endpoint)")
            for text in ["greeter @ A", "greeter @ A", "other"] { _ = await scene.call(try scene.proxy(text)) }
        }
        let asked = ["asking the locator", "the locator answered"]
        let all = asked + ["found without asking"] + asked + ["forgetting an answer"]
        let messages = recorder.traces("Locator").map(\.message)
        #expect(messages == [[], asked + asked, all][level])
    }
}
