import SliceJSON
import Testing

@Suite("Text of paths and queries by Slice type")
struct TextConversionTests {
    static let definitions = """
        enum Color { red, green, blue }
        sequence<byte> Bytes;
        """

    @Test(
        "Text becomes a value of the type",
        arguments: [
            ("bool", "true", "true"), ("bool", "false", "false"),
            ("byte", "255", "255"), ("byte", "0", "0"), ("byte", "1e2", "100"),
            ("short", "-32768", "-32768"), ("int", "2147483647", "2147483647"), ("int", "3.0", "3"),
            ("long", "9007199254740993", "\"9007199254740993\""),
            ("long", "-9223372036854775808", "\"-9223372036854775808\""),
            ("float", "0.1", "0.1"), ("float", "NaN", "\"NaN\""), ("double", "-Infinity", "\"-Infinity\""),
            ("double", "-0.0", "-0.0"), ("double", "1e300", "1e300"), ("double", "12", "12.0"),
            ("string", "", "\"\""), ("string", "a+b", "\"a b\""), ("string", "a%2Bb", "\"a+b\""),
            ("string", "null", "\"null\""), ("string", "12", "\"12\""), ("string", "true", "\"true\""),
            ("string", "%22%5C%00%1f", #""\"\\\u0000\u001f""#), ("string", "%C3%A4%F0%9F%90%9F", "\"ä🐟\""),
            ("string", "=a=", "\"=a=\""), ("string", "%5Cu0041", #""\\u0041""#),
            ("Color", "green", "\"green\""),
            ("Bytes", "AAEC", "\"AAEC\""), ("Bytes", "-_8", "\"+/8=\""), ("Bytes", "", "\"\""),
        ])
    func accepted(type: String, text: String, value: String) throws {
        let harness = try BindingHarness("\(type) v", definitions: Self.definitions)
        #expect(try harness.arguments("v=\(text)") == "{\"v\":\(value)}")
    }

    @Test(
        "Other text is refused, and the parameter is named",
        arguments: [
            ("bool", "1", JSONError.Code.wrongType), ("bool", "True", .wrongType), ("bool", "", .wrongType),
            ("bool", "true,%22x%22:1", .wrongType),
            ("byte", "256", .outOfRange), ("byte", "-1", .outOfRange), ("short", "32768", .outOfRange),
            ("int", "2147483648", .outOfRange), ("int", "1.5", .wrongType), ("int", "", .wrongType),
            ("int", "0x10", .wrongType), ("int", "+1", .wrongType), ("int", "%2B1", .wrongType),
            ("int", "01", .wrongType), ("int", "1,%22v%22:2", .wrongType), ("int", "1%7D", .wrongType),
            ("int", "-", .wrongType), ("int", "1e", .wrongType), ("int", "1e999999999999999", .outOfRange),
            ("int", "null", .wrongType), ("int", "%5B1%5D", .wrongType),
            ("long", "9223372036854775808", .outOfRange), ("long", "+1", .wrongType), ("long", "1_0", .wrongType),
            ("float", "1e39", .outOfRange), ("double", "1e999", .outOfRange), ("double", "nan", .wrongType),
            ("double", "1.", .wrongType), ("double", ".5", .wrongType), ("double", "1,5", .wrongType),
            ("string", "%FF", .badString), ("string", "%ED%A0%80", .badString),
            ("Color", "pink", .unknownEnumerator), ("Color", "", .unknownEnumerator),
            ("Color", "0", .unknownEnumerator),
            ("Color", "Red", .unknownEnumerator),
            ("Bytes", "!", .badBase64), ("Bytes", "AAE=C", .badBase64),
        ])
    func refused(type: String, text: String, code: JSONError.Code) throws {
        let harness = try BindingHarness("\(type) v", definitions: Self.definitions)
        let error = try harness.error("v=\(text)")
        #expect(error.code == code && error.source == .parameter && error.pointer.isEmpty)
        #expect(error.message.contains("'v'"), "\(error)")
    }

    @Test("The same text in a path; there a plus is a plus")
    func path() throws {
        let harness = try BindingHarness("string s, int n", path: ["n", "s"])
        #expect(try harness.arguments(path: ["7", "a+b/\"c\""]) == #"{"s":"a+b/\"c\"","n":7}"#)
        let error = try harness.error(path: ["x", ""])
        #expect(error.code == .wrongType && error.source == .parameter && error.message.contains("'n'"))
    }

    @Test(
        "Queries are pairs as forms have them",
        arguments: [
            ("a=1&b=2", "{\"a\":\"1\",\"b\":\"2\"}"), ("&&a=1&&b=2&", "{\"a\":\"1\",\"b\":\"2\"}"),
            ("b=2&a", "{\"a\":\"\",\"b\":\"2\"}"), ("%61=1&b=%3D%26", "{\"a\":\"1\",\"b\":\"=&\"}"),
            ("a=%31&b=?/", "{\"a\":\"1\",\"b\":\"?/\"}"),
        ])
    func pairs(query: String, arguments: String) throws {
        #expect(try BindingHarness("string a, string b").arguments(query) == arguments)
    }

    @Test("A percent sign needs two digits", arguments: ["a=%", "a=%4", "a=%zz", "%=1", "a=%%41"])
    func escapes(query: String) throws {
        let error = try BindingHarness("string a").error(query)
        #expect(error.code == .malformed && error.source == .parameter && error.message.contains("percent-encoded"))
    }
}
