import Ice
import IceTesting
import Testing

@Suite("Answers files", .timeLimit(.minutes(5))) struct AnswerFileTests {
    /// Answers of a servant without a connection.
    private struct Mock {
        let servant: SliceServant
        let slice: LoadedSlice

        init(_ answers: String, interface: String = "::Demo::Shop") throws {
            slice = try LoadedSlice(source: SliceServantTests.shop)
            servant = try SliceServant(interface: interface, in: slice, answers: try AnswerFile(answers, for: slice))
        }

        /// What a call over a real connection comes to.
        func outcomes(_ calls: [(operation: String, parameters: JSONValue)]) async throws -> [CallOutcome?] {
            let communicator = try Communicator()
            let adapter = try communicator.createObjectAdapterWithEndpoints(
                name: "Mock", endpoints: "tcp -h 127.0.0.1 -p 0")
            let proxy = try adapter.add(servant: servant, identity: Identity(name: "shop", category: "c"))
            try adapter.activate()
            let caller = try SliceCaller(proxy, interface: servant.iceTypeIds[0], in: slice)
            var outcomes: [CallOutcome?] = []
            for call in calls { outcomes.append(try? await caller.call(call.operation, call.parameters)) }
            await communicator.destroy()
            return outcomes
        }

        func notes(_ texts: [String?]) async throws -> [String?] {
            try await outcomes(texts.map { ("note", $0.map { ["text": .string($0)] } ?? [:]) }).map { outcome in
                if case .result(let result)? = outcome { result["returnValue"]?.string } else { nil }
            }
        }
    }

    @Test("a list is walked, and its last answer stays")
    func walk() async throws {
        let mock = try Mock(#"{"note": ["a", {"returnValue": "b"}, {"@fail": "Unknown"}, "c"]}"#)
        #expect(try await mock.notes(["", "", "", "", ""]) == ["a", "b", nil, "c", "c"])
    }

    @Test("a condition that holds goes first, and may have a list of its own")
    func conditions() async throws {
        let mock = try Mock(
            #"""
            {"note": ["else", {"@when": {"text": "bob"}, "@answers": ["b1", "b2"]},
                      {"@when": {"text": {"@contains": "li"}}, "returnValue": "ali"},
                      {"@when": {"text": null}, "returnValue": "unset"},
                      {"@when": {"text": {"@not": {"@contains": "e"}}}, "returnValue": "no e"}]}
            """#)
        #expect(
            try await mock.notes(["bob", "alice", "eve", "bob", "bob", nil, "zzz"])
                == ["b1", "ali", "else", "b2", "b2", "unset", "no e"])
    }

    @Test("numbers are compared as numbers, members of objects one by one")
    func comparisons() async throws {
        let mock = try Mock(
            #"""
            {"buy": [{"@when": {"count": {"@above": 10}}, "@type": "::Demo::OutOfStock", "reason": "${name}", "item": "${name}", "left": "${count}"},
                     {"@when": {"count": {"@below": 0}}, "@type": "::Demo::ShopError", "reason": "$${name} ${count}"}],
             "adopt": [{"@when": {"pet": {"next": {"name": "b"}}}, "returnValue": "${pet.next}"},
                       {"@when": {"pet": null}, "@fail": 200, "@message": "no pet"}, {"returnValue": null}]}
            """#)
        let pet: JSONValue = [
            "@type": "::Demo::Pet", "name": "a", "next": ["@type": "::Demo::Pet", "name": "b", "next": .null],
        ]
        let outcomes = try await mock.outcomes([
            ("buy", ["name": "x", "count": 11]), ("buy", ["name": "x", "count": -1]),
            ("buy", ["name": "x", "count": 10]), ("adopt", ["pet": pet]), ("adopt", ["pet": .null]),
            ("adopt", ["pet": pet["next"] ?? .null]),
        ])
        #expect(
            outcomes == [
                .exception(["@type": "::Demo::OutOfStock", "reason": "x", "item": "x", "left": 11]),
                .exception(["@type": "::Demo::ShopError", "reason": "${name} -1"]),
                .result(["returnValue": ["name": "name", "price": "1", "color": "red"], "last": true]),
                .result(["returnValue": pet["next"] ?? .null]), nil, .result(["returnValue": .null]),
            ])
    }

    @Test("places stand for parameters and for the call")
    func templates() async throws {
        let mock = try Mock(
            #"{"note": "${text}|${@identity}|${@operation}|${@interface}|${@count}|${@facet}|${@context.a.b}|$x|$", "partner": "other${@endpoints}"}"#
        )
        #expect(
            try await mock.notes(["é🙂", nil]) == [
                "é🙂|c/shop|note|::Demo::Shop|1|||$x|$", "|c/shop|note|::Demo::Shop|2|||$x|$",
            ])
        let outcome = try #require(try await mock.outcomes([("partner", [:])])[0])
        guard case .result(let result) = outcome else { return #expect(Bool(false), "\(outcome)") }
        #expect(result["returnValue"]?.string?.hasPrefix("other:tcp -h 127.0.0.1 -p ") == true)
    }

    @Test("what is said of an interface goes before what is said of all")
    func interfaces() async throws {
        let answers = #"{"knock": {"@fail": "Unknown"}, "Demo::Shop": {"knock": null}}"#
        #expect(try await Mock(answers).outcomes([("knock", [:])]) == [.result([:])])
        #expect(try await Mock(answers, interface: "Demo::Base").outcomes([("knock", [:])]) == [nil])
    }

    @Test("a delayed answer comes when delays end")
    func delay() async throws {
        let mock = try Mock(
            #"{"note": {"@delay": "60m", "returnValue": "late"}, "knock": {"@example": true, "@delay": "0ms"}}"#)
        async let notes = mock.notes([""])
        await mock.servant.waitForCalls("note")
        mock.servant.endDelays()
        #expect(try await notes == ["late"])
        #expect(try await mock.outcomes([("knock", [:])]) == [.result([:])])
    }

    @Test(
        "what is wrong is told with its place",
        arguments: [
            ("", "answers:1:1: error: the text is empty"),
            ("{\n  \"a\": 1,}", "answers:2:10: error: } where a member name in quotes should be"),
            ("[]", "answers:1:1: error: answers are an object of operations"),
            (#"{"nope": 1}"#, "answers:1:2: error: no interface has an operation 'nope'"),
            (#"{"note": "a", "note": "b"}"#, "answers:1:15: error: the member stands there twice"),
            (#"{"::Demo::Nope": {}}"#, "answers:1:2: error: interface ::Demo::Nope is not in the Slice files"),
            (#"{"::Demo::Shop": {}, "Demo::Shop": {}}"#, "answers:1:22: error: ::Demo::Shop stands there twice"),
            (#"{"::Demo::Shop": 1}"#, "answers:1:18: error: an interface has an object of operations"),
            (#"{"Demo::Shop": {"x": 1}}"#, "answers:1:17: error: ::Demo::Shop has no operation 'x'"),
            (#"{"note": 5}"#, "answers:1:10: error: /returnValue: expected a string, got 5"),
            (#"{"note": []}"#, "answers:1:10: error: a list has at least one answer"),
            (#"{"note": [["a"]]}"#, "answers:1:11: error: a list inside a list"),
            (#"{"note": {"returnValue": 5}}"#, "answers:1:26: error: /returnValue: expected a string, got 5"),
            (#"{"note": {"value": "a"}}"#, "error: /value: unknown member"),
            (#"{"note": {"@dely": "1s"}}"#, "answers:1:11: error: unknown '@dely'"),
            (#"{"note": {"@delay": "1 week", "returnValue": "a"}}"#, "answers:1:21: error: '@delay' is as"),
            (#"{"note": {"@delay": "61m", "returnValue": "a"}}"#, "an hour at most"),
            (#"{"note": {"@delay": "99999999999999999999s", "returnValue": "a"}}"#, "an hour at most"),
            (#"{"note": "${txt}"}"#, "answers:1:10: error: the operation has no parameter 'txt'; it has text"),
            (#"{"note": "${text"}"#, "answers:1:10: error: '${' without '}'"),
            (#"{"note": "${text.}"}"#, "answers:1:10: error: '${…}' names nothing"),
            (#"{"note": {"@fail": "Nope"}}"#, "answers:1:20: error: '@fail' is one of ObjectNotExist,"),
            (#"{"note": {"@fail": 1}}"#, "or a number from 2 to 255"),
            (#"{"note": {"@fail": 7, "returnValue": "a"}}"#, "answers:1:23: error: besides '@fail'"),
            (#"{"note": {"@fail": 7, "@message": 1}}"#, "answers:1:35: error: '@message' is a string"),
            (#"{"note": {"@message": "a"}}"#, "answers:1:11: error: '@message' belongs to '@fail'"),
            (#"{"note": {"@example": false}}"#, "answers:1:23: error: '@example' is true"),
            (#"{"note": {"@answers": ["a"]}}"#, "answers:1:11: error: '@answers' needs a condition"),
            (
                #"{"note": {"@when": 1, "returnValue": "a"}}"#,
                "answers:1:20: error: '@when' has an object of parameters"
            ),
            (
                #"{"note": {"@when": {"txt": 1}, "returnValue": "a"}}"#,
                "answers:1:21: error: 'note' has no parameter 'txt'"
            ),
            (
                #"{"note": {"@when": {"text": {"@near": 1}}, "returnValue": "a"}}"#,
                "answers:1:30: error: unknown comparison '@near'"
            ),
            (#"{"note": {"@when": {"text": {"@above": "1"}}, "returnValue": "a"}}"#, "'@above' needs a number"),
            (#"{"note": {"@when": {}, "@answers": []}}"#, "answers:1:36: error: '@answers' has a list of answers"),
            (
                #"{"note": {"@when": {}, "@answers": [{"@when": {}}]}}"#,
                "a condition stands in the list of an operation"
            ),
            (#"{"knock": 1}"#, "answers:1:11: error: 'knock' returns nothing: {} or null"),
            (#"{"buy": "a"}"#, "answers:1:9: error: 'buy' has out-parameters"),
            (#"{"buy": {"@type": 1}}"#, "answers:1:19: error: '@type' is the type id of an exception"),
            (#"{"buy": {"@type": "::Demo::Nope"}}"#, "answers:1:19: error: no exception '::Demo::Nope'"),
            (#"{"buy": {"@type": "::Demo::Unrelated"}}"#, "'buy' does not declare exception ::Demo::Unrelated"),
            (#"{"buy": {"@type": "::Demo::ShopError"}}"#, "answers:1:9: error: /reason: the member is missing"),
            (
                #"{"list": {"returnValue": [{"name": "${color}", "price": "x", "color": "red"}]}}"#,
                "answers:1:57: error: /returnValue/0/price: expected"
            ),
        ])
    func errors(_ answers: String, _ message: String) throws {
        let slice = try LoadedSlice(source: SliceServantTests.shop)
        let failure = #expect(throws: MockFailure.self) { try AnswerFile(answers, for: slice) }
        #expect(failure?.description.contains(message) == true, "\(failure?.description ?? "")")
    }

    @Test("hostile texts are refused or taken, and nothing else")
    func hostile() throws {
        let slice = try LoadedSlice(source: SliceServantTests.shop)
        let good =
            #"{"note": ["${text}", {"@when": {"text": {"@not": {"@contains": "x"}}}, "@answers": ["a", {"@fail": 9, "@message": "${text}"}]}], "buy": {"@type": "::Demo::OutOfStock", "reason": "r", "item": "${name}", "left": 1}, "knock": {"@delay": "1s"}}"#
        _ = try AnswerFile(good, for: slice)
        let bytes = Array(good.utf8)
        var refused = 0
        func read(_ bytes: [UInt8]) {
            do throws(MockFailure) {
                _ = try AnswerFile(bytes: bytes, name: "a", for: slice)
            } catch {
                refused += error.description.contains("a:") ? 1 : 0
            }
        }
        for count in 0..<bytes.count { read(Array(bytes.prefix(count))) }
        #expect(refused == bytes.count)
        for index in bytes.indices {
            for byte: UInt8 in [0, 0x22, 0x24, 0x2C, 0x40, 0x7B, 0x7D, 0xFF] {
                var changed = bytes
                changed[index] = byte
                read(changed)
            }
        }
        #expect(throws: MockFailure.self) {
            try AnswerFile(String(repeating: "[", count: 100_000), for: slice)
        }
        let many = "{" + (0..<2_000).map { "\"x\($0)\": 1" }.joined(separator: ",") + "}"
        let failure = #expect(throws: MockFailure.self) { try AnswerFile(many, for: slice) }
        #expect(failure?.description.hasSuffix("answers: error: and 1950 more") == true)
    }
}
