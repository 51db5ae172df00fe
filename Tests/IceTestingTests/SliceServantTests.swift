import Ice
import IceTesting
import Testing

@Suite("Servants made of Slice", .timeLimit(.minutes(5))) struct SliceServantTests {
    static let shop = """
        module Demo {
            enum Color { red, green }
            struct Item { string name; long price; Color color; }
            sequence<Item> Items;
            exception ShopError { string reason; }
            exception OutOfStock extends ShopError { string item; int left; }
            exception Unrelated {}
            class Pet { string name; Pet next; }
            interface Base { void knock(); }
            interface Shop extends Base {
                idempotent Items list(Color color);
                Item buy(string name, int count, out bool last) throws ShopError;
                Pet adopt(Pet pet);
                Shop* partner();
                optional(1) string note(optional(2) string text);
                sequence<byte> bytes(sequence<byte> value);
            }
        }
        """.replacing("sequence<byte> bytes(sequence<byte> value);", with: "")

    /// Runs `body` with a servant of the shop and a caller for it.
    private func withShop(
        answers: String? = nil, _ body: (SliceServant, SliceCaller) async throws -> Void
    ) async throws {
        let slice = try LoadedSlice(source: Self.shop)
        let file = try answers.map { try AnswerFile($0, for: slice) }
        let servant = try SliceServant(interface: "Demo::Shop", in: slice, answers: file)
        let communicator = try Communicator()
        let adapter = try communicator.createObjectAdapterWithEndpoints(
            name: "Shop", endpoints: "tcp -h 127.0.0.1 -p 0")
        let proxy = try adapter.add(servant: servant, identity: Identity(name: "shop"))
        try adapter.activate()
        do {
            try await body(servant, try SliceCaller(proxy, interface: "::Demo::Shop", in: slice))
        } catch {
            await communicator.destroy()
            throw error
        }
        await communicator.destroy()
    }

    @Test("a closure gets parameters and answers with a result, a user exception or a status")
    func closures() async throws {
        try await withShop { (servant, caller) async throws in
            try servant.on("buy") { call in
                switch call["count"]?.integer {
                case 1?:
                    .result([
                        "returnValue": ["name": call["name"] ?? .null, "price": 7, "color": "red"], "last": false,
                    ])
                case 2?: .throw(["@type": "::Demo::OutOfStock", "reason": "sold", "item": "x", "left": 0])
                case 3?: .status(.objectNotExist, "")
                case 4?: .status(ReplyStatus(rawValue: 200), "teapot")
                default: throw LocalException(.facetNotExist, "")
                }
            }
            #expect(
                try await caller.call("buy", ["name": "tea", "count": 1])
                    == .result(["returnValue": ["name": "tea", "price": "7", "color": "red"], "last": false]))
            #expect(
                try await caller.call("buy", ["name": "tea", "count": 2])
                    == .exception(["@type": "::Demo::OutOfStock", "reason": "sold", "item": "x", "left": 0]))
            for (count, status) in [
                (3, ReplyStatus.objectNotExist), (4, ReplyStatus(rawValue: 200)), (5, .facetNotExist),
            ] {
                let error = await #expect(throws: LocalException.self) {
                    try await caller.call("buy", ["name": "tea", "count": .number("\(count)")])
                }
                #expect(error?.replyStatus == status)
            }
        }
    }

    @Test("without an answer there is the example of the result type")
    func examples() async throws {
        try await withShop { (_, caller) async throws in
            #expect(
                try await caller.call("list", ["color": "green"])
                    == .result(["returnValue": [["name": "name", "price": "1", "color": "red"]]]))
            #expect(
                try await caller.call("adopt", ["pet": .null])
                    == .result(["returnValue": ["@type": "::Demo::Pet", "name": "name", "next": .null]]))
            #expect(try await caller.call("partner") == .result(["returnValue": .null]))
            #expect(try await caller.call("knock") == .result([:]))
            #expect(try await caller.call("note") == .result([:]))
        }
    }

    @Test("calls are recorded with their parameters, waited for, and forgotten")
    func recording() async throws {
        try await withShop { (servant, caller) async throws in
            async let seen = servant.waitForCalls("knock", count: 3)
            for _ in 0..<3 { _ = try await caller.call("knock", context: ["user": "alice"]) }
            _ = try await caller.call("note", ["text": "é\u{0}\""])
            let calls = await seen
            #expect(calls.map(\.count) == [1, 2, 3] && calls.allSatisfy { $0.context == ["user": "alice"] })
            #expect(servant.calls.map(\.operation) == ["knock", "knock", "knock", "note"])
            #expect(servant.calls.last?.parameters == ["text": "é\u{0}\""])
            #expect(servant.callCount("knock") == 3 && servant.callCount("list") == 0)
            servant.forgetCalls()
            #expect(servant.calls == [] && servant.callCount("knock") == 0)
            let waiting = Task { await servant.waitForCalls("knock") }
            waiting.cancel()
            #expect(await waiting.value == [])
        }
    }

    @Test("a recorded call is a line of JSON, and can be repeated")
    func replay() async throws {
        try await withShop { (servant, caller) async throws in
            _ = try await caller.call("note", ["text": "a"], context: ["k": "v"])
            let line = try #require(servant.calls.first).json.description
            #expect(
                line
                    == #"{"interface":"::Demo::Shop","operation":"note","identity":"shop","context":{"k":"v"},"parameters":{"text":"a"}}"#
            )
            let call = try MockCall(try JSONValue(parsing: line))
            try servant.on("note") { .returns("again: \($0["text"]?.string ?? "")") }
            #expect(try await caller.replay(call) == .result(["returnValue": "again: a"]))
            #expect(servant.calls.last?.context == ["k": "v"])
            #expect(throws: MockFailure.self) { try MockCall(["operation": "note"]) }
        }
    }

    @Test("an answer waits until the test says so")
    func delay() async throws {
        try await withShop { (servant, caller) async throws in
            let event = MockEvent()
            try servant.on("knock") { _ in
                await event.wait()
                return .nothing
            }
            async let answer = caller.call("knock")
            await servant.waitForCalls("knock")
            #expect(!event.hasHappened)
            event.happen()
            #expect(try await answer == .result([:]))
        }
    }

    @Test("what can't be answered is refused when it is set, or told to the caller")
    func wrongAnswers() async throws {
        try await withShop { (servant, caller) async throws in
            #expect(throws: MockFailure.self) { try servant.on("nothing", .nothing) }
            #expect(throws: MockFailure.self) { try servant.on("nothing") { _ in .nothing } }
            let error = #expect(throws: MockFailure.self) { try servant.on("note", .returns(5)) }
            #expect(error?.description == "note: /returnValue: expected a string, got 5")
            try servant.on("note") { _ in .returns(5) }
            let told = await #expect(throws: LocalException.self) { try await caller.call("note") }
            #expect(told?.code == .unknown && told?.message.contains("no answer for note: /returnValue") == true)
            await #expect(throws: MockFailure.self) { try await caller.call("note", ["texd": "a"]) }
            await #expect(throws: MockFailure.self) { try await caller.call("nothing") }
        }
    }

    @Test("the object tells its types, and refuses operations that it has not")
    func types() async throws {
        let slice = try LoadedSlice(source: Self.shop)
        let servant = try SliceServant(interface: "::Demo::Shop", in: slice)
        #expect(servant.iceTypeIds == ["::Demo::Shop", "::Demo::Base", "::Ice::Object"])
        let current = Current(id: Identity(name: "x"), operation: "nothing")
        let error = await #expect(throws: LocalException.self) {
            try await servant.dispatch(IncomingRequest(current: current, inEncaps: Encapsulation.make()))
        }
        #expect(error?.code == .operationNotExist)
        #expect(throws: MockFailure.self) { try SliceServant(interface: "::Demo::Item", in: slice) }
        #expect(throws: MockFailure.self) { try LoadedSlice(source: "module M { interface I { Nope f(); } }") }
    }

    @Test("parameters that are none are a marshal exception, as of a real servant")
    func malformed() async throws {
        let slice = try LoadedSlice(source: Self.shop)
        let servant = try SliceServant(interface: "::Demo::Shop", in: slice)
        let current = Current(id: Identity(name: "x"), operation: "buy")
        await #expect(throws: MarshalError.self) {
            try await servant.dispatch(IncomingRequest(current: current, inEncaps: Encapsulation.make()))
        }
        #expect(servant.calls == [])
    }
}
