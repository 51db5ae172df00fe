import IceEncoding
import SliceJSON
import Testing

/// The grammar of JSON, with jansson as the judge.
@Suite("The JSON reader beside jansson")
struct JanssonComparisonTests {
    /// Takes any object: its members are unknown, and skipped.
    private func anyObject(depth: Int = 512) throws -> OperationPlan {
        let model = try compile("module M { interface Test { void f(); } }")
        return OperationPlan.compile(
            try model.operation("f"), model: model, options: JSONOptions(unknownMembers: .ignore, depth: depth))
    }

    /// Compares the verdicts on a text; returns ours, or nil where jansson has none.
    @discardableResult
    private func compare(_ plan: OperationPlan, _ text: [UInt8]) -> Bool? {
        let verdict = JanssonVerdict(text)
        var isTaken = true
        do throws(JSONError) {
            _ = try plan.encode(text)
        } catch {
            isTaken = false
            if error.code == .tooDeep { return nil }
        }
        // An operation without parameters takes an empty body.
        if text.isEmpty { return isTaken }
        if verdict == .undecided { return nil }
        #expect(isTaken == (verdict == .object), "\(verdict): \(String(decoding: text, as: UTF8.self))")
        return isTaken
    }

    private static let good = [
        "null", "true", "false", "0", "-0", "1", "-1", "10", "1.0", "-1.5", "0.1", "1e0", "1E+1", "1e-1", "0e0",
        "1.5e10", "-0.0e-0",
        "123456789012345678", "9223372036854775807", "-9223372036854775808", "1.7976931348623157e308", "1e-400",
        "0.00000000000000000001",
        #""""#, #""a""#, #""\"""#, #""\\""#, #""\/""#, #""\b\f\n\r\t""#, #""\u0041""#, #""\u0000""#, #""\ud83d\ude0a""#,
        #""\uFFFF""#,
        #""é""#, #""€""#, #""😊""#, "\"\u{7F}\"", "\"\u{80}\"", "\"\u{2028}\"", "\"\u{FEFF}\"", "\"\u{10FFFF}\"",
        "\"\u{FFFE}\"", #""/""#,
        "[]", "[ ]", "[1]", "[1,2]", "[ 1 , 2 ]", "[[]]", "[[],[]]", "[null,true,false]", "[{}]", "[\"a\",1,{}]",
        "[1\n,\r2\t]",
        "{}", "{ }", #"{"a":1}"#, #"{"a":1,"b":2}"#, #"{"":1}"#, #"{"a":{"a":{"a":1}}}"#, #"{ "a" : 1 , "b" : [ ] }"#,
        #"{"a":[1,{"a":2}]}"#,
        #"{"a":1,"A":2}"#, #"{"é":1,"e":2}"#, #"{"\u0061":1,"b":1}"#, #"[{"a":1},{"a":1}]"#, "[1,[2,[3,[4]]]]", " 1 ",
        "\n[]\n",
    ]

