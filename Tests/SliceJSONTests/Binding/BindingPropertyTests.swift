import SliceJSON
import Testing

@Suite("Queries and JSON say the same")
struct BindingPropertyTests {
    static let definitions = "enum Color { red, green, blue } sequence<int> Ints; struct Pair { string a; double b; }"
    static let parameters =
        "bool f, byte b, short s, int i, long l, float x, double d, string t, Color c, Ints n, Pair p, optional(1) int o"

    /// A form's spelling of any text.
    private func encoded(_ text: String, _ random: inout SplitMix64) -> String {
        text.utf8.map { byte in
            let isPlain = byte >= 0x30 && byte <= 0x39 || byte >= 0x41 && byte <= 0x5A || byte >= 0x61 && byte <= 0x7A
            if byte == 0x20, Bool.random(using: &random) { return "+" }
            if isPlain, Int.random(in: 0..<4, using: &random) > 0 { return String(UnicodeScalar(byte)) }
            return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    private func quoted(_ text: String) -> String {
        "\""
            + text.unicodeScalars.map { scalar in
                scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
                    ? "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16) : String(scalar)
            }.joined() + "\""
    }

    @Test("Random values have the same bytes from a query, in any order, and from JSON")
    func sameBytes() throws {
        var random = SplitMix64(seed: 7)
        let harness = try BindingHarness(Self.parameters, definitions: Self.definitions)
        let scalars: [UnicodeScalar] = ["a", "\"", "\\", " ", "+", "&", "=", "%", "\u{0}", "ä", "🐟", "/", "{"]
        func string() -> String {
            var text = ""
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                text.unicodeScalars.append(scalars.randomElement(using: &random) ?? "a")
            }
            return text
        }
        func number() -> Double { Double(bitPattern: random.next()) }
        for _ in 0..<400 {
            var pairs: [(String, String, isText: Bool)] = []
            pairs.append(("f", String(Bool.random(using: &random)), false))
            pairs.append(("b", String(UInt8.random(in: .min ... .max, using: &random)), false))
            pairs.append(("s", String(Int16.random(in: .min ... .max, using: &random)), false))
            pairs.append(("i", String(Int32.random(in: .min ... .max, using: &random)), false))
            pairs.append(("l", String(Int64.random(in: .min ... .max, using: &random)), false))
            let (x, d, b) = (Float(bitPattern: UInt32(truncatingIfNeeded: random.next())), number(), number())
            pairs.append(("x", x.isFinite ? "\(x)" : "NaN", !x.isFinite))
            pairs.append(("d", d.isFinite ? "\(d)" : "Infinity", !d.isFinite))
            pairs.append(("t", string(), true))
            pairs.append(("c", ["red", "green", "blue"].randomElement(using: &random) ?? "red", true))
            let isSet = Bool.random(using: &random)
            if isSet { pairs.append(("o", String(Int32.random(in: .min ... .max, using: &random)), false)) }
            let text = string()
            let numbers = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                String(Int32.random(in: .min ... .max, using: &random))
            }
            let json =
                "{" + pairs.map { "\"\($0.0)\":\($0.isText ? quoted($0.1) : $0.1)" }.joined(separator: ",")
                + ",\"n\":[\(numbers.joined(separator: ","))],\"p\":{\"a\":\(quoted(text)),\"b\":\(b.isFinite ? "\(b)" : "\"NaN\"")}}"
            let expected = try harness.plan.encode(Array(json.utf8))
            var query = pairs.map { "\($0.0)=\(encoded($0.1, &random))" }
            query += ["p.a=\(encoded(text, &random))", "p.b=\(b.isFinite ? encoded("\(b)", &random) : "NaN")"]
            query.shuffle(using: &random)
            query += numbers.map { "n=\(encoded($0, &random))" }
            #expect(try harness.encode(query.joined(separator: "&")) == expected, "\(json)")
        }
    }

    @Test("No query and no body does more than be refused")
    func hostile() throws {
        var random = SplitMix64(seed: 11)
        let pieces = [
            "a", "id", "name", "counts", "range", ".low", ".high", "=", "&", "+", "%", "%22", "%7d", "%ff", "1", "-",
            "null",
            "{", "}", "[", "]", ":", ",", "\"", "\\", "\"name\":", "\"id\":1", "{\"high\":1}", "\u{0}",
        ]
        func bytes(_ count: Int) -> [UInt8] {
            (0..<Int.random(in: 0...count, using: &random)).flatMap { _ -> [UInt8] in
                if Int.random(in: 0..<10, using: &random) == 0 {
                    return [UInt8.random(in: .min ... .max, using: &random)]
                }
                return Array((pieces.randomElement(using: &random) ?? "").utf8)
            }
        }
        let definitions =
            "dictionary<string, int> Counts; sequence<byte> Bytes; struct Range { int low = 1; int high; }"
        var refused = 0
        for body in [ArgumentBinding.Body.rest, .optional, .parameter("range"), .raw("data")] {
            let harness = try BindingHarness(
                "int id, string name, Range range, optional(1) Counts counts, Bytes data", definitions: definitions,
                path: ["id"], body: body)
            for _ in 0..<1500 {
                do throws(JSONError) {
                    let taken = try harness.encode(path: ["1"], bytes(8), body: bytes(10))
                    // What was taken are arguments of the operation.
                    #expect((try? harness.plan.decodeArguments(taken)) != nil)
                } catch {
                    refused += 1
                    #expect(error.source == .body || !error.message.isEmpty)
                }
            }
        }
        #expect(refused > 0)
    }
}
