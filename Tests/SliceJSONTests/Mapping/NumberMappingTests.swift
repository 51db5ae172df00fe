import IceEncoding
import SliceJSON
import Testing

@Suite("Mapping of numbers")
struct NumberMappingTests {
    @Test("Bool")
    func bool() throws {
        let type = try TypeHarness("bool")
        #expect(try type.encode(value: "true") == [1])
        #expect(try type.encode(value: " \n\tfalse ") == [0])
        #expect(try type.decode(value: [0]) == "false")
        #expect(try type.decode(value: [1]) == "true")
        #expect(try type.decode(value: [0x80]) == "true", "any byte but 0 is true")
        for value in ["0", "1", "\"true\"", "null", "[]", "{}"] {
            #expect(try type.error(value).code == .wrongType, "\(value)")
        }
        for value in ["True", "tru", "truefalse", "nul", "yes", "t"] {
            #expect(try type.error(value).code == .malformed, "\(value)")
        }
    }

    /// Each with bounds, and what the bounds are on the wire.
    private static let integers: [(type: String, low: String, lowHex: String, high: String, highHex: String)] = [
        ("byte", "0", "00", "255", "ff"),
        ("short", "-32768", "0080", "32767", "ff7f"),
        ("int", "-2147483648", "00000080", "2147483647", "ffffff7f"),
        ("long", "-9223372036854775808", "0000000000000080", "9223372036854775807", "ffffffffffffff7f"),
    ]

    @Test("Integers up to their bounds and no further", arguments: integers)
    func bounds(_ row: (type: String, low: String, lowHex: String, high: String, highHex: String)) throws {
        let type = try TypeHarness(row.type)
        for (text, bytes) in [(row.low, row.lowHex), (row.high, row.highHex)] {
            #expect(hex(try type.encode(value: text)) == bytes)
            #expect(hex(try type.encode(value: text, .v1_0)) == bytes)
            let out = try type.decode(value: SliceJSONTests.bytes(bytes))
            #expect(out == (row.type == "long" ? "\"\(text)\"" : text))
            // The same value in other spellings.
            for spelling in ["\(text).0", "\(text).000", "\(text)e0", "\(text)E-0", "\(text)0e-1", "\(text)00.0e-2"]
            where text != "0" || !spelling.hasPrefix("00") {
                #expect(hex(try type.encode(value: spelling)) == bytes, "\(spelling)")
            }
            // One step beyond, and far beyond.
            let beyond = text == "0" ? "-1" : String(text.dropLast()) + String((Int(String(text.suffix(1))) ?? 0) + 1)
            #expect(try type.error(beyond).code == .outOfRange, "\(beyond)")
            for far in ["\(text == "0" ? "-1" : text)0", "1e30", "-1e19", "1e999999999999", "99999999999999999999"] {
                #expect(try type.error(far).code == .outOfRange, "\(far)")
            }
        }
    }

    @Test("3.0 and 1e2 are integers, 3.5 and 1e-1 are not", arguments: ["byte", "short", "int", "long"])
    func integerSpellings(typeName: String) throws {
        let type = try TypeHarness(typeName)
        for (text, value) in [
            ("3.0", 3), ("1e2", 100), ("1E+2", 100), ("1.5e1", 15), ("0.1e2", 10), ("120e-1", 12), ("0.0", 0),
            ("0e999999", 0),
            ("-0", 0), ("-0.0e5", 0), ("0.00000000000000000000000000000000003e35", 3),
            ("3.0000000000000000000000000000000", 3),
            ("0e99999999999999999999999999", 0), ("0.0e-99999999999999999999999999", 0),
        ] {
            #expect(try type.encode(value: text) == type.encode(value: "\(value)"), "\(text)")
        }
        for text in [
            "3.5", "1e-1", "0.1", "2.99999999999999999999999999999999999999", "1.0000000000000000000000000000001",
            "15e-1", "1e-99999999999999",
        ] {
            let error = try type.error(text)
            #expect(error.code == .wrongType, "\(text)")
            #expect(error.message.contains("an integer from"), "\(text)")
        }
        for text in ["\"1\"", "true", "null", "[1]", "{}", "\"\""] where typeName != "long" {
            #expect(try type.error(text).code == .wrongType, "\(text)")
        }
    }

    @Test(
        "What is no JSON number is refused by every numeric type",
        arguments: [
            "01", "-01", "00", "+1", "1.", ".5", "-", "1e", "1e+", "1.e5", "0x10", "1_000", "1 2", "--1", "NaN",
            "Infinity",
            "-Infinity", "-.5", "1a", "٣", "00.5", "1..5", "1e1 5",
        ])
    func badNumbers(text: String) throws {
        for typeName in ["byte", "short", "int", "long", "float", "double"] {
            let error = try TypeHarness(typeName).error(text)
            #expect(error.code == .malformed, "\(typeName): \(error)")
        }
    }