    private static let bad = [
        "", " ", "nul", "nulll", "True", "FALSE", "tru", "truefalse", "true false", "undefined", "NaN", "Infinity",
        "-Infinity", "nan", "inf",
        "01", "-01", "00", "+1", "1.", ".1", "-.1", "-", "--1", "1e", "1e+", "1e-", "1.e1", "1e1.5", "1.5.5", "0x10",
        "1a", "1_0", "1 2", "0b1",
        "1,", ",1", "e1", "1ee1", "1e+-1", "-e1", "1.2.3", "1-1", "1+1", "१", "1\u{A0}", "\u{A0}1", "\u{2003}1",
        "1\u{B}", "\u{C}1",
        #"""#, #""a"#, #""\""#, #""\a""#, #""\x41""#, #""\u""#, #""\u1""#, #""\u12""#, #""\u123""#, #""\u123g""#,
        #""\U0041""#, #""\ud800""#,
        #""\udc00""#, #""\ud800\ud800""#, #""\ud800\u0041""#, #""\ud800a""#, #""\udc00\ud800""#, #""\ud83d\""#,
        "\"\n\"", "\"\t\"", "\"\r\"",
        "\"\u{0}\"", "\"\u{1F}\"", "'a'", "a", "\"a\"b", "\"a\" \"b\"", #""\'""#, #""\0""#, #""\u{41}""#, #""\u00 1""#,
        #""\ud83d\ude0""#,
        "[", "]", "[1", "[1,", "[1,]", "[,]", "[,1]", "[1 2]", "[1,,2]", "[1}", "[1:2]", "[]]", "[[]", "[1;2]",
        "[\"a\"", "[\"a]", "[nul]", "[1 ,]",
        "{", "}", "{1:2}", "{a:1}", "{'a':1}", #"{"a"}"#, #"{"a":}"#, #"{"a" 1}"#, #"{"a":1,}"#, #"{,}"#, #"{,"a":1}"#,
        #"{"a":1 "b":2}"#,
        #"{"a":1,,"b":2}"#, #"{"a":1]"#, #"{"a"::1}"#, #"{"a":1}}"#, #"{"a":1"#, #"{"a":"#, #"{"a"#, #"{"a","b"}"#,
        #"{null:1}"#, #"{true:1}"#,
        #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, #"{"a":1,"b":2,"a":3}"#, #"{"a":{"b":1,"b":1}}"#, #"[{"":1,"":2}]"#,
        #"{"é":1,"\u00e9":1}"#,
        #"{[]:1}"#, #"{"a":1;"b":2}"#, "//\n1", "/* */1", "1//", "#1", "[1]//", "<!-- -->1", "\u{FEFF}1", "1\u{0}",
        "\u{0}", "1\u{FEFF}", "\\u0031",
        #"{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"a":0}"#, "\u{7F}", "é", "\"\\\n\"",
    ]

    @Test("What is JSON is taken, what is not is refused, as a value and as the text")
    func texts() throws {
        let plan = try anyObject()
        for text in Self.good {
            #expect(compare(plan, Array("{\"x\":\(text)}".utf8)) == true, "\(text)")
            compare(plan, Array(text.utf8))
        }
        for text in Self.bad {
            #expect(compare(plan, Array("{\"x\":\(text)}".utf8)) == false, "\(text)")
            #expect(compare(plan, Array("{\"x\":[\(text)]}".utf8)) != nil)
            compare(plan, Array(text.utf8))
        }
        #expect(Self.good.count + Self.bad.count > 200)
    }

    @Test("Bytes that are no UTF-8 are refused alike, wherever they stand")
    func badUTF8() throws {
        let plan = try anyObject()
        for first in UInt8(0x7F)...0xFF {
            for tail in [
                [], [0x80], [0x80, 0x80], [0x80, 0x80, 0x80], [0xBF, 0xBF, 0xBF], [0x9F, 0x80], [0xA0, 0x80],
                [0x8F, 0xBF, 0xBF], [0x90, 0x80, 0x80], [0x41], [0xC0, 0x80],
            ] as [[UInt8]] {
                for before in ["", "1234567", "12345678"] {
                    let content = Array(before.utf8) + [first] + tail
                    compare(plan, Array("{\"x\":\"".utf8) + content + Array("\"}".utf8))
                    compare(plan, Array("{\"".utf8) + content + Array("\":0}".utf8))
                }
            }
        }
    }

    @Test("Beyond 64 bits, beyond doubles and with NUL in keys jansson gives up; we don't")
    func beyondJansson() throws {
        let plan = try anyObject()
        for text in [
            "9223372036854775808", "-9223372036854775809", "1e309", "-1e400", "1e99999999999", "{\"a\\u0000\":1}",
            "{\"\\u0000\":1,\"\\u0000b\":1}",
        ] {
            let json = Array("{\"x\":\(text)}".utf8)
            #expect(JanssonVerdict(json) == .undecided)
            #expect(try plan.encode(json) == [])
        }
        #expect(throws: JSONError.self) { try plan.encode(Array(#"{"x":{"\u0000":1,"\u0000":1}}"#.utf8)) }
    }

    @Test("Deeper than the limit we refuse what jansson takes")
    func depth() throws {
        let plan = try anyObject(depth: 64)
        for count in [62, 63, 64, 65, 2000] {
            let arrays = "{\"x\":" + String(repeating: "[", count: count) + String(repeating: "]", count: count) + "}"
            let objects =
                "{\"x\":" + String(repeating: "{\"x\":", count: count) + "1" + String(repeating: "}", count: count)
                + "}"
            for text in [arrays, objects] {
                #expect(JanssonVerdict(Array(text.utf8)) == .object)
                #expect((compare(plan, Array(text.utf8)) == true) == (count <= 63))
            }
        }
    }

