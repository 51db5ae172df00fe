import Slice
import Testing

@Suite struct PreprocessorTests {
    private func members(_ source: String, with others: [String: String] = [:]) throws -> [String] {
        try model(source, with: others).structs[ScopedName("::A::S")]?.members.map { "\($0.type) \($0.info.name)" }
            ?? []
    }

    @Test(
        "macros expand inside Slice",
        arguments: [
            ("#define T int\nmodule A { struct S { T i; } }", ["int i"]),
            ("#define T(x) x\nmodule A { struct S { T(int) i; T ( long ) j; } }", ["int i", "long j"]),
            ("#define M(t, n) t n;\nmodule A { struct S { M(int, i) M(string, s) } }", ["int i", "string s"]),
            ("#define CAT(a, b) a##b\nmodule A { struct S { int CAT(x, 1); } }", ["int x1"]),
            (
                "#define EACH(F) F(a) F(b)\n#define INT(n) int n;\nmodule A { struct S { EACH(INT) } }",
                ["int a", "int b"]
            ),
            ("#define F(...) __VA_ARGS__\nmodule A { struct S { F(int i); } }", ["int i"]),
            ("#define i i\n#define a b\n#define b a\nmodule A { struct S { int i; int a; } }", ["int i", "int a"]),
            ("#define T \\\n  int\nmodule A { struct S { T i; } }", ["int i"]),
            ("#define T /* a\nb */ int // c\nmodule A { struct S { T i; } }", ["int i"]),
            ("#define T(x) x\nmodule A { struct S { T\n(\nint\n) i; int T; } }", ["int i", "int T"]),
            ("#define T int\n#undef T\n#define T long\nmodule A { struct S { T i; } }", ["long i"]),
            ("module A { struct S { in\\\nt i; } }", ["int i"]),
        ])
    func macros(source: String, expected: [String]) throws {
        #expect(try members(source) == expected)
    }

    @Test("# makes strings") func stringify() throws {
        let model = try model(
            "#define S(x) #x\n#define X(x) S(x)\n#define V 12\nmodule A { const string a = S( V + \"q\" ); const string b = X(V); }"
        )
        #expect(model.constants[ScopedName("::A::a")]?.value == .string("V + \"q\""))
        #expect(model.constants[ScopedName("::A::b")]?.value == .string("12"))
    }

    @Test(
        "conditions are integer expressions",
        arguments: [
            ("1", true), ("0", false), ("defined X", true), ("defined(Y)", false), ("!defined(Y) && defined(X)", true),
            ("X == 3", true), ("UNKNOWN", false), ("(1 + 2) * 3 == 9", true), ("1 + 2 * 3 == 7", true),
            ("10 % 4 == 2 && 7 / 2 == 3", true), ("1 << 3 == 8", true), ("-1 < 0", true), ("~0 == -1", true),
            ("0x10 == 16 && 010 == 8 && 1L && 2u", true), ("1 ? 0 : 1", false), ("0 && 1 / 0", false),
            ("1 || 1 / 0", true), ("(6 & 3) == 2 && (6 | 1) == 7 && (6 ^ 3) == 5", true), ("'a' == 97", true),
            ("3 >= 3 && 3 <= 3 && 3 != 4 && !(3 > 3)", true), ("ICE_VERSION >= 30803", true),
            ("__ICE_VERSION__ == ICE_VERSION && __ICEGATE__", true), ("F(2) == 4", true),
            ("defined(__SLICE2CPP__) || defined(__SLICE2PY__)", false),
        ])
    func conditions(expression: String, expected: Bool) throws {
        let source = """
            #define X 3
            #define F(x) x + x
            #if \(expression)
            module A { struct S { int yes; } }
            #else
            module A { struct S { int no; } }
            #endif
            """
        #expect(try members(source) == [expected ? "int yes" : "int no"])
    }

    @Test("branches") func branches() throws {
        let source = """
            module A { struct S {
            #ifdef NO
            int a;
            #error unreachable
            #elif 0
            int b;
            #elif 1
            int c;
            #if 0
            int d;
            #else
            int e;
            #endif
            #elif nonsense (
            int f;
            #else
            int g;
            #endif
            #ifndef NO
            int h;
            #endif
            } }
            """
        #expect(try members(source) == ["int c", "int e", "int h"])
    }

    @Test("-D defines macros") func defines() throws {
        let result = compile(
            "#if LEVEL == 2\nmodule A { struct S { T i; } }\n#endif",
            options: .init(defines: [("LEVEL", "2"), ("T", "int")]))
        #expect(result.model?.structs.count == 1)
    }

