import IceEncoding
import SliceJSON
import Testing

@Suite("Mapping of structs, sequences and dictionaries")
struct ConstructedMappingTests {
    private static let four = "struct S { int a; string b; bool c; short d; }"

    @Test("A struct's members are written in Slice order and read in any")
    func permutations() throws {
        let type = try TypeHarness("S", definitions: Self.four)
        let members = [#""a":1"#, #""b":"x""#, #""c":true"#, #""d":-1"#]
        let expected = try bytes("01000000 0178 01 ffff")
        #expect(try type.decode(value: expected) == "{\(members.joined(separator: ","))}")
        var count = 0
        for order in permutations(of: members) {
            for separator in [",", " ,\n\t"] {
                #expect(try type.encode(value: "{\(order.joined(separator: separator))}") == expected, "\(order)")
            }
            count += 1
        }
        #expect(count == 24)
    }

    private func permutations(of items: [String]) -> [[String]] {
        guard !items.isEmpty else { return [[]] }
        return items.indices.flatMap { index in
            var rest = items
            let item = rest.remove(at: index)
            return permutations(of: rest).map { [item] + $0 }
        }
    }

    @Test("A missing member is named, whatever the order of the others")
    func missing() throws {
        let type = try TypeHarness("S", definitions: Self.four)
        let members = ["a": "1", "b": "\"x\"", "c": "true", "d": "-1"]
        for name in members.keys.sorted() {
            let others = members.filter { $0.key != name }.map { "\"\($0.key)\":\($0.value)" }
            for order in permutations(of: others) {
                let error = try type.error("{\(order.joined(separator: ","))}")
                #expect(error.code == .missingMember)
                #expect(error.description == "/v/\(name): the member is missing")
            }
        }
        #expect(try type.error("{}").description == "/v/a: the member is missing")
    }

    @Test("An unknown or repeated member is refused and named", arguments: [0, 1, 2, 3, 4])
    func surplus(position: Int) throws {
        let type = try TypeHarness("S", definitions: Self.four)
        let members = [#""a":1"#, #""b":"x""#, #""c":true"#, #""d":-1"#]
        for (surplus, code, pointer) in [
            (#""e":1"#, JSONError.Code.unknownMember, "/v/e"), (#""A":1"#, .unknownMember, "/v/A"),
            (#""":1"#, .unknownMember, "/v/"),
            (#""a/b~c":{"a":1}"#, .unknownMember, "/v/a~1b~0c"), (#""a":1"#, .duplicateMember, "/v/a"),
            (#""d":-1"#, .duplicateMember, "/v/d"),
            (#""\u0061":1"#, .duplicateMember, "/v/a"),
        ] {
            var list = members
            list.insert(surplus, at: position)
            let error = try type.error("{\(list.joined(separator: ","))}")
            #expect(error.code == code, "\(list)")
            #expect(error.pointer == pointer, "\(list)")
        }
    }

    @Test("A member's name may be written with escapes")
    func escapedNames() throws {
        let type = try TypeHarness("S", definitions: Self.four)
        let expected = try bytes("01000000 0178 01 ffff")
        #expect(try type.encode(value: #"{"\u0061":1,"b":"x","\u0063":true,"d":-1}"#) == expected)
    }

    @Test("Unknown members are skipped when asked for, but must be JSON without repeated names")
    func ignoring() throws {
        let type = try TypeHarness("S", definitions: Self.four, options: JSONOptions(unknownMembers: .ignore))
        let expected = try bytes("01000000 0178 01 ffff")
        for unknown in [
            "null", "1e999", "[[],{},[1,{\"a\":{\"a\":1}}]]", "{\"x\":1,\"y\":{\"x\":1}}", "\"\\ud83d\\ude0a\"", "-0.0",
        ] {
            #expect(
                try type.encode(value: #"{"a":1,"b":"x","z":\#(unknown),"c":true,"d":-1}"#) == expected, "\(unknown)")
            #expect(
                try type.encode(value: #"{"z":\#(unknown),"d":-1,"c":true,"b":"x","a":1}"#) == expected, "\(unknown)")
        }
        for (unknown, code) in [
            ("01", JSONError.Code.malformed), ("[1,]", .malformed), ("{\"x\":1,}", .malformed), ("{x:1}", .malformed),
            ("[", .malformed),
            ("{\"x\":1,\"x\":1}", .duplicateMember), ("[{\"x\":{\"y\":1,\"\\u0079\":1}}]", .duplicateMember),
            ("\"\\ud800\"", .badString),
        ] {
            #expect(try type.error(#"{"a":1,"b":"x","z":\#(unknown),"c":true,"d":-1}"#).code == code, "\(unknown)")
        }
        #expect(try type.error(#"{"a":1,"b":"x","z":1,"z":1,"c":true,"d":-1}"#).code == .duplicateMember)
        #expect(try type.error(#"{"z":1,"a":1,"b":"x","c":true,"d":-1,"z":1}"#).code == .duplicateMember)
        #expect(try type.error(#"{"z":1,"b":"x","c":true,"d":-1}"#).description == "/v/a: the member is missing")
    }

    @Test("Repeated members are found inside values that are read out of order")
    func duplicatesOutOfOrder() throws {
        let type = try TypeHarness("T", definitions: "struct P { int x; int y; } struct T { P p; P q; }")
        let error = try type.error(#"{"q":{"x":1,"y":2,"x":1},"p":{"x":1,"y":2}}"#)
        #expect(error.code == .duplicateMember)
        #expect(error.pointer == "/v/q/x")
        #expect(
            try type.encode(value: #"{"q":{"y":2,"x":1},"p":{"y":4,"x":3}}"#)
                == bytes("03000000 04000000 01000000 02000000"))
    }

    @Test("Defaults stand in for absent members, of every type")
    func defaults() throws {
        let type = try TypeHarness(
            "D",
            definitions: """
                enum E { e0, e1, e300 = 300 }
                const int K = 42;
                struct D {
                    bool a = true; byte b = 200; short c = -2; int d = K; long e = -9223372036854775808; float f = 1.5; double g = 0.1;
                    string h = "hé\\n"; E i = e300; string j; float k = 3; double l = 7;
                }
                """)
        let json = #"""
            {"a":true,"b":200,"c":-2,"d":42,"e":"-9223372036854775808","f":1.5,"g":0.1,"h":"hé\n","i":"e300","j":"","k":3.0,"l":7.0}
            """#
        for encoding in [EncodingVersion.v1_1, .v1_0] {
            let all = try type.encode(value: json, encoding)
            #expect(try type.decode(value: all, encoding) == json)
            #expect(try type.encode(value: #"{"j":""}"#, encoding) == all)
            #expect(try type.encode(value: #"{"l":7,"j":"","a":true}"#, encoding) == all)
            #expect(try type.encode(value: #"{"j":"","a":false}"#, encoding).first == 0)
        }
        #expect(try type.error("{}").description == "/v/j: the member is missing")
        #expect(try type.error(#"{"j":"","d":null}"#).code == .wrongType)
        #expect(try type.error(#"{"j":"","i":null}"#).code == .wrongType)
    }

    @Test("A struct takes objects only", arguments: ["null", "[]", "1", "\"\"", "true"])
    func structsOfOtherKinds(text: String) throws {
        let error = try TypeHarness("S", definitions: Self.four).error(text)
        #expect(error.code == .wrongType)
        #expect(error.pointer == "/v")
    }

    @Test("A sequence is an array", arguments: [0, 1, 2, 254, 255, 256, 1000])
    func sequences(count: Int) throws {
        let type = try TypeHarness("Q", definitions: "sequence<short> Q;")
        var payload = OutputBuffer()
        payload.appendSize(count)
        for index in 0..<count { payload.append(Int16(index)) }
        let json = "[\((0..<count).map { "\($0)" }.joined(separator: ","))]"
        #expect(try type.encode(value: json) == Array(payload.bytes))
        #expect(try type.decode(value: Array(payload.bytes)) == json)
    }

    @Test("A sequence takes arrays only, and those complete", arguments: ["null", "{}", "1", "\"\"", "true"])
    func sequencesOfOtherKinds(text: String) throws {
        let type = try TypeHarness("Q", definitions: "sequence<short> Q;")
        #expect(try type.error(text).code == .wrongType)
        for broken in ["[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1}", "[1,2"] {
            #expect(try type.error(broken).code == .malformed, "\(broken)")
        }
    }

    @Test("Sequences of sequences of structs with strings, whose sizes move when they grow")
    func nestedSequences() throws {
        let type = try TypeHarness("QQ", definitions: "struct P { string s; int i; } sequence<P> Q; sequence<Q> QQ;")
        let inner =
            "[" + (0..<300).map { #"{"s":"\#(String(repeating: "y", count: $0))","i":\#($0)}"# }.joined(separator: ",")
            + "]"
        let json = "[" + [String](repeating: inner, count: 260).joined(separator: ",") + "]"
        #expect(try type.decode(value: type.encode(value: json)) == json)
    }

    /// Keys of a type: good ones and what they are on the wire, and bad ones.
    private static let keys: [(type: String, good: [(String, String)], bad: [String])] = [
        ("bool", [("false", "00"), ("true", "01")], ["0", "1", "True", "", " true"]),
        ("byte", [("0", "00"), ("255", "ff")], ["256", "-1", "1.0", "01", "+1", "", " 1", "1e1", "-0"]),
        ("short", [("-32768", "0080"), ("7", "0700")], ["32768", "-32769", "007", "7.0", "٣"]),
        (
            "int", [("-1", "ffffffff"), ("0", "00000000"), ("2147483647", "ffffff7f")],
            ["2147483648", "-0", "1e2", "0x1", "--1", "-"]
        ),
        (
            "long", [("9223372036854775807", "ffffffffffffff7f"), ("-9223372036854775808", "0000000000000080")],
            ["9223372036854775808", "00", "1.0"]
        ),
        ("E", [("red", "00"), ("green", "01")], ["blue", "0", "Red", ""]),
        ("string", [("", "00"), ("é", "02c3a9"), ("a", "0161")], []),
    ]

    @Test("Keys of dictionaries are text in canonical spelling", arguments: keys)
    func dictionaryKeys(_ row: (type: String, good: [(String, String)], bad: [String])) throws {
        let type = try TypeHarness("D", definitions: "enum E { red, green } dictionary<\(row.type), byte> D;")
        for (key, bytes) in row.good {
            #expect(hex(try type.encode(value: "{\"\(key)\":7}")) == "01" + bytes + "07")
            #expect(try type.decode(value: SliceJSONTests.bytes("01" + bytes + "07")) == "{\"\(key)\":7}")
            // Equal keys are equal texts; escapes don't hide them.
            let twice = try type.error("{\"\(key)\":7,\"\(key)\":8}")
            #expect(twice.code == .duplicateMember, "\(twice)")
            if let first = key.utf8.first, first < 0x80 {
                let escaped = "\\u00" + hex([first]) + key.dropFirst()
                #expect(try type.encode(value: "{\"\(escaped)\":7}") == type.encode(value: "{\"\(key)\":7}"))
                #expect(try type.error("{\"\(key)\":7,\"\(escaped)\":8}").code == .duplicateMember)
            }
        }
        let all = row.good.map { "\"\($0.0)\":1" }.joined(separator: ",")
        #expect(try type.decode(value: type.encode(value: "{\(all)}")) == "{\(all)}")
        for key in row.bad {
            let error = try type.error("{\"\(key)\":7}")
            #expect(error.code == .badKey, "\(key)")
            #expect(error.pointer == "/v/\(key)")
        }
        #expect(try type.error("[]").code == .wrongType)
        #expect(try type.error("null").code == .wrongType)
        for broken in ["{", "{1:2}", "{\"", "{\"a\"", "{,}", "{\"red\" 1}"] {
            #expect(try type.error(broken).code != .wrongType, "\(broken)")
        }
    }

    @Test("Enumerators as keys keep to their encoding, unknown ones are numbers")
    func enumKeys() throws {
        let type = try TypeHarness("D", definitions: "enum E { a = 300, b = 2 } dictionary<E, bool> D;")
        #expect(hex(try type.encode(value: #"{"a":true,"b":false}"#)) == "02ff2c010000010200")
        #expect(hex(try type.encode(value: #"{"a":true,"b":false}"#, .v1_0)) == "022c0101020000")
        #expect(try type.decode(value: bytes("02 07 01 02 00")) == #"{"7":true,"b":false}"#)
    }

    @Test("Many keys, one of them twice")
    func manyKeys() throws {
        let type = try TypeHarness("D", definitions: "dictionary<string, int> D;")
        for count in [7, 8, 9, 10, 1000] {
            let members = (0..<count).map { "\"key\($0)\":\($0)" }
            let json = "{\(members.joined(separator: ","))}"
            #expect(try type.decode(value: type.encode(value: json)) == json)
            for twice in [0, count / 2, count - 1] {
                let error = try type.error("{\(members.joined(separator: ",")),\"key\(twice)\":1}")
                #expect(error.code == .duplicateMember)
                #expect(error.pointer == "/v/key\(twice)")
            }
        }
    }

    @Test("Dictionaries in dictionaries keep their keys apart")
    func nestedDictionaries() throws {
        let type = try TypeHarness("DD", definitions: "dictionary<string, int> D; dictionary<string, D> DD;")
        let json = #"{"a":{"a":1,"b":2},"b":{"a":1,"b":2},"":{}}"#
        #expect(try type.decode(value: type.encode(value: json)) == json)
        #expect(try type.error(#"{"a":{"a":1},"b":{"c":1,"c":2}}"#).pointer == "/v/b/c")
        #expect(try type.error(#"{"a":{"a":1},"b":{},"a":{}}"#).pointer == "/v/a")
    }

    @Test("A dictionary with struct keys is an array of pairs")
    func structKeys() throws {
        let type = try TypeHarness("D", definitions: "struct K { int i; string s; } dictionary<K, bool> D;")
        let json = #"[{"key":{"i":1,"s":"k"},"value":true},{"key":{"i":1,"s":"l"},"value":false}]"#
        let expected = try bytes("02 01000000 016b 01 01000000 016c 00")
        #expect(try type.encode(value: json) == expected)
        #expect(try type.decode(value: expected) == json)
        #expect(
            try type.encode(value: #"[{"value":true,"key":{"s":"k","i":1}},{"value":false,"key":{"s":"l","i":1.0}}]"#)
                == expected)
        #expect(try type.encode(value: "[]") == [0])
        let twice = try type.error(
            #"[{"key":{"i":1,"s":"k"},"value":true},{"key":{"s":"\u006b","i":1e0},"value":false}]"#)
        #expect(twice.code == .duplicateMember)
        #expect(twice.pointer == "/v/1")
        for (text, code) in [
            ("{}", JSONError.Code.wrongType), ("[1]", .wrongType), ("[{}]", .missingMember),
            (#"[{"key":{"i":1,"s":"k"}}]"#, .missingMember),
            (#"[{"key":{"i":1},"value":true}]"#, .missingMember),
            (#"[{"key":{"i":1,"s":"k"},"value":true,"x":1}]"#, .unknownMember),
            (#"[{"key":null,"value":true}]"#, .wrongType),
        ] {
            #expect(try type.error(text).code == code, "\(text)")
        }
    }

    @Test("Nested to the limit and no deeper; members are objects too")
    func depth() throws {
        let definitions = "sequence<int> A; sequence<A> B; sequence<B> C;"
        for (depth, isGood) in [(4, true), (3, false), (1, false)] {
            let type = try TypeHarness("C", definitions: definitions, options: JSONOptions(depth: depth))
            if isGood {
                #expect(try type.encode(value: "[[[1]]]") == bytes("01 01 01 01000000"))
            } else {
                let error = try type.error("[[[1]]]")
                #expect(error.code == .tooDeep)
                #expect(error.message == "nested deeper than \(depth)")
            }
        }
        // Values that nobody wants count too, in the order of the text or not.
        let ignoring = try TypeHarness("int", options: JSONOptions(unknownMembers: .ignore, depth: 10))
        func nested(_ count: Int) -> String {
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        #expect(try ignoring.encode("{\"x\":\(nested(9)),\"v\":1}") == [1, 0, 0, 0])
        #expect(throws: JSONError.self) { try ignoring.encode("{\"x\":\(nested(10)),\"v\":1}") }
        #expect(throws: JSONError.self) {
            try ignoring.encode("{\"v\":1,\"x\":\(String(repeating: "[", count: 1_000_000))")
        }
        #expect(throws: JSONError.self) {
            try ignoring.encode("{\"v\":1,\"x\":\(String(repeating: "{\"a\":", count: 300_000))")
        }
        #expect(JSONOptions(depth: 100_000).depth == 512)
        #expect(JSONOptions(depth: 0).depth == 1)
    }
}
