import OpenAPI
import Testing

@Suite("Document tree")
struct NodeTests {
    private let sample: Node = [
        "text": "plain", "empty": "", "number": -12, "yes": true, "nothing": nil, "list": ["a", 1, [], [:]],
        "nested": [["first": 1, "second": ["x", "y"]], [["deep"]]], "emptyList": [], "emptyObject": [:],
        "lines": "one\n\n  two\nthree", "200": ["$ref": "#/components/x"],
    ]

    @Test("prints JSON, indented, members in order")
    func json() {
        #expect(
            sample.json == """
                {
                  "text": "plain",
                  "empty": "",
                  "number": -12,
                  "yes": true,
                  "nothing": null,
                  "list": [
                    "a",
                    1,
                    [],
                    {}
                  ],
                  "nested": [
                    {
                      "first": 1,
                      "second": [
                        "x",
                        "y"
                      ]
                    },
                    [
                      [
                        "deep"
                      ]
                    ]
                  ],
                  "emptyList": [],
                  "emptyObject": {},
                  "lines": "one\\n\\n  two\\nthree",
                  "200": {
                    "$ref": "#/components/x"
                  }
                }

                """)
    }

    @Test("prints YAML in block style, members in order")
    func yaml() {
        #expect(
            sample.yaml == """
                text: plain
                empty: ''
                number: -12
                'yes': true
                nothing: null
                list:
                  - a
                  - 1
                  - []
                  - {}
                nested:
                  - first: 1
                    second:
                      - x
                      - 'y'
                  - - - deep
                emptyList: []
                emptyObject: {}
                lines: |-
                  one

                    two
                  three
                '200':
                  $ref: '#/components/x'

                """)
    }

    @Test(
        "scalars and empty collections may be the whole",
        arguments: [("{}", [:]), ("[]", []), ("null", nil), ("'1'", "1")] as [(String, Node)])
    func roots(text: String, node: Node) {
        #expect(node.yaml == text + "\n")
    }

    @Test(
        "leaves strings plain where YAML reads them back as strings",
        arguments: [
            "a", "a b", "it's", "a:b", "::M::T", "a#b", "-a", "-1a", "?a", ":a", "a,b", "a[0]", "a{b}", "1.0.0",
            "1.2.3-beta",
            "a\\b", "a\"b", "NaN", "Infinity", "-Infinity", "nonsense", "Yesterday", "null1", "3.1.0",
            "http://localhost:8080",
            "$ref", "/greeter/greet", "(x)", "a & b", "a * b", "e10", "x1f", "0xg", "über", "日本", "1 2", "+", ".", "_1",
            "a%b",
        ])
    func plain(text: String) throws {
        #expect(Node.string(text).yaml == text + "\n")
        #expect(try Node.parse(yaml: Node.array([.string(text)]).yaml) == .array([.string(text)]))
    }

    @Test(
        "quotes strings that YAML would read as something else",
        arguments: [
            "", " ", " a", "a ", "- a", "-", "? a", "?", ": a", ":", "a: b", "a:", "a #b", "#a", ",a", "[a", "]a", "{a",
            "}a",
            "&a", "*a", "!a", "|a", ">a", "'a", "\"a", "%a", "@type", "`a", "---", "--- a", "...", "~", "null", "Null",
            "NULL",
            "true", "True", "TRUE", "false", "False", "FALSE", "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON",
            "off",
            "Off", "OFF", "y", "Y", "n", "N", "0", "-0", "+1", "12", "1_000", "1.", ".5", "1.5", "-1.5e3", "1e3",
            "1E+3", "0x1F",
            "0o17", "0b101", "017", "190:20:30", "1:30.5", ".inf", "-.Inf", "+.INF", ".nan", ".NaN", "2026-11-21",
            "2026-1-2",
            "2001-12-14t21:59:43.10-05:00", "<<", "=",
        ])
    func quoted(text: String) throws {
        let quoted = text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
        #expect(Node.string(text).yaml == "'\(quoted)'\n")
        let member: Node = .object([Node.Member(text, .string(text))])
        #expect(try Node.parse(yaml: member.yaml) == member)
    }

    @Test(
        "escapes what can't be shown, in JSON and YAML alike",
        arguments: [
            ("\u{0}", "\\u0000"), ("\u{1B}", "\\u001b"), ("a\tb", "a\\tb"), ("\r\n", "\\r\\n"), ("\n", "\\n"),
            ("\u{7F}", "\\u007f"), ("\u{85}", "\\u0085"), ("\u{2028}\u{2029}", "\\u2028\\u2029"),
            ("a\u{FEFF}b", "a\\ufeffb"),
            ("\u{FFFE}", "\\ufffe"), ("\"\\\t", "\\\"\\\\\\t"), ("\n a", "\\n a"), ("a\n", "a\\n"), (" a\nb", " a\\nb"),
            ("a\nb ", "a\\nb "),
        ])
    func escapes(value: String, text: String) throws {
        #expect(Node.string(value).yaml == "\"\(text)\"\n")
        #expect(Node.string(value).json == "\"\(text)\"\n")
        #expect(try Node.parse(yaml: Node.array([.string(value)]).yaml) == .array([.string(value)]))
    }

    @Test(
        "prints numbers so that every reader sees a number",
        arguments: [
            (0.1, "0.1"), (1, "1.0"), (-0.0, "-0.0"), (1e16, "1.0e+16"), (1.5e300, "1.5e+300"),
            (.leastNonzeroMagnitude, "5.0e-324"),
            (1.7976931348623157e308, "1.7976931348623157e+308"),
        ])
    func numbers(value: Double, text: String) throws {
        #expect(Node.double(value).json == text + "\n")
        #expect(Node.double(value).yaml == text + "\n")
        #expect(try Node.parse(yaml: Node.array([.double(value)]).yaml) == .array([.double(value)]))
    }

    @Test("any tree comes back from its YAML and its JSON", arguments: 0..<40 as Range<UInt64>)
    func randomTrees(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let tree = Node.object([Node.Member("root", Self.tree(depth: 4, &random))])
        #expect(try Node.parse(yaml: tree.yaml) == tree)
        // JSON is YAML as far as this reader goes.
        #expect(try Node.parse(yaml: tree.json) == tree)
    }

    private static func tree(depth: Int, _ random: inout SplitMix64) -> Node {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .int(.random(in: -1_000...1_000, using: &random))
        case 3: return .double(.random(in: -1e20...1e20, using: &random))
        case 4: return .string(text(&random))
        case 5, 6:
            return .array((0..<Int.random(in: 0..<4, using: &random)).map { _ in tree(depth: depth - 1, &random) })
        default:
            var members: [Node.Member] = []
            for _ in 0..<Int.random(in: 0..<4, using: &random) {
                let name = text(&random)
                guard !members.contains(where: { $0.name == name }) else { continue }
                members.append(Node.Member(name, tree(depth: depth - 1, &random)))
            }
            return .object(members)
        }
    }

    private static func text(_ random: inout SplitMix64) -> String {
        let alphabet = Array(
            " \n\t:#-?'\"\\,[]{}&*!|>%@`~.=<0123456789eExXoO_+abnyNtrueflsö日😀\u{0}\u{85}\u{2028}\r".unicodeScalars)
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<7, using: &random) {
            text.append(alphabet.randomElement(using: &random) ?? "a")
        }
        return String(text)
    }
}
