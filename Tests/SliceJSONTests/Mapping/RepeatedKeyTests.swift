import IceEncoding
import Slice
import SliceJSON
import Testing

@Suite("Dictionaries whose keys come twice")
struct RepeatedKeyTests {
    private static let definitions = """
        enum Color { red, green } struct Point { short x; } class C { byte b; C other; }
        dictionary<string, byte> Names; dictionary<Color, byte> Colors; dictionary<Point, byte> Points;
        dictionary<string, C> Objects; sequence<Names> Nested;
        struct Place { bool isIn; string name; } dictionary<bool, byte> Flags; dictionary<Place, byte> Places;
        """

    @Test(
        "The last value is the one that is written, where the key is met last",
        arguments: [
            ("Names", "03 0161 01 0162 02 0161 03", #"{"b":2,"a":3}"#), ("Colors", "02 00 01 00 02", #"{"red":2}"#),
            ("Points", "03 0100 01 0200 02 0100 03", #"[{"key":{"x":2},"value":2},{"key":{"x":1},"value":3}]"#),
            ("Nested", "02 02 0161 01 0161 02 01 0161 03", #"[{"a":2},{"a":3}]"#),
        ])
    func last(type: String, hex: String, json: String) throws {
        let harness = try TypeHarness(type, definitions: Self.definitions)
        #expect(try harness.decode(value: bytes(hex)) == json)
    }

    @Test(
        "Equal keys may be written in different bytes: a long size of a short string, true that is not 1",
        arguments: [
            ("Names", "02 0161 01 ff 01000000 61 02", #"{"a":2}"#),
            ("Colors", "02 01 01 ff 01000000 02", #"{"green":2}"#),
            ("Flags", "03 01 01 02 02 00 03", #"{"true":2,"false":3}"#),
            ("Places", "02 01 0161 01 07 ff 01000000 61 02", #"[{"key":{"isIn":true,"name":"a"},"value":2}]"#),
        ])
    func spellings(type: String, hex: String, json: String) throws {
        let harness = try TypeHarness(type, definitions: Self.definitions)
        #expect(try harness.decode(value: bytes(hex)) == json)
    }

    @Test("Among many keys too")
    func many() throws {
        let harness = try TypeHarness("Names", definitions: Self.definitions)
        var payload: [UInt8] = [200]
        for index in 0..<200 { payload += [1, UInt8(0x30 + index % 50), UInt8(index)] }
        let text = try harness.decode(value: payload)
        #expect(try harness.decode(value: harness.encode(value: text)) == text)
        #expect(text.hasPrefix(#"{"0":150,"1":151,"#))
    }

    @Test("An instance that only a replaced value refers to is not written, one that others refer to is")
    func instances() throws {
        let harness = try TypeHarness("Objects", definitions: Self.definitions)
        let type = "01 21 06 3a3a4d3a3a43"
        // a: the first instance, which holds a second; b: the second; a again: nil.
        let payload = try bytes("03 0161 \(type) 07 01 22 01 08 00 0162 03 0161 00")
        #expect(try harness.decode(value: payload) == #"{"b":{"@type":"::M::C","b":8,"other":null},"a":null}"#)
    }

    @Test("In one another to any depth they cost no more than their bytes")
    func nested() throws {
        let definitions = "class C; dictionary<byte, C> D; class C { D d; }"
        let model = try compile("module M { \(definitions) interface Test { void f(D v); } }")
        var options = JSONOptions(depth: 512)
        options.graphDepth = 200
        let harness = TypeHarness(try model.operation("f"), model, options: options)
        // Each dictionary has the same key twice, with the next one behind the second.
        var payload = try bytes("02 01 00 01 01 21 06 3a3a4d3a3a43")
        for _ in 0..<100 { payload += try bytes("02 01 00 01 01 22 01") }
        payload += [0]
        let text = try harness.decode(value: payload)
        #expect(
            text.hasPrefix(#"{"1":{"@type":"::M::C","d":{"1":{"@type":"#)
                && text.hasSuffix("\"d\":{}" + String(repeating: "}", count: 202)))
    }
}
