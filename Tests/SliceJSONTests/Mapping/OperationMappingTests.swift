import IceEncoding
import Slice
import SliceJSON
import Testing

@Suite("Mapping of operations")
struct OperationMappingTests {
    private func plan(_ operation: String, definitions: String = "", options: JSONOptions = JSONOptions()) throws
        -> OperationPlan
    {
        let model = try compile("module M { \(definitions) interface Test { \(operation); } }")
        return OperationPlan.compile(try model.operation("f"), model: model, options: options)
    }

    @Test("No parameters: no body, an empty object, nothing else")
    func noParameters() throws {
        let plan = try plan("void f()")
        for text in ["", "{}", " { } ", "{\n}\r\n"] { #expect(try plan.encode(Array(text.utf8)) == [], "\(text)") }
        for text in ["[]", "null", "1", "{\"x\":1}", "{", "}", " ", "{}{}", "{},"] {
            #expect(throws: JSONError.self, "\(text)") { try plan.encode(Array(text.utf8)) }
        }
        #expect(try plan.decode([]) == "{}")
        #expect(try plan.decode([], .v1_0) == "{}")
    }

    @Test("With parameters there must be a body")
    func emptyBody() throws {
        let plan = try plan("void f(int a)")
        for text in ["", " ", "\n"] {
            #expect {
                try plan.encode(Array(text.utf8))
            } throws: { error in
                guard let error = error as? JSONError else { return false }
                return error.code == .malformed && error.pointer.isEmpty
            }
        }
    }

    @Test("Parameters are read in any order, all of them and no other")
    func parameters() throws {
        let plan = try plan("void f(int a, string b, bool c)")
        let expected = try bytes("01000000 0162 01")
        for text in [
            #"{"a":1,"b":"b","c":true}"#, #"{"c":true,"b":"b","a":1}"#, " {\t\"b\" : \"b\"\n, \"a\" :1, \"c\":true } ",
        ] {
            #expect(try plan.encode(Array(text.utf8)) == expected)
        }
        for (text, code, pointer) in [
            (#"{"a":1,"b":"b"}"#, JSONError.Code.missingMember, "/c"),
            (#"{"a":1,"b":"b","c":true,"d":1}"#, .unknownMember, "/d"),
            (#"{"a":1,"a":1,"b":"b","c":true}"#, .duplicateMember, "/a"),
            (#"{"c":true,"c":true,"a":1,"b":"b"}"#, .duplicateMember, "/c"),
        ] {
            #expect {
                try plan.encode(Array(text.utf8))
            } throws: { error in
                guard let error = error as? JSONError else { return false }
                return error.code == code && error.pointer == pointer
            }
        }
    }

    @Test("The result stands first, then the out-parameters; on the wire it is last")
    func results() throws {
        let plan = try plan("string f(out int a, out long b)")
        let payload = try bytes("07000000 0800000000000000 03726574")
        #expect(try plan.decode(payload) == #"{"returnValue":"ret","a":7,"b":"8"}"#)
        #expect(try plan.decode(payload, .v1_0) == #"{"returnValue":"ret","a":7,"b":"8"}"#)
        #expect(try self.plan("int f()").decode(bytes("01000000")) == #"{"returnValue":1}"#)
        #expect(try self.plan("void f(out int a, out int b)").decode(bytes("01000000 02000000")) == #"{"a":1,"b":2}"#)
    }

    @Test("What follows the result is refused, but for optional values that Slice doesn't know")
    func surplus() throws {
        let plan = try plan("byte f()")
        #expect(try plan.decode(bytes("07 ff")) == #"{"returnValue":7}"#)
        #expect(try plan.decode(bytes("07 0a01000000")) == #"{"returnValue":7}"#)
        #expect(try plan.decode(bytes("07 00"), .v1_0) == #"{"returnValue":7}"#)
        for (hex, encoding) in [
            ("07 00", EncodingVersion.v1_1), ("07 0000", .v1_0), ("07 ff 00", .v1_1), ("", .v1_1), ("", .v1_0),
        ] {
            #expect(throws: MarshalError.self) { try plan.decode(bytes(hex), encoding) }
        }
    }

    @Test("Other encodings are refused both ways")
    func encodings() throws {
        let plan = try plan("byte f(byte v)")
        for encoding in [
            EncodingVersion(major: 1, minor: 2), EncodingVersion(major: 2, minor: 0),
            EncodingVersion(major: 0, minor: 0),
        ] {
            #expect {
                try plan.encode(Array("{\"v\":1}".utf8), encoding)
            } throws: { error in
                (error as? JSONError)?.code == .unsupported
            }
            #expect {
                try plan.decode([1], encoding)
            } throws: { error in
                (error as? MarshalError)?.code == .unsupportedVersion
            }
            #expect {
                try plan.decodeException([1], encoding)
            } throws: { error in
                (error as? MarshalError)?.code == .unsupportedVersion
            }
        }
    }