    @Test("Documents changed at random get the same verdict")
    func mutations() throws {
        let plan = try anyObject()
        var random = SplitMix64(seed: 7)
        var taken = 0
        var refused = 0
        for _ in 0..<40_000 {
            let text = mutated(Array(document(&random).utf8), &random)
            switch compare(plan, text) {
            case true: taken += 1
            case false: refused += 1
            case nil: break
            }
        }
        #expect(taken > 2000 && refused > 2000)
    }

    @Test("Documents of a type changed at random: what we take is JSON, what we call malformed is none")
    func typedMutations() throws {
        let type = try TypeHarness(
            "T",
            definitions: """
                enum E { red, green } sequence<byte> B; sequence<double> D; dictionary<string, E> S; dictionary<int, string> I;
                struct P { int x; long y; } dictionary<P, bool> K; sequence<P> Q;
                struct T { bool a; byte b; float c; string d; E e; B f; D g; S h; I i; K j; Q k; P l; }
                """)
        let json = #"""
            {"v":{"a":true,"b":7,"c":1.5,"d":"te\u0041xt","e":"green","f":"AAEC","g":[1.5,-2e10,"NaN"],"h":{"k":"red","l":"green"},"i":{"-1":"x","20":""},
            "j":[{"key":{"x":1,"y":"2"},"value":true},{"value":false,"key":{"y":3,"x":1}}],"k":[{"x":1,"y":1},{"y":"2","x":2}],"l":{"y":9,"x":8}}}
            """#
        let text = Array(json.utf8)
        #expect(try !type.encode(json).isEmpty)
        var random = SplitMix64(seed: 8)
        var codes: Set<JSONError.Code> = []
        var taken = 0
        for _ in 0..<20_000 {
            let text = mutated(text, &random)
            let verdict = JanssonVerdict(text)
            do throws(JSONError) {
                let payload = try type.encoder.encode(text)
                taken += 1
                #expect(verdict == .object || verdict == .undecided, "\(String(decoding: text, as: UTF8.self))")
                do throws(MarshalError) {
                    let again = try type.decode(payload)
                    #expect(JanssonVerdict(Array(again.utf8)) == .object)
                } catch {
                    Issue.record("\(error)")
                }
            } catch {
                codes.insert(error.code)
                if error.code == .malformed || error.code == .badString {
                    #expect(verdict != .object, "\(error): \(String(decoding: text, as: UTF8.self))")
                }
                #expect(error.offset <= text.count && error.line >= 1 && error.column >= 1)
            }
        }
        #expect(taken > 500)
        #expect(
            codes.isSuperset(of: [
                .malformed, .badString, .wrongType, .outOfRange, .unknownMember, .missingMember, .duplicateMember,
                .unknownEnumerator, .badKey, .badBase64,
            ]))
    }

    /// A document with some of everything.
    private func document(_ random: inout SplitMix64) -> String {
        func value(_ depth: Int) -> String {
            switch Int.random(in: 0..<(depth > 0 ? 9 : 7), using: &random) {
            case 0: return ["null", "true", "false"].randomElement(using: &random) ?? ""
            case 1:
                return "\(Int64.random(in: .min ... .max, using: &random) >> Int64.random(in: 0..<63, using: &random))"
            case 2: return "\(Double.random(in: -1000...1000, using: &random))"
            case 3: return ["1e5", "-0.0", "1.5E-7", "0", "120e+3"].randomElement(using: &random) ?? ""
            case 4:
                return ["\"\"", "\"abc\"", "\"a\\n\\u00e9\"", "\"é€😊 text that is longer\"", "\"\\ud83d\\ude0a\""]
                    .randomElement(using: &random) ?? ""
            case 5: return "[]"
            case 6: return "{}"
            case 7:
                return "["
                    + (0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth - 1) }.joined(separator: ", ")
                    + "]"
            default:
                let members = (0..<Int.random(in: 0...10, using: &random)).map { "\"k\($0)\" : " + value(depth - 1) }
                return "{" + members.joined(separator: ",") + "}"
            }
        }
        return "{\"x\":" + value(3) + ",\"y\":" + value(2) + "}"
    }
}
