import Foundation
import Slice
import Testing

/// The real compilers' verdicts on small inputs. What one of them accepts we accept, what all refuse we refuse.
@Suite struct VerdictTests {
    /// Where we differ on purpose, and why.
    static let exceptions: [String: String] = [
        "module A { class c; class C { } }": "refused: two names in one scope must differ by more than case",
        "module A { const float s = 1e39; }": "refused: a float constant may not turn into infinity",
        "module A { const float s = -1e39; }": "refused: a float constant may not turn into infinity",
        "module A { const double a = 1e300; const float b = a; }":
            "refused: a float constant may not turn into infinity",
        #"module A { const string s = "\U00110000"; }"#: "refused: there is no such character",
        "module A { const string s = __DATE__; const string t = __TIME__; }":
            "refused: the same file always means the same",
        "#line 5 \"foo.ice\"\nmodule A { }": "accepted: one compiler crashes on it, the other is silent",
        "module A { interface implements { } class C implements implements { } }":
            "accepted: 3.7 and 3.8 may mix, each word of it is right for one of them",
    ]

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var source: String
        var isAccepted: Bool
        var testDescription: String { name }
    }

    struct File: Decodable {
        struct Verdict: Decodable { var ok: Bool }

        struct Entry: Decodable {
            var name: String
            var slice: String
            var verdicts: [Verdict]

            struct Key: CodingKey {
                var stringValue: String
                var intValue: Int? { nil }
                init?(stringValue: String) { self.stringValue = stringValue }
                init?(intValue: Int) { nil }
            }

            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: Key.self)
                var verdicts: [Verdict] = []
                var texts: [String: String] = [:]
                for key in container.allKeys {
                    if let text = try? container.decode(String.self, forKey: key) {
                        texts[key.stringValue] = text
                    } else {
                        verdicts.append(try container.decode(Verdict.self, forKey: key))
                    }
                }
                self.verdicts = verdicts
                name = texts["name"] ?? ""
                slice = texts["slice"] ?? ""
            }
        }

        var cases: [Entry]
    }

    static let recorded: [Case] = {
        guard let data = try? Data(contentsOf: input("acceptance.json")),
            let file = try? JSONDecoder().decode(File.self, from: data)
        else { return [] }
        return file.cases.map {
            Case(name: $0.name, source: $0.slice, isAccepted: $0.verdicts.contains { $0.ok })
        }
    }()

    /// `yn source`: accepted by slice2cpp 3.7.8, not by slice2py 3.8.3. `⏎` is a line's end.
    static let own: [Case] = {
        guard let text = try? String(contentsOf: input("verdicts.txt"), encoding: .utf8) else { return [] }
        return text.split(separator: "\n").enumerated().map { index, line in
            Case(
                name: "line \(index + 1)", source: line.dropFirst(3).replacingOccurrences(of: "⏎", with: "\n"),
                isAccepted: line.prefix(2).contains("y"))
        }
    }()

    static func verdict(_ source: String) -> SliceCompiler.Compilation {
        let stub = "#pragma once\nmodule Ice { struct Identity { string name; string category; } }"
        let version = "[[\"x\"]]\nmodule Ice { struct Version { int i; } }"
        return compile(
            source, with: ["/i/Ice/Identity.ice": stub, "/i/Ice/Version.ice": version],
            options: .init(includePaths: ["/i"]))
    }

    @Test("both tables are there") func tables() {
        #expect(VerdictTests.recorded.count == 173)
        #expect(VerdictTests.own.count > 850)
        #expect(VerdictTests.recorded.allSatisfy { !$0.source.isEmpty || $0.name == "empty file" })
    }

    enum Table: CaseIterable { case recorded, own }

    @Test("the verdict is that of the real compilers", arguments: Table.allCases)
    func agrees(table: Table) {
        for item in table == .own ? VerdictTests.own : VerdictTests.recorded {
            let result = VerdictTests.verdict(item.source)
            let isExpected = item.isAccepted != (VerdictTests.exceptions[item.source] != nil)
            #expect(
                (result.model != nil) == isExpected,
                "\(item.name): \(item.source)\n\(result.diagnostics.map(\.description).joined(separator: "\n"))")
            // A refusal says why, where.
            if result.model == nil { #expect(!result.errors.isEmpty, "\(item.source)") }
        }
    }

    @Test("every exception is still one", arguments: exceptions.keys.sorted())
    func exceptionIsNeeded(source: String) throws {
        let item = try #require((VerdictTests.own + VerdictTests.recorded).first { $0.source == source })
        #expect((VerdictTests.verdict(source).model != nil) != item.isAccepted)
    }
}