    @Test(
        "Messages say where, what was expected and what was found",
        arguments: [
            (
                #"{"items":[{"qty":1},{"qty":2},{"qty":3},{"qty":3.5}]}"#,
                "/items/3/qty: expected an integer from -2147483648 to 2147483647, got 3.5"
            ),
            (
                #"{"items":[{"qty":2147483648}]}"#,
                "/items/0/qty: expected an integer from -2147483648 to 2147483647, got 2147483648"
            ),
            (
                #"{"items":[{"qty":"1"}]}"#,
                #"/items/0/qty: expected an integer from -2147483648 to 2147483647, got "1""#
            ),
            (
                #"{"items":[{"qty":true}]}"#,
                "/items/0/qty: expected an integer from -2147483648 to 2147483647, got true"
            ),
            (
                #"{"items":[{"qty":{}}]}"#,
                "/items/0/qty: expected an integer from -2147483648 to 2147483647, got an object"
            ),
            (
                #"{"items":[{"qty":[]}]}"#,
                "/items/0/qty: expected an integer from -2147483648 to 2147483647, got an array"
            ),
            (
                #"{"items":[{"qty":null}]}"#,
                "/items/0/qty: expected an integer from -2147483648 to 2147483647, got null"
            ),
            (#"{"items":[{"Qty":1}]}"#, "/items/0/Qty: unknown member"),
            (#"{"items":[{}]}"#, "/items/0/qty: the member is missing"),
            (#"{"items":[{"qty":1,"qty":1}]}"#, "/items/0/qty: the member stands there twice"),
            (#"{"items":{}}"#, "/items: expected an array, got an object"),
            (#"{"items":[1]}"#, "/items/0: expected an object, got 1"),
            (#"{"items":[[]]}"#, "/items/0: expected an object, got an array"),
            ("[]", "expected an object, got an array"), ("7", "expected an object, got 7"),
            ("{}", "/items: the member is missing"), (#"{"items":[],"a/b~c":1}"#, "/a~1b~0c: unknown member"),
            (#"{"items":[{"qty":1}"#, "line 1, column 20: the text ends where a comma or a closing bracket should be"),
            ("{\n \"items\" [", "line 2, column 10: an array where a colon should be"),
            ("{\"items\":[}", "line 1, column 11: } where an object should be"),
            ("", "line 1, column 1: the body is empty; a JSON object is needed"),
            ("{\"items\":[]} x", "line 1, column 14: x after the end of the value"),
        ])
    func messages(text: String, message: String) throws {
        let plan = try plan("void f(Items items)", definitions: "struct Item { int qty; } sequence<Item> Items;")
        #expect {
            try plan.encode(Array(text.utf8))
        } throws: { error in
            #expect("\(error)" == message)
            return error is JSONError
        }
    }

    @Test("No text is an empty object when all in-parameters are optional")
    func emptyText() throws {
        for parameters in ["optional(1) int a, optional(2) string b", ""] {
            let plan = try plan("void f(\(parameters))")
            #expect(try plan.encode([]) == plan.encode(Array("{}".utf8)))
        }
        #expect(throws: JSONError.self) { try plan("void f(optional(1) int a, int b)").encode([]) }
    }

    @Test("A message shows the start of a long value only, and never half a character")
    func longValues() throws {
        let plan = try plan("void f(int a)")
        for text in [
            String(repeating: "x", count: 10_000), String(repeating: "é", count: 5000),
            "a" + String(repeating: "é", count: 5000),
        ] {
            #expect {
                try plan.encode(Array("{\"a\":\"\(text)\"}".utf8))
            } throws: { error in
                let message = "\(error)"
                return message.utf8.count < 200 && !message.contains("\u{FFFD}")
            }
        }
    }

    @Test("A message shows a string up to its end, not up to an escaped quote")
    func foundEscapes() throws {
        #expect {
            try plan("void f(int a)").encode(Array(#"{"a":"x\"y\\"}"#.utf8))
        } throws: { error in
            "\(error)" == #"/a: expected an integer from -2147483648 to 2147483647, got "x\"y\\""#
        }
    }

    @Test("A byte order mark is refused by name")
    func byteOrderMark() throws {
        #expect {
            try plan("void f(int a)").encode([0xEF, 0xBB, 0xBF] + Array("{\"a\":1}".utf8))
        } throws: { error in
            "\(error)" == "line 1, column 1: JSON text must not begin with a byte order mark"
        }
    }

    @Test(
        "What can't be carried is said when the plan is made",
        arguments: [
            ("void f(Test* v)", "parameter 'v' uses proxy '::M::Test*'"),
            ("void f(Object* v)", "parameter 'v' uses proxy '::Ice::Object*'"),
            ("Tests f(Tests v)", "parameter 'v' uses proxy '::M::Test*'"),
            ("void f() throws X", "exception '::M::X' uses proxy '::M::Test*'"),
            ("void f(Late v)", "parameter 'v' uses class '::M::Late', which no file defines, only declares"),
            ("Box f()", "result uses class '::M::Late', which no file defines, only declares"),
        ])
    func unsupported(operation: String, reason: String) throws {
        let definitions =
            "interface Test; sequence<Test*> Tests; exception X { optional(1) Test* o; } class Late; struct Box { Late l; }"
        let plan = try plan(operation, definitions: definitions)
        #expect(plan.unsupported == "operation 'f' can't be called: \(reason)")
    }
}
