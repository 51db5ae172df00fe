import Ice
import IceEncoding
import Slice
import Testing

@testable import IcegateCommands

@Suite("Operations to call") struct CallableSliceTests {
    private static let source = """
        module M {
            exception E {}
            sequence<string> Names;
            interface Base { idempotent void reset(); }
            interface A extends Base { Names find(string name, optional(1) int count, out Base* where) throws E; }
            interface B extends Base { void find(); void only(long number); void may(optional(1) int n); }
        }
        """

    private func slice() throws -> CallableSlice {
        let model = try #require(SliceCompiler.compile(source: Self.source, name: "M.ice").model)
        return CallableSlice(model, defaults: ProxyDefaults())
    }

    private func noAnswer() -> [String]? { nil }

    @Test("an operation that one interface declares needs no interface, also when others inherit it")
    func found() throws {
        let slice = try slice()
        #expect(try slice.operation("only", interface: nil, ask: noAnswer).signature == "void only(long number)")
        #expect(try slice.operation("reset", interface: nil, ask: noAnswer).signature == "idempotent void reset()")
        #expect(
            try slice.operation("ice_ids", interface: nil, ask: noAnswer).signature
                == "idempotent ::Ice::StringSeq ice_ids()")
    }

    @Test("of several the one that the target has is taken, or the one that is said")
    func asked() throws {
        let slice = try slice()
        let find = "::M::Names find(string name, optional(1) int count, out ::M::Base* where) throws ::M::E"
        #expect(
            try slice.operation("find", interface: nil) { ["::Ice::Object", "::M::A", "::M::Base"] }.signature == find)
        #expect(try slice.operation("find", interface: "M::B", ask: noAnswer).signature == "void find()")
        for answer in [nil, ["::M::A", "::M::B"], ["::X"]] {
            let failure = #expect(throws: CallFailure.self) { try slice.operation("find", interface: nil) { answer } }
            #expect(failure?.description.contains("hint: say which one: --interface ::M::A") == true)
        }
    }

    @Test(
        "what isn't there says what is",
        arguments: [
            ("onyl", nil, "did you mean 'only'?"), ("find", "::M::C", "did you mean ::M::A?"),
            ("finds", "::M::A", "::M::A has no operation 'finds'"),
        ] as [(String, String?, String)])
    func unknown(_ name: String, _ interface: String?, _ text: String) throws {
        let slice = try slice()
        let failure = #expect(throws: CallFailure.self) {
            try slice.operation(name, interface: interface, ask: noAnswer)
        }
        #expect(failure?.description.contains(text) == true, "\(String(describing: failure))")
    }

    @Test("JSON that is wrong is shown with a caret and what is right")
    func json() async throws {
        let operation = try slice().operation("only", interface: nil, ask: noAnswer)
        let communicator = try Communicator()
        let proxy = try #require(try communicator.makeProxy("x:tcp -p 1"))
        let argument = JSONArgument(text: Array("{\n  \"number\": 1.5}".utf8), source: "F")
        let failure = #expect(throws: CallFailure.self) { try operation.encode(argument, proxy) }
        let text = failure?.description ?? ""
        #expect(
            text.hasPrefix("F:2:13: error: /number: ") && text.contains("      \"number\": 1.5}\n                ^"),
            "\(text)")
        #expect(text.contains("hint: void only(long number) takes JSON such as\n{\"number\":"), "\(text)")
        let missing = #expect(throws: CallFailure.self) { try operation.encode(nil, proxy) }
        #expect(missing?.description.contains("as: '{\"number\":") == true)
        let optional = try slice().operation("may", interface: nil, ask: noAnswer)
        let empty = JSONArgument(text: Array("{}".utf8), source: "JSON")
        #expect(try optional.encode(nil, proxy) == optional.encode(empty, proxy))
        await communicator.destroy()
    }

    @Test("what a failure means for the servant")
    func execution() {
        func text(_ code: LocalException.Code, wasSent: Bool) -> String {
            guard case .failed(_, let execution) = CallOutcome.failure(LocalException(code, ""), wasSent: wasSent)
            else { return "" }
            return String(execution.text.prefix { $0 != ":" && $0 != ";" })
        }
        #expect(text(.connectionRefused, wasSent: false) == "not executed")
        #expect(text(.invocationTimeout, wasSent: false) == "not executed")
        #expect(text(.closeConnection, wasSent: true) == "not executed")
        #expect(text(.connectionLost, wasSent: true) == "may have been executed")
        #expect(text(.unknown, wasSent: true) == "executed")
        #expect(text(.objectNotExist, wasSent: true) == "the server's answer")
    }
}
