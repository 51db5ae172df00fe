import Foundation
import Slice
import Testing

/// Nothing one can write into a file crashes, hangs or eats the memory.
@Suite struct HostileInputTests {
    private static func times(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    private static func chain(_ count: Int, _ line: (Int) -> String) -> String {
        (1...count).map(line).joined(separator: "\n")
    }

    static let bombs: [(name: String, source: String, error: String)] = [
        ("modules", times("module A { ", 20_000), "modules nested too deeply"),
        ("a module path", "module A" + times("::A", 20_000) + " { }", "modules nested too deeply"),
        ("parentheses", "#if " + times("(", 20_000) + "1\n#endif", "#if: expression is nested too deeply"),
        ("negations", "#if " + times("!", 20_000) + "1\n#endif", "#if: expression is nested too deeply"),
        ("conditions", times("#if 1\n", 20_000), "#if nested too deeply"),
        (
            "multiplying macros",
            "#define L0 int i;\n" + chain(12) { "#define L\($0) " + times("L\($0 - 1) ", 10) }
                + "\nmodule A { struct S { L12 } }", "macro expansion is too large"
        ),
        (
            "nested invocations", "#define F(x) x\nmodule A { " + times("F(", 5_000) + times(")", 5_000) + " }",
            "macro expansion is too large"
        ),
        (
            "pasting",
            "#define E60(x) x\n" + chain(60) { "#define E\($0 - 1)(x) E\($0)(x##x)" }
                + "\nmodule A { struct E0(abc) { int i; } }", "macro expansion is too large"
        ),
        (
            "doubling arguments",
            "#define E60(x) #x\n" + chain(60) { "#define E\($0 - 1)(x) E\($0)(x x)" }
                + "\nmodule A { const string s = E0(a); }", "macro expansion is too large"
        ),
        (
            "an endless invocation", "#define F(x) x\nmodule A { F(" + times("int i; ", 1_000),
            "unterminated arguments of macro 'F'"
        ),
        (
            "a chain of structs",
            "module A { struct S0 { int i; }\n" + chain(2_000) { "struct S\($0) { S\($0 - 1) s; }" } + "}",
            "struct 'S257' is nested too deeply"
        ),
        (
            "a chain of classes",
            "module A { class C0 { }\n" + chain(2_000) { "class C\($0) extends C\($0 - 1) { }" } + "}",
            "class 'C256' inherits too deeply"
        ),
        (
            "a chain of interfaces",
            "module A { interface C0 { }\n" + chain(2_000) { "interface C\($0) extends C\($0 - 1) { }" } + "}",
            "interface 'C256' inherits too deeply"
        ),
        ("braces", times("{", 20_000), "syntax error, unexpected '{', expecting a definition"),
        ("brackets", times("[ ", 20_000), "invalid tokens in metadata: '[' (maybe you forgot to wrap it in quotes?)"),
        ("colons", "module A { struct S { " + times(":", 20_001), "syntax error, unexpected '::', expecting a type"),
        (
            "a long number", "module A { const int i = " + times("9", 20_000) + "; }",
            "integer constant '" + times("9", 20_000) + "' out of range"
        ),
    ]

    @Test("bombs go off in the hand", .timeLimit(.minutes(5)), arguments: bombs.indices)
    func bomb(index: Int) {
        let (name, source, error) = HostileInputTests.bombs[index]
        let result = compile(source)
        #expect(result.model == nil)
        #expect(result.errors.first == error, "\(name)")
    }

    @Test("circles of includes end", .timeLimit(.minutes(5))) func circles() {
        #expect(compile("#include \"Test.ice\"\n").errors == ["#include nested too deeply"])
        #expect(
            compile("#include \"B.ice\"\n", with: ["B.ice": "#include \"Test.ice\"\n"]).errors == [
                "#include nested too deeply"
            ])
        var files: [String: String] = ["0.ice": "module A { }"]
        for index in 1..<40 {
            files["\(index).ice"] = "#include \"\(index - 1).ice\"\n#include \"\(index - 1).ice\"\n"
        }
        #expect(compile("#include \"39.ice\"\n", with: files).errors == ["too much is included"])
    }

    @Test("large but honest files load", .timeLimit(.minutes(5))) func large() throws {
        let count = 3_000
        let model = try model(
            "module A { enum E { " + (0..<count).map { "e\($0)" }.joined(separator: ", ") + " }\n"
                + (0..<count).map { "/// \($0)\nstruct S\($0) { int i = \($0); E e = e\($0); }" }.joined(
                    separator: "\n") + "}")
        #expect(model.structs.count == count)
        #expect(model.enums[ScopedName("::A::E")]?.maximumValue == Int32(count - 1))
    }

    @Test("every prefix of a file is read to its end", .timeLimit(.minutes(5))) func prefixes() throws {
        let text = try String(contentsOf: input("Vectors.ice"), encoding: .utf8).prefix(1_500)
        for end in text.indices {
            let result = compile(String(text[..<end]))
            #expect(result.model != nil || !result.errors.isEmpty)
        }
    }

    @Test("random mutations of a file", .timeLimit(.minutes(5)), arguments: 0..<4)
    func mutations(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        let prelude = "#define F(a, ...) a##x #a __VA_ARGS__\n#if defined(X) && (1 + 2) * 3\n#else\n#endif\n"
        let original = Array(
            (prelude + (try String(contentsOf: input("Vectors.ice"), encoding: .utf8).prefix(1_500))).utf8)
        let pieces = [
            "#define ", "#if ", "#include \"Test.ice\"\n", "#endif\n", "module ", "/*", "*/", "//", "[[", "\"",
            "optional(",
            "F(", "\\\n", "::", "\\", "const int x = ", "##", "'", "{", "}", ";", "0x", "1e", "\u{0}", "é",
        ].map { Array($0.utf8) }
        for _ in 0..<250 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.removeSubrange(place..<min(bytes.count - 1, place + 20))
                case 1: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
                case 2: bytes[place] = UInt8.random(in: 0...255, using: &random)
                default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
                }
            }
            let result = SliceCompiler(reader: BytesReader(bytes: bytes)).compile(["Test.ice"])
            #expect(result.model != nil || !result.errors.isEmpty, "\(String(decoding: bytes, as: UTF8.self))")
            for diagnostic in result.diagnostics {
                #expect(diagnostic.location.line >= 1 && diagnostic.location.column >= 1 && diagnostic.length >= 1)
                #expect(!diagnostic.description.isEmpty)
            }
        }
    }

    private struct BytesReader: SourceReader {
        let bytes: [UInt8]
        func read(_ path: String) -> [UInt8]? { path == "Test.ice" ? bytes : nil }
    }

    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }
    }
}
