import IceEncoding
import Slice
import SliceJSON
import Testing

/// What would take minutes, or all memory, if its cost grew faster than its bytes.
@Suite("Bytes and texts that are made to cost much")
struct HostileCostTests {
    private static let slice = """
        module M {
            class Empty {}
            sequence<Value> Values;
            class Nest;
            dictionary<string, Nest> Nests;
            class Nest { Nests nests; }
            dictionary<string, byte> D1; dictionary<string, D1> D2; dictionary<string, D2> D3; dictionary<string, D3> D4;
            dictionary<string, D4> D5; dictionary<string, D5> D6; dictionary<string, D6> D7; dictionary<string, D7> D8;
            interface Test { ["format:sliced"] void all(Values v); void nests(Nests v); void plain(D8 v); }
        }
        """

    private func harness(_ operation: String) throws -> TypeHarness {
        let model = try compile(Self.slice)
        return TypeHarness(try model.operation(operation), model)
    }

    /// A letter with so many accents that have to be sorted, were texts compared by their meaning.
    private static let accents = "a" + String(repeating: "\u{301}\u{316}", count: 500_000)

    @Test("An id of a million accents")
    func accentedID() throws {
        let harness = try harness("all")
        let json = #"[{"@ref":"\#(Self.accents)"},{"@type":"::M::Empty","@id":"\#(Self.accents)"}]"#
        let text = try harness.decode(value: try harness.encode(value: json))
        #expect(text == #"[{"@type":"::M::Empty","@id":"1"},{"@ref":"1"}]"#)
    }

    @Test("An unknown member named by a million accents, of which the pointer repeats some")
    func accentedMember() throws {
        let error = try harness("all").error(#"[{"@type":"::M::Empty","~/\#(Self.accents)":1}]"#)
        #expect(error.code == .unknownMember)
        #expect(error.pointer.utf8.starts(with: "/v/0/~0~1\(Self.accents)".utf8.prefix(200)))
        #expect(error.pointer.utf8.count < 400)
    }

    @Test("Ids that only look alike are different ones")
    func similarIDs() throws {
        let harness = try harness("all")
        let json =
            #"[{"@type":"::M::Empty","@id":"\u00e9"},{"@type":"::M::Empty","@id":"e\u0301"},{"@ref":"e\u0301"}]"#
        #expect(
            try harness.decode(value: try harness.encode(value: json))
                == #"[{"@type":"::M::Empty"},{"@type":"::M::Empty","@id":"1"},{"@ref":"1"}]"#)
    }

    @Test("Repeated keys in dictionaries in one another, through instances")
    func nestedInstances() throws {
        let level = try bytes("02 0161 00 0161 01 22 01")
        let payload =
            try bytes("02 0161 00 0161 01 21 09 3a3a4d3a3a4e657374") + Array(repeatElement(level, count: 90).joined())
            + [0]
        let text = try harness("nests").decode(value: payload)
        let nest = #"{"a":{"@type":"::M::Nest","nests":"#
        #expect(text == String(repeating: nest, count: 91) + "{}" + String(repeating: "}}", count: 91))
    }

    @Test("Repeated keys in dictionaries in one another")
    func nestedDictionaries() throws {
        var payload = try bytes("02 0161 01 0161 02")
        for _ in 0..<7 { payload = try bytes("02 0161 00 0161") + payload }
        let text = try harness("plain").decode(value: payload)
        #expect(text == String(repeating: #"{"a":"#, count: 8) + "2" + String(repeating: "}", count: 8))
    }

    @Test("A long type ID that many unknown slices share")
    func typeIDs() throws {
        func payload(_ length: Int, _ count: Int) -> [UInt8] {
            var out = OutputBuffer()
            out.appendSize(count + 1)
            out.append([1, 0x31])
            out.appendString("::" + String(repeating: "X", count: length))
            out.append(4 as Int32)
            for _ in 0..<count { out.append([1, 0x32, 1, 4, 0, 0, 0]) }
            return Array(out.bytes)
        }
        let harness = try harness("all")
        #expect(try harness.decode(value: payload(60, 5_000)).utf8.count > 5_000 * 60)
        #expect(throws: MarshalError.self) { try harness.decode(value: payload(100_000, 100_000)) }
    }
}

extension HostileCostTests {
    @Test("A pointer doesn't repeat a key of any length", arguments: ["a", "é", "/", #"\u0041"#, "\u{1F642}"])
    func longKeys(text: String) throws {
        let harness = try TypeHarness("int")
        let key = String(repeating: text, count: 100_000)
        for json in [#"{"v":1,"\#(key)":2}"#, #"{"\#(key)":{"\#(key)":[1,2,x]}}"#] {
            do throws(JSONError) {
                _ = try harness.encode(json)
                Issue.record("taken: \(text)")
            } catch {
                #expect(error.pointer.utf8.count < 1_200 && error.pointer.contains("…"), "\(error.pointer.prefix(60))")
                #expect(!error.pointer.contains("\u{FFFD}"))
            }
        }
    }
}
