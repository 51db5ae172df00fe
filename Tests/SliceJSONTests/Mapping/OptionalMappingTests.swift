import IceEncoding
import Slice
import SliceJSON
import Testing

@Suite("Optional values")
struct OptionalMappingTests {
    private static let definitions = """
        enum Color { red, green = 400 }
        struct Point { int x; int y; }
        struct Person { string name; Point place; }
        sequence<byte> Bytes; sequence<bool> Bools; sequence<short> Shorts; sequence<string> Strings;
        sequence<Point> Points; sequence<Person> People;
        dictionary<byte, long> Fixed; dictionary<string, int> Named; dictionary<Point, short> ByPoint; dictionary<Person, int> ByPerson;
        """

    private func plan(_ operation: String, definitions: String = definitions) throws -> OperationPlan {
        let model = try compile("module M { \(definitions) interface Test { \(operation); } }")
        let plan = OperationPlan.compile(try model.operation("f"), model: model)
        try #require(plan.unsupported == nil)
        return plan
    }

    @Test(
        "Every format: what is written has the tag and the size of its kind, and is read again",
        arguments: [
            ("bool", "true", "08 01"), ("byte", "7", "08 07"), ("short", "-2", "09 feff"), ("int", "1", "0a 01000000"),
            ("float", "1.5", "0a 0000c03f"), ("long", #""1""#, "0b 01000000 00000000"),
            ("double", "1.5", "0b 00000000 0000f83f"), ("string", #""hey""#, "0d 03 686579"),
            ("Color", #""green""#, "0c ff 90010000"), ("Point", #"{"x":1,"y":2}"#, "0d 08 01000000 02000000"),
            ("Person", #"{"name":"a","place":{"x":1,"y":2}}"#, "0e 0a000000 01 61 01000000 02000000"),
            ("Bytes", #""AQI=""#, "0d 02 0102"), ("Bools", "[true,false]", "0d 02 0100"),
            ("Shorts", "[]", "0d 01 00"), ("Shorts", "[1]", "0d 03 01 0100"),
            ("Strings", #"["a"]"#, "0e 03000000 01 01 61"),
            ("Points", #"[{"x":1,"y":2}]"#, "0d 09 01 01000000 02000000"),
            ("People", #"[{"name":"","place":{"x":1,"y":2}}]"#, "0e 0a000000 01 00 01000000 02000000"),
            ("Fixed", #"{"1":"2"}"#, "0d 0a 01 01 02000000 00000000"),
            ("Named", #"{"a":1}"#, "0e 07000000 01 01 61 01000000"),
            ("ByPoint", #"[{"key":{"x":1,"y":2},"value":3}]"#, "0d 0b 01 01000000 02000000 0300"),
            ("ByPerson", "[]", "0e 01000000 00"),
        ])
    func formats(type: String, json: String, expected: String) throws {
        let plan = try plan("void f(optional(1) \(type) v, int last)")
        let object = #"{"v":\#(json),"last":9}"#
        let payload = try plan.encode(Array(object.utf8))
        #expect(hex(payload) == "09000000" + expected.filter { $0 != " " })
        #expect(try plan.decodeArguments(payload) == object)
        for unset in [#"{"last":9}"#, #"{"v":null,"last":9}"#] {
            #expect(hex(try plan.encode(Array(unset.utf8))) == "09000000")
        }
        #expect(try plan.decodeArguments(bytes("09000000")) == #"{"last":9}"#)
        // The same value in every other format is refused.
        let format = payload[4] & 7
        for other in 0..<8 where other != format {
            var changed = payload
            changed[4] = payload[4] & 0xF8 | UInt8(other)
            #expect(throws: MarshalError.self) { try plan.decodeArguments(changed) }
        }
        for count in 5..<payload.count {
            #expect(throws: MarshalError.self) { try plan.decodeArguments(Array(payload.prefix(count))) }
        }
    }

    @Test("Long ones have long sizes")
    func longSizes() throws {
        let plan = try plan("optional(40) Shorts f()")
        let json = "{\"returnValue\":[\(Array(repeating: "1", count: 127).joined(separator: ","))]}"
        let payload = try plan.encodeResult(json)
        #expect(hex(Array(payload.prefix(7))) == "f528ffff000000")
        #expect(try plan.decode(payload) == json)
    }

    @Test("Results: the one returned first, then as declared, however the tags are ordered")
    func results() throws {
        let plan = try plan("optional(9) int f(out optional(3) string s, out int r, out optional(1) int t)")
        let json = #"{"returnValue":1,"s":"x","r":2,"t":3}"#
        let payload = try plan.encodeResult(json)
        #expect(hex(payload) == "02000000" + "0a03000000" + "1d0178" + "4a01000000")
        #expect(try plan.decode(payload) == json)
        #expect(try plan.decode(bytes("02000000 1d 01 78")) == #"{"s":"x","r":2}"#)
        #expect(try plan.decode(bytes("02000000")) == #"{"r":2}"#)
        #expect(try plan.decode(bytes("02000000"), .v1_0) == #"{"r":2}"#)
        let alone = try self.plan("optional(9) int f()")
        #expect(try alone.decode([]) == "{}")
        #expect(try alone.encodeResult("{}") == [])
    }

    @Test("Unknown tags are read over, an end marker is taken, tags may come in any order and by the long way")
    func reading() throws {
        let plan = try plan("void f(optional(2) int a, optional(5) string b)")
        let json = #"{"a":1,"b":"x"}"#
        for hex in [
            "12 01000000 2d 01 78", "2d 01 78 12 01000000", "12 01000000 2d 01 78 ff", "f2 02 01000000 f5 05 01 78",
            "08 07 12 01000000 19 0000 24 ff ff000000 2d 01 78 3e 02000000 0000 f5 ff 00010000 01 00",
        ] {
            // Tag 2 in format f4 is 0x12, tag 5 in vSize 0x2d.
            #expect(try plan.decodeArguments(bytes(hex)) == json, "\(hex)")
        }
        for hex in ["12 01000000 fb", "12 0100", "2d 02 78", "3f 02", "26 ffffffff", "f2"] {
            #expect(throws: MarshalError.self, "\(hex)") { try plan.decodeArguments(bytes(hex)) }
        }
    }

    @Test("A size around a value that isn't the value's is refused")
    func wrongSize() throws {
        let plan = try plan("void f(optional(1) Point p, optional(2) Strings s)")
        #expect(try plan.decodeArguments(bytes("0d 08 01000000 02000000")) == #"{"p":{"x":1,"y":2}}"#)
        for hex in [
            "0d 07 01000000 02000000", "0d 09 01000000 02000000 00", "16 02000000 01 01 61", "16 04000000 01 01 61 00",
        ] {
            #expect(throws: MarshalError.self, "\(hex)") { try plan.decodeArguments(bytes(hex)) }
        }
    }

    @Test("In encoding 1.0 a set one is refused, an unset one is not")
    func version10() throws {
        let plan = try plan("void f(optional(1) int a, int b)")
        #expect(hex(try plan.encode(Array(#"{"b":1,"a":null}"#.utf8), .v1_0)) == "01000000")
        let error = #expect(throws: JSONError.self) { try plan.encode(Array(#"{"b":1,"a":2}"#.utf8), .v1_0) }
        #expect(error?.code == .notInEncoding && error?.pointer == "/a")
        #expect(error?.message == "an optional value can't be sent in encoding 1.0, which the proxy asks for")
    }

    @Test("A default of an optional member is no value")
    func defaults() throws {
        let definitions = "class C { optional(1) int a = 5; int b = 6; } exception X { optional(1) string s = \"x\"; }"
        let plan = try plan("C f(C v) throws X", definitions: definitions)
        let payload = try plan.encode(Array(#"{"v":{}}"#.utf8))
        #expect(try plan.decodeArguments(payload) == #"{"v":{"@type":"::M::C","b":6}}"#)
        #expect(try plan.decodeException(plan.encodeException(#"{"@type":"::M::X"}"#)).text == #"{"@type":"::M::X"}"#)
    }

    @Test("Optional instances, which Ice 3.7 still had")
    func instances() throws {
        let plan = try plan("void f(optional(1) C v, optional(2) C w)", definitions: "class C { int i; }")
        let json = #"{"v":{"@type":"::M::C","@id":"1","i":7},"w":{"@ref":"1"}}"#
        let payload = try plan.encode(Array(json.utf8))
        #expect(hex(payload) == "0f" + "0121063a3a4d3a3a4307000000" + "17" + "02")
        #expect(try plan.decodeArguments(payload) == json)
        // Whoever doesn't know them reads them, so that later references are right.
        let other = try self.plan("void f(optional(2) C w)", definitions: "class C { int i; }")
        #expect(try other.decodeArguments(payload) == #"{"w":{"@type":"::M::C","i":7}}"#)
    }

    @Test("Members may come in any order; unknown and repeated ones are refused")
    func order() throws {
        let plan = try plan("void f(optional(2) int a, int b, optional(1) int c)")
        #expect(hex(try plan.encode(Array(#"{"c":3,"b":2,"a":1}"#.utf8))) == "02000000" + "0a03000000" + "1201000000")
        for (json, code, pointer) in [
            (#"{"c":3,"b":2,"d":1}"#, .unknownMember, "/d"), (#"{"a":1}"#, .missingMember, "/b"),
            (#"{"b":1,"a":1,"a":null}"#, .duplicateMember, "/a"), (#"{"b":1,"a":"x"}"#, .wrongType, "/a"),
            (#"{"b":null}"#, .wrongType, "/b"), (#"{"b":1,"@type":"x"}"#, .unknownMember, "/@type"),
        ] as [(String, JSONError.Code, String)] {
            let error = #expect(throws: JSONError.self) { try plan.encode(Array(json.utf8)) }
            #expect(error?.code == code && error?.pointer == pointer, "\(json)")
        }
    }
}