    @Test("A long is a decimal string, or a number when asked for; both are read, digit by digit")
    func long() throws {
        let text = try TypeHarness("long")
        let number = try TypeHarness("long", options: JSONOptions(long: .number))
        for value in [0, 1, -1, 9_007_199_254_740_993, .min, .max, 999_999_999_999_999_999, 1_000_000_000_000_000_000]
            as [Int64]
        {
            let bytes = withUnsafeBytes(of: value.littleEndian) { Array($0) }
            #expect(try text.decode(value: bytes) == "\"\(value)\"")
            #expect(try number.decode(value: bytes) == "\(value)")
            for type in [text, number] {
                #expect(try type.encode(value: "\"\(value)\"") == bytes)
                #expect(try type.encode(value: "\(value)") == bytes)
                #expect(try type.encode(value: "\(value).0") == bytes)
            }
        }
        #expect(try text.encode(value: "9007199254740993.0") == text.encode(value: "\"9007199254740993\""))
        #expect(try text.encode(value: "9007199254740993.0") != text.encode(value: "9007199254740992"))
        for value in [
            "\"\"", "\" 1\"", "\"1 \"", "\"+1\"", "\"0x1\"", "\"1a\"", "\"01\"", "\"-\"", "\"\\u0031\"", "\"1.5\"",
            "\"NaN\"", "true", "null",
        ] {
            #expect(try text.error(value).code == .wrongType, "\(value)")
        }
        for value in ["\"9223372036854775808\"", "\"-9223372036854775809\"", "\"1e19\"", "9223372036854775808.0"] {
            #expect(try text.error(value).code == .outOfRange, "\(value)")
        }
    }

    @Test("Metadata makes a member's long a number")
    func longAsNumber() throws {
        let type = try TypeHarness("S", definitions: "struct S { long a; [\"http:json:number\"] long b; }")
        let bytes = try type.encode(value: #"{"a":"1","b":2}"#)
        #expect(try type.decode(value: bytes) == #"{"a":"1","b":2}"#)
    }

    @Test(
        "Floating point numbers of every kind read and write",
        arguments: [
            ("0.0", "0.0"), ("-0.0", "-0.0"), ("-0", "-0.0"), ("0", "0.0"), ("0e5", "0.0"), ("-0e-999999999", "-0.0"),
            ("1", "1.0"), ("1.5", "1.5"), ("-2.25", "-2.25"), ("1e2", "100.0"), ("123456", "123456.0"),
            ("1e-400", "0.0"),
            ("-1e-400", "-0.0"), ("0.001", "0.001"), ("1e-7", "1e-7"), ("\"NaN\"", "\"NaN\""),
            ("\"Infinity\"", "\"Infinity\""),
            ("\"-Infinity\"", "\"-Infinity\""), ("1e-99999999999999999999", "0.0"), ("0.1", "0.1"),
            ("1.17549435e-38", nil),
        ] as [(String, String?)])
    func floatingPoint(text: String, expected: String?) throws {
        for typeName in ["float", "double"] {
            let type = try TypeHarness(typeName)
            let out = try type.decode(value: type.encode(value: text))
            if let expected { #expect(out == expected, "\(typeName)") }
            #expect(try type.encode(value: out) == type.encode(value: text))
        }
    }

    @Test(
        "The ends of the formats",
        arguments: [
            ("float", "3.4028235e38", "ffff7f7f"), ("float", "3.4028235677973367e38", nil),
            ("float", "340282356779733661637539395458142568448", nil),
            ("float", "340282356779733661637539395458142568447", "ffff7f7f"),
            ("float", "3.4028235677973365e38", "ffff7f7f"),
            ("float", "-3.4028234663852886e38", "ffff7fff"), ("float", "1e-45", "01000000"),
            ("float", "7.1e-46", "01000000"),
            ("float", "7.0e-46", "00000000"), ("float", "1e39", nil), ("float", "1.7976931348623157e308", nil),
            ("float", "1e999999", nil),
            ("double", "1.7976931348623157e308", "ffffffffffffef7f"),
            ("double", "1.7976931348623158e308", "ffffffffffffef7f"),
            ("double", "1.7976931348623159e308", nil), ("double", "-1e309", nil),
            ("double", "1e99999999999999999999", nil),
            ("double", "5e-324", "0100000000000000"), ("double", "2.5e-324", "0100000000000000"),
            ("double", "2.4e-324", "0000000000000000"),
            ("double", "2.2250738585072011e-308", "ffffffffffff0f00"),
            ("double", "2.2250738585072014e-308", "0000000000001000"),
            ("double", "9007199254740993", "0000000000004043"),
            ("double", "9007199254740993.0000000000000000000000000000000001", "0100000000004043"),
        ] as [(String, String, String?)])
    func extremes(typeName: String, text: String, bytes: String?) throws {
        let type = try TypeHarness(typeName)
        if let bytes {
            #expect(hex(try type.encode(value: text)) == bytes)
        } else {
            #expect(try type.error(text).code == .outOfRange)
        }
    }

    @Test("A float is rounded once, from its digits")
    func singleRounding() throws {
        // Rounding to a double first would make a tie of it, and the tie would go to the even neighbour below.
        let type = try TypeHarness("float")
        #expect(
            try type.encode(value: "1.00000017881393432617187500001") == type.encode(value: "1.0000002384185791015625"))
        #expect(
            try type.encode(value: "1.00000017881393421514957253748434595763683319091796875")
                == type.encode(value: "1.00000011920928955078125"))
    }

    @Test(
        "What is no number is refused by float and double",
        arguments: [
            "\"1.5\"", "\"nan\"", "\"inf\"", "\"\"", "true", "null", "[]", "{}", "\"\\u004eaN\"", "\"+Infinity\"",
        ])
    func wrongTypes(text: String) throws {
        for typeName in ["float", "double"] {
            #expect(try TypeHarness(typeName).error(text).code == .wrongType, "\(typeName)")
        }
    }

    @Test("All NaNs are written alike")
    func nans() throws {
        let double = try TypeHarness("double")
        for hex in ["000000000000f87f", "010000000000f07f", "ffffffffffffffff"] {
            #expect(try double.decode(value: bytes(hex)) == "\"NaN\"")
        }
        #expect(try TypeHarness("float").decode(value: bytes("0100807f")) == "\"NaN\"")
    }
}
