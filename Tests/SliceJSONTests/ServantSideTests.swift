import IceEncoding
import Slice
import SliceJSON
import Testing

@Suite("The servant's side of an operation")
struct ServantSideTests {
    private func plan(_ operation: String, definitions: String = "") throws -> OperationPlan {
        let model = try compile("module M { \(definitions) interface Test { \(operation); } }")
        return OperationPlan.compile(try model.operation("f"), model: model)
    }

    private static let definitions = """
        enum Wide { small, large = 1000 }
        struct Item { string name; Wide wide; long count; }
        sequence<Item> Items; dictionary<int, string> Names;
        """

    @Test("Arguments arrive as the JSON they were made of", arguments: [EncodingVersion.v1_0, .v1_1])
    func arguments(encoding: EncodingVersion) throws {
        let plan = try plan("void f(int a, Items items, Names names)", definitions: Self.definitions)
        let json = #"{"a":-1,"items":[{"name":"é","wide":"large","count":"5"}],"names":{"7":"x","-1":""}}"#
        let payload = try plan.encode(Array(json.utf8), encoding)
        #expect(try plan.decodeArguments(payload, encoding) == json)
        for count in 0..<payload.count {
            #expect(throws: MarshalError.self, "\(count)") {
                try plan.decodeArguments(Array(payload.prefix(count)), encoding)
            }
        }
        #expect(throws: MarshalError.self) { try plan.decodeArguments(payload + [0xFF, 0xFF], encoding) }
    }

    @Test("No arguments are an empty object")
    func noArguments() throws {
        #expect(try plan("int f()").decodeArguments([]) == "{}")
    }

    @Test("A result becomes the reply that reads back as it", arguments: [EncodingVersion.v1_0, .v1_1])
    func result(encoding: EncodingVersion) throws {
        let plan = try plan("Items f(out int a, out Wide b)", definitions: Self.definitions)
        let json = #"{"returnValue":[{"name":"n","wide":"small","count":"-1"}],"a":7,"b":"large"}"#
        let payload = try plan.encodeResult(json, encoding)
        #expect(payload.starts(with: [7, 0, 0, 0]), "out-parameters go first")
        #expect(try plan.decode(payload, encoding) == json)
        let reordered = #"{"b":"large","a":7,"returnValue":[{"count":-1,"wide":"small","name":"n"}]}"#
        #expect(try plan.encodeResult(reordered, encoding) == payload)
    }

    @Test("A result that is not one is refused with its place")
    func wrongResult() throws {
        let plan = try plan("string f(out int a)")
        for (json, pointer) in [
            (#"{"a":1}"#, "/returnValue"), (#"{"returnValue":"x"}"#, "/a"),
            (#"{"returnValue":1,"a":1}"#, "/returnValue"),
            (#"{"returnValue":"x","a":1,"b":2}"#, "/b"), ("", ""),
        ] {
            #expect {
                try plan.encodeResult(json)
            } throws: { error in
                (error as? JSONError)?.pointer == pointer
            }
        }
    }

    @Test("Nothing to return: nothing, or an empty object")
    func noResult() throws {
        let plan = try plan("void f(int a)")
        #expect(try plan.encodeResult("") == [])
        #expect(try plan.encodeResult("{}") == [])
        #expect(throws: JSONError.self) { try plan.encodeResult(#"{"returnValue":null}"#) }
    }

    @Test("Encodings other than 1.0 and 1.1 are refused")
    func encodings() throws {
        let plan = try plan("int f(int a)")
        let other = EncodingVersion(major: 1, minor: 2)
        #expect(throws: MarshalError.self) { try plan.decodeArguments([1, 0, 0, 0], other) }
        #expect(throws: JSONError.self) { try plan.encodeResult(#"{"returnValue":1}"#, other) }
    }

    @Test("An out-parameter may not have the name of the result, but of none")
    func namedAsResult() throws {
        #expect(
            try plan("int f(out int returnValue)").unsupported
                == "operation 'f' can't be called: out-parameter 'returnValue' has the name of the result")
        let alone = try plan("void f(out int returnValue)")
        #expect(alone.unsupported == nil)
        #expect(try alone.decode([1, 0, 0, 0]) == #"{"returnValue":1}"#)
    }
}