    @Test("quoted includes look beside the file first, then in -I; angled ones in -I only") func include() throws {
        let files = [
            "sub/Main.ice": "#include \"X.ice\"\n#include <X.ice>\n#include \"Y.ice\"\n#include \"deep/Z.ice\"\n",
            "sub/X.ice": "module Beside { }", "inc/X.ice": "module Angled { }", "inc/Y.ice": "module InPath { }",
            "sub/deep/Z.ice": "#include \"W.ice\"\n", "sub/deep/W.ice": "module Deep { }",
        ]
        let result = SliceCompiler(options: .init(includePaths: ["none", "inc"]), reader: MemoryReader(files: files))
            .compile(["sub/Main.ice"])
        #expect(result.model?.order.map(\.text) == ["::Beside", "::Angled", "::InPath", "::Deep"])
        #expect(
            result.files == [
                "sub/Main.ice", "sub/X.ice", "inc/X.ice", "inc/Y.ice", "sub/deep/Z.ice", "sub/deep/W.ice",
            ])
    }

    @Test("guards, #pragma once, and names made by macros") func guards() throws {
        let model = try model(
            "#define NAME \"G.ice\"\n#include NAME\n#include \"G.ice\"\n#include \"O.ice\"\n#include \"./O.ice\"\n",
            with: [
                "G.ice": "#ifndef GUARD\n#define GUARD\nmodule G { struct S { int i; } }\n#endif",
                "O.ice": "#pragma once\nmodule O { struct S { int i; } }",
                "./O.ice": "#pragma once\nmodule O { struct S { int i; } }",
            ])
        #expect(model.order.map(\.text) == ["::G", "::G::S", "::O", "::O::S"])
    }

    @Test("an include may stand inside a module") func includeInModule() throws {
        let model = try model("module A {\n#include \"B.ice\"\n}", with: ["B.ice": "[[\"x\"]]\nmodule B { }"])
        #expect(model.order.map(\.text) == ["::A", "::A::B"])
    }

    @Test("__LINE__, __FILE__ and #line") func line() throws {
        let model = try model(
            "module A {\nconst int a = __LINE__;\n#line 50 \"Orig.ice\"\nconst int b = __LINE__;\nconst string c = __FILE__;\n}"
        )
        #expect(model.constants[ScopedName("::A::a")]?.value == .integer(2))
        #expect(model.constants[ScopedName("::A::b")]?.value == .integer(50))
        #expect(model.constants[ScopedName("::A::c")]?.value == .string("Orig.ice"))
        let place = model.constants[ScopedName("::A::c")]?.info.location
        #expect(place == SourceLocation(file: "Orig.ice", line: 51, column: 14))
    }

    @Test(
        "what it refuses, and where",
        arguments: [
            ("#include \"nope.ice\"", "1:10: error: cannot open include file 'nope.ice'"),
            ("\n #include <nope.ice>", "2:11: error: cannot open include file 'nope.ice'"),
            ("#include nope", "1:2: error: #include needs \"file\" or <file>"),
            ("module A { const string s = \"a; }\n", "1:29: error: unterminated string literal"),
            ("#if 0\n\"a\n#endif", "2:1: error: unterminated string literal"),
            ("#if 1\nmodule A { }", "1:2: error: unterminated conditional directive"),
            ("#endif", "1:2: error: #endif without #if"), ("#else", "1:2: error: #else without #if"),
            ("#elif 1", "1:2: error: #elif without #if"),
            ("#if 1\n#else\n#else\n#endif", "3:2: error: #else without #if"),
            ("#if 1 / 0\n#endif", "1:7: error: #if: division by zero"),
            ("#if\n#endif", "1:2: error: #if: missing expression"),
            ("#if 1.5\n#endif", "1:5: error: #if: '1.5' is not an integer"),
            ("#if (1\n#endif", "1:6: error: #if: missing ')' in expression"),
            ("#if 1 2\n#endif", "1:7: error: #if: unexpected '2' in expression"),
            ("#if 1\n#endif x", "2:8: error: unexpected 'x' after #endif"),
            ("#ifdef A B\n#endif", "1:10: error: unexpected 'B' after #ifdef"),
            ("#error too old\nmodule {", "1:2: error: #error too old"),
            ("#frobnicate", "1:2: error: unknown preprocessor directive '#frobnicate'"),
            ("#pragma frobnicate", "1:2: error: unknown #pragma"),
            ("#define 1", "1:9: error: #define needs the name of a macro"),
            ("#define F(a, a) a", "1:10: error: bad parameter list of macro 'F'"),
            ("#define F(a) a\nmodule A { F(1, 2) }", "2:12: error: macro 'F' takes 1 arguments, not 2"),
            ("#define F(a) a\nmodule A { F(1 }", "2:12: error: unterminated arguments of macro 'F'"),
            ("#define F(a) ## a", "1:14: error: '##' has no operand"),
            ("#define F(a) # b", "1:14: error: '#' has no operand"),
            ("#define C(a, b) a##b\nmodule A { C(-, x) }", "2:14: error: '-' and 'x' don't make a token"),
            ("#line x", "1:2: error: #line needs a line number"),
        ])
    func refuses(source: String, expected: String) {
        let result = compile(source)
        #expect(result.model == nil)
        #expect(messages(result) == [expected])
    }

    @Test(
        "warnings only",
        arguments: [
            ("module A { } /* open", "1:14: warning: unterminated comment"),
            ("#define X 1\n#define X 2\nmodule A { }", "2:9: warning: macro 'X' is redefined"),
        ])
    func warns(source: String, expected: String) {
        let result = compile(source)
        #expect(result.model != nil)
        #expect(messages(result) == [expected])
    }
}
