import IceEncoding
import SliceJSON
import Testing

@Suite("Mapping of strings, bytes and enumerators")
struct TextMappingTests {
    @Test(
        "Strings with every escape",
        arguments: [
            (#""""#, ""), (#""a""#, "a"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0000""#, "\0"),
            (#""a\u0000b""#, "a\0b"), (#""\u00e9\u20AC""#, "é€"), (#""\ud83d\ude0a""#, "😊"),
            (#""\uD800\uDC00""#, "\u{10000}"),
            (#""\udbff\udfff""#, "\u{10FFFF}"), (#""\uffff""#, "\u{FFFF}"), (#""\u007f""#, "\u{7F}"),
            (#""\u0080""#, "\u{80}"),
            (#""\u07ff\u0800""#, "\u{7FF}\u{800}"), (#""é€😊""#, "é€😊"), (#""\u2028""#, "\u{2028}"),
            (#""\ufeff""#, "\u{FEFF}"),
            (#""12345678\n12345678""#, "12345678\n12345678"), (#""1234567é12345678""#, "1234567é12345678"),
        ])
    func strings(json: String, text: String) throws {
        let type = try TypeHarness("string")
        let expected = [UInt8(text.utf8.count)] + Array(text.utf8)
        #expect(try type.encode(value: json) == expected)
        let out = try type.decode(value: expected)
        #expect(try type.encode(value: out) == expected)
    }

    @Test("Only quotes, backslashes and control characters are escaped")
    func writtenStrings() throws {
        let type = try TypeHarness("string")
        func out(_ text: String) throws -> String {
            try type.decode(value: [UInt8(text.utf8.count)] + Array(text.utf8))
        }
        #expect(try out("\"\\/") == #""\"\\/""#)
        #expect(try out("\u{8}\u{C}\n\r\t") == #""\b\f\n\r\t""#)
        #expect(try out("\0\u{1F}\u{B}") == #""\u0000\u001f\u000b""#)
        #expect(try out("\u{7F}é€😊\u{2028}") == "\"\u{7F}é€😊\u{2028}\"")
    }

    @Test(
        "A string of any length around the size's change, plain or with escapes",
        arguments: [0, 1, 7, 8, 9, 253, 254, 255, 256, 300, 70_000])
    func lengths(count: Int) throws {
        let type = try TypeHarness("string")
        var expected = OutputBuffer()
        expected.appendString(String(repeating: "x", count: count))
        let plain = "\"" + String(repeating: "x", count: count) + "\""
        #expect(try type.encode(value: plain) == Array(expected.bytes))
        #expect(try type.decode(value: Array(expected.bytes)) == plain)
        let escaped = "\"" + String(repeating: "\\u0078", count: count) + "\""
        #expect(try type.encode(value: escaped) == Array(expected.bytes))
    }

    @Test(
        "Half a surrogate pair is refused",
        arguments: [
            #"\ud800"#, #"\udc00"#, #"\ud800\ud800"#, #"\ud800x"#, #"\udfff\ud800"#, #"\ud800\n"#, #"\ud83d\u0041"#,
        ])
    func loneSurrogates(text: String) throws {
        #expect(try TypeHarness("string").error("\"\(text)\"").code == .badString)
    }

    @Test(
        "Bytes that are no UTF-8 are refused in values, keys and unknown members",
        arguments: ["80", "c080", "c3", "eda080", "f4908080", "ff", "e282", "f09f98", "c328"])
    func badUTF8(hex: String) throws {
        let bad = try bytes(hex)
        let type = try TypeHarness("string")
        let ignoring = try TypeHarness("string", options: JSONOptions(unknownMembers: .ignore))
        for (harness, text) in [
            (type, "{\"v\":\"@\"}"), (type, "{\"v\":\"12345678@\"}"), (type, "{\"@\":1}"),
            (ignoring, "{\"v\":\"\",\"x\":[\"@\"]}"), (ignoring, "{\"v\":\"\",\"@\":0}"),
        ] {
            let json = text.utf8.flatMap { $0 == UInt8(ascii: "@") ? bad : [$0] }
            #expect {
                try harness.encoder.encode(json)
            } throws: { error in
                (error as? JSONError)?.code == .badString
            }
        }
        #expect(throws: MarshalError.self) { try type.decode(value: [UInt8(bad.count)] + bad) }
        let long = Array("0123456789".utf8) + bad
        #expect(throws: MarshalError.self) { try type.decode(value: [UInt8(long.count)] + long) }
    }

    @Test(
        "What is no JSON string is refused",
        arguments: [
            "\"a", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\n\"", "\"\t\"", "\"\u{1F}\"", "\"\0\"",
            "'a'", "\"\\u", "\"\\", "\"\\ud83d\\u\"",
        ])
    func badStrings(text: String) throws {
        #expect(try TypeHarness("string").error(text).code == .malformed)
    }

    @Test("A string takes nothing else", arguments: ["1", "true", "null", "[]", "{}"])
    func wrongTypes(text: String) throws {
        let error = try TypeHarness("string").error(text)
        #expect(error.code == .wrongType)
        #expect(error.message.hasPrefix("expected a string, got "))
    }

    @Test(
        "A sequence of bytes is base64: standard out, both alphabets in, padded or not",
        arguments: [
            ("", "", [""]), ("00", "AA==", ["AA", "AA=="]), ("0001", "AAE=", ["AAE"]), ("000102", "AAEC", []),
            ("fbff", "+/8=", ["-_8", "-_8=", "+_8", "-/8="]), ("fbefbe", "++++", ["----", "+-+-"]),
            ("ffffff", "////", ["____"]),
            ("14fb9c03d97e", "FPucA9l+", ["FPucA9l-"]), ("00ff10", "AP8Q", []),
        ])
    func base64(hex bytes: String, text: String, others: [String]) throws {
        let type = try TypeHarness("B", definitions: "sequence<byte> B;")
        let content = try SliceJSONTests.bytes(bytes)
        let expected = [UInt8(content.count)] + content
        #expect(try type.decode(value: expected) == "\"\(text)\"")
        for spelling in [text] + others {
            #expect(try type.encode(value: "\"\(spelling)\"") == expected, "\(spelling)")
        }
    }

    @Test("Base64 of every length")
    func base64Lengths() throws {
        let type = try TypeHarness("B", definitions: "sequence<byte> B;")
        for count in [1, 2, 3, 4, 252, 253, 254, 255, 256, 257, 5000] {
            let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
            var payload = OutputBuffer()
            payload.appendSize(count)
            payload.append(content)
            let text = try type.decode(value: Array(payload.bytes))
            #expect(text == "\"\(RecordedValue.base64(hex(content)))\"")
            #expect(try type.encode(value: text) == Array(payload.bytes))
            #expect(try type.encode(value: text.filter { $0 != "=" }) == Array(payload.bytes))
        }
        #expect(try type.encode(value: #""\u0041\u0041\/\/""#) == [3, 0, 0x0F, 0xFF])
    }

    @Test(
        "What is no base64 is refused",
        arguments: [
            "A", "A=", "A==", "A===", "AA=", "AAA==", "AAAA=", "AAAA====", "=", "==", "====", "AA==AA==", "A A A",
            "AA\\n", "AB==", "AAF=", "AAF", "AB", "AA=A", "é", "A*AA",
        ])
    func badBase64(text: String) throws {
        #expect(try TypeHarness("B", definitions: "sequence<byte> B;").error("\"\(text)\"").code == .badBase64)
    }

    @Test("A sequence of bytes takes no array")
    func bytesAsArray() throws {
        let error = try TypeHarness("B", definitions: "sequence<byte> B;").error("[1,2]")
        #expect(error.code == .wrongType)
        #expect(error.description == "/v: expected a string of base64, got an array")
    }

    /// A type, its enumerators, and each on the wire in 1.1 and 1.0.
    private static let enums: [(String, [(String, String, String)])] = [
        ("enum E { red, green, blue }", [("red", "00", "00"), ("green", "01", "01"), ("blue", "02", "02")]),
        ("enum E { only }", [("only", "00", "00")]),
        (
            "enum E { b = 5, a, d = 3, c }",
            [("b", "05", "05"), ("a", "06", "06"), ("d", "03", "03"), ("c", "04", "04")]
        ),
        ("enum E { z, big = 126 }", [("z", "00", "00"), ("big", "7e", "7e")]),
        ("enum E { z, big = 127 }", [("z", "00", "0000"), ("big", "7f", "7f00")]),
        (
            "enum E { z, e254 = 254, e255, big = 32766 }",
            [("e254", "fe", "fe00"), ("e255", "ffff000000", "ff00"), ("big", "fffe7f0000", "fe7f")]
        ),
        ("enum E { z, big = 32767 }", [("z", "00", "00000000"), ("big", "ffff7f0000", "ff7f0000")]),
        ("enum E { z, big = 2147483647 }", [("z", "00", "00000000"), ("big", "ffffffff7f", "ffffff7f")]),
    ]

    @Test("Enumerators by name, in both encodings", arguments: enums)
    func enumerators(definition: String, rows: [(String, String, String)]) throws {
        let type = try TypeHarness("E", definitions: definition)
        for (name, v11, v10) in rows {
            #expect(hex(try type.encode(value: "\"\(name)\"")) == v11)
            #expect(hex(try type.encode(value: "\"\(name)\"", .v1_0)) == v10)
            #expect(try type.decode(value: bytes(v11)) == "\"\(name)\"")
            #expect(try type.decode(value: bytes(v10), .v1_0) == "\"\(name)\"")
        }
        for text in ["\"nosuch\"", "\"\"", "\"M::z\"", "\"Z\"", "\"z \""] {
            #expect(try type.error(text).code == .unknownEnumerator, "\(text)")
        }
        for text in ["0", "null", "true", "[]", "{}"] { #expect(try type.error(text).code == .wrongType, "\(text)") }
    }

    @Test("An enumerator may be written with escapes")
    func escapedEnumerator() throws {
        let type = try TypeHarness("E", definitions: "enum E { red, green }")
        #expect(try type.encode(value: #""gr\u0065en""#) == [1])
    }

    @Test("A number that no enumerator has is written as it is; a negative one is an error")
    func unknownEnumerators() throws {
        let dense = try TypeHarness("E", definitions: "enum E { a, b }")
        #expect(try dense.decode(value: [2]) == "2")
        #expect(try dense.decode(value: [254]) == "254")
        #expect(try dense.decode(value: [0xFF, 0xFF, 0xFF, 0xFF, 0x7F]) == "2147483647")
        #expect(try dense.decode(value: [255], .v1_0) == "255")
        let sparse = try TypeHarness("E", definitions: "enum E { a = 10, b = 20, c = 40000 }")
        for (value, text) in [(9, "9"), (10, "\"a\""), (11, "11"), (20, "\"b\""), (21, "21"), (254, "254")]
            as [(UInt8, String)]
        {
            #expect(try sparse.decode(value: [value]) == text)
            #expect(try sparse.decode(value: [value, 0, 0, 0], .v1_0) == text)
        }
        for payload in [[0xFF, 0xFF, 0xFF, 0xFF, 0xFF]] as [[UInt8]] {
            #expect(throws: MarshalError.self) { try sparse.decode(value: payload) }
        }
        #expect(throws: MarshalError.self) { try sparse.decode(value: [0xFF, 0xFF, 0xFF, 0xFF], .v1_0) }
        let short = try TypeHarness("E", definitions: "enum E { a = 200 }")
        #expect(throws: MarshalError.self) { try short.decode(value: [0xFF, 0xFF], .v1_0) }
    }
}
