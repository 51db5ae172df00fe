import Slice
import Testing

@Suite struct DiagnosticTests {
    /// A text in a module that starts on its own line, and the only messages it gives, from line 2 on.
    static let common: [(source: String, messages: [String])] = [
        // Names
        ("struct S { int i; }\nstruct S { int i; }", ["3:8: error: redefinition of struct 'S' as struct"]),
        ("struct S { int i; }\nenum S { a }", ["3:6: error: redefinition of struct 'S' as enum"]),
        ("struct S { int i; int i; }", ["2:23: error: redefinition of data member 'i'"]),
        (
            "struct S { int i; int I; }",
            ["2:23: error: data member 'I' differs only in capitalization from data member 'i'"]
        ),
        (
            "struct S { int i; } struct s { int i; }",
            ["2:28: error: struct 's' differs only in capitalization from struct 'S'"]
        ),
        (
            "struct Foo { int i; } struct Bar { foo f; }",
            ["2:36: error: struct name 'foo' is capitalized inconsistently with its previous name: '::M::Foo'"]
        ),
        ("struct S { Foo f; }", ["2:12: error: 'Foo' is not defined"]),
        ("struct S { int; }", ["2:15: error: missing name"]),
        ("struct S { int struct; }", ["2:16: error: keyword 'struct' cannot be used as a name"]),
        ("class class { }", ["2:7: error: keyword 'class' cannot be used as class name"]),
        ("enum E { int }", ["2:10: error: keyword 'int' cannot be used as enumerator"]),
        ("struct S { int fooPrx; }", ["2:16: error: illegal identifier 'fooPrx': 'Prx' suffix is reserved"]),
        (
            "struct S { int _a; int b_; int c__d; }",
            [
                "2:16: error: illegal leading underscore in identifier '_a'",
                "2:24: error: illegal trailing underscore in identifier 'b_'",
                "2:32: error: illegal double underscore in identifier 'c__d'",
            ]
        ),
        ("interface Foo { void Foo(); }", ["2:22: error: interface name 'Foo' cannot be used as operation name"]),
        (
            "interface Foo { void foo(); }",
            ["2:22: error: operation 'foo' differs only in capitalization from enclosing interface name 'Foo'"]
        ),
        ("interface I { void op(); void op(int i); }", ["2:31: error: redefinition of operation 'op'"]),
        ("interface I { void A::op(); }", ["2:20: error: operation identifiers cannot be scoped"]),
        (
            "struct S { int i; } module N { sequence<S> Q; struct S { int j; } }",
            ["2:54: error: 'S' has changed meaning"]
        ),
        ("struct caf\u{e9} { int i; }", ["2:11: error: illegal input character: '\\303'"]),
        // Places
        (
            "interface I { struct S { int i; } }",
            ["2:15: error: syntax error, unexpected 'struct', expecting a type"]
        ),
        ("struct S;", ["2:8: error: structs cannot be forward declared"]),
        ("exception X;", ["2:11: error: exceptions cannot be forward declared"]),
        ("struct S { int i }", ["2:16: error: ';' missing after definition"]),
        ("[[\"x\"]]", ["2:1: error: file metadata must appear before any definitions"]),
        (
            "[amd] interface I { }",
            ["2:2: error: invalid tokens in metadata: 'amd' (maybe you forgot to wrap it in quotes?)"]
        ),
        ("[] struct S { int i; }", ["2:1: warning: no directives were provided in metadata list"]),
        // Types
        (
            "exception X { } struct S { X x; }",
            ["2:28: error: 'X' is an exception, which cannot be used as a type"]
        ),
        ("const int C = 1; struct S { C c; }", ["2:29: error: 'C' is not a type"]),
        ("struct T { int i; } struct S { T* t; }", ["2:32: error: 'T' must be an interface"]),
        ("struct S { S s; }", ["2:12: error: struct 'S' cannot contain itself"]),
        ("struct S { }", ["2:8: error: struct 'S' must have at least one member"]),
        ("enum E { }", ["2:6: error: enum 'E' must have at least one enumerator"]),
        ("dictionary<float, int> D;", ["2:12: error: dictionary 'D' uses an illegal key type"]),
        (
            "sequence<sequence<int>> Q; struct S { Q q; }",
            ["2:10: error: syntax error, unexpected 'sequence', expecting a type"]
        ),
        // Inheritance
        ("interface K extends Object { }", ["2:21: error: illegal inheritance from type Object"]),
        ("interface I { } class C extends I { }", ["2:33: error: 'I' is not a class"]),
        ("class C { } interface I extends C { }", ["2:33: error: 'C' is not an interface"]),
        ("class C { } exception X extends C { }", ["2:33: error: 'C' is not an exception"]),
        (
            "interface I { void a(); } interface J { void a(); } interface K extends I, J { }",
            [
                "2:63: error: ambiguous multiple inheritance: 'K' inherits operation 'a' from two or more unrelated base interfaces"
            ]
        ),
        (
            "interface I { void a(); } interface J extends I { void a(); }",
            ["2:56: error: operation 'a' is already defined as an operation in a base interface"]
        ),
        (
            "interface I { void ice_ping(); }",
            ["2:20: error: operation 'ice_ping' is already defined as an operation in a base interface"]
        ),
        (
            "class B { int i; } class C extends B { int i; }",
            ["2:44: error: data member 'i' is already defined as a data member in a base class"]
        ),
        (
            "exception B { int i; } exception C extends B { int i; }",
            ["2:52: error: data member 'i' is already defined as a data member in a base exception"]
        ),
        ("class C(-1) { }", ["2:9: error: invalid compact id '-1': compact ids cannot be negative"]),
        (
            "class C(1) { } class D(1) { }",
            ["2:24: error: invalid compact id for class: already assigned to class '::M::C'"]
        ),
        // Operations
        (
            "interface I { void op(out int a, int b); }",
            ["2:38: error: parameter 'b': in-parameters cannot come after out-parameters"]
        ),
        ("interface I { void op(int a, int a); }", ["2:34: error: redefinition of parameter 'a'"]),
        (
            "exception X { } interface I { void op() throws X, X; }",
            ["2:51: error: operation 'op' has a throws clause with a duplicate exception: 'X'"]
        ),
        ("struct X { int i; } interface I { void op() throws X; }", ["2:52: error: 'X' is not an exception"]),
        // Optionals
        ("class C { optional int i; }", ["2:11: error: missing tag"]),
        ("class C { optional(-1) int i; }", ["2:20: error: invalid tag '-1': tags cannot be negative"]),
        (
            "class C { optional(2147483648) int i; }",
            ["2:20: error: invalid tag '2147483648': tags must be less than or equal to '2147483647'"]
        ),
        (
            "class C { optional(1) int i; optional(1) int j; }",
            ["2:39: error: tag for optional data member 'j' is already in use"]
        ),
        (
            "interface I { void op(optional(1) int i, out optional(1) int j); }",
            ["2:55: error: tag for optional parameter 'j' is already in use"]
        ),
        ("struct S { optional(1) int i; }", ["2:21: error: optional data members are not supported in structs"]),
        (
            "const string C = \"\"; class D { optional(C) int i; }",
            ["2:41: error: constant 'C' cannot be used as an integer constant"]
        ),
        (
            "enum E { e1 } enum F { e1 } class C { optional(e1) int i; }",
            ["2:48: error: enumerator 'e1' could designate '::M::E::e1' or '::M::F::e1'"]
        ),
        // Enums
        ("enum E { a = -1 }", ["2:14: error: invalid enumerator value '-1': enumerator values cannot be negative"]),
        (
            "enum E { a = 2147483648 }",
            [
                "2:14: error: invalid enumerator value '2147483648': enumerator values must be less than or equal to '2147483647'"
            ]
        ),
        ("enum E { a = 2147483647, b }", ["2:26: error: value for enumerator 'b' is out of range"]),
        ("enum E { a = 1, b = 1 }", ["2:17: error: enumerator 'b' has the same value as enumerator 'a'"]),
        // Constants
        ("struct S { int i; } const S c = 1;", ["2:33: error: constant 'c' has illegal type"]),
        (
            "const bool c = 1;",
            ["2:16: error: initializer of type 'long' is incompatible with the type 'bool' of constant 'c'"]
        ),
        (
            "const int c = 1.5;",
            ["2:15: error: initializer of type 'double' is incompatible with the type 'int' of constant 'c'"]
        ),
        ("const byte c = 256;", ["2:16: error: initializer '256' for constant 'c' out of range for type byte"]),
        ("const long c = 9223372036854775808;", ["2:16: error: integer constant '9223372036854775808' out of range"]),
        ("const double c = 1e999;", ["2:18: error: floating-point constant '1e999' out of range"]),
        ("sequence<int> Q; struct S { Q q = 1; }", ["2:35: error: default value not allowed for data member 'q'"]),
        ("struct S { int i; } const int c = S;", ["2:35: error: illegal initializer: 'S' is a struct"]),
        (
            "enum E { x } enum F { y } const E c = F::y;",
            ["2:39: error: 'F::y' does not designate an enumerator of '::M::E'"]
        ),
        (
            "enum E { x } const E c = 0;",
            ["2:26: error: type of initializer is incompatible with the type of constant 'c'"]
        ),
        ("const int a = 08;", ["2:15: warning: octal number '08' ends at its first digit that isn't octal"]),
        // Strings
        (#"const string c = "a\400";"#, ["2:20: error: octal escape sequence out of range"]),
        (#"const string c = "\x";"#, ["2:19: error: no hex digit in hex escape sequence"]),
        (#"const string c = "\u12";"#, ["2:19: error: unknown escape sequence in string literal"]),
        (#"const string c = "\q";"#, ["2:19: warning: unknown escape sequence in string literal"]),
        (#"const string c = "\ud800";"#, ["2:19: error: a universal character name cannot designate a surrogate"]),
        // Deprecation
        (
            "[\"deprecated:use T\"] struct S { int i; } struct T { S s; }",
            ["2:53: warning: data member 's' uses deprecated struct 'S': use T"]
        ),
        (
            "[\"deprecated\"] interface I { } interface J extends I { }",
            ["2:52: warning: interface 'J' inherits from deprecated interface 'I'"]
        ),
        (
            "[\"deprecate\"] exception X { } interface I { void op() throws X; }",
            ["2:62: warning: operation 'op' can throw deprecated exception 'X'"]
        ),
        // Ours and everybody's metadata is nobody's business
        ("[\"http:get:/x\", \"bogus\", \"cpp:nope\"] interface I { [\"http:hidden\"] void op(); }", []),
    ]

    @Test("message and place of each common mistake, and nothing else", arguments: common.indices)
    func message(index: Int) {
        let (source, expected) = DiagnosticTests.common[index]
        let result = compile("module M {\n\(source)\n}\n")
        #expect(messages(result) == expected, "\(source)")
        #expect((result.model == nil) == expected.contains { $0.contains("error:") })
    }

    @Test(
        "outside of modules",
        arguments: [
            ("struct S { int i; }", "structs"), ("class C { }", "classes"), ("interface I { }", "interfaces"),
            ("exception X { }", "exceptions"), ("enum E { a }", "enums"), ("sequence<int> S;", "sequences"),
            ("dictionary<int, int> D;", "dictionaries"), ("const int c = 1;", "constants"),
            ("interface I;", "interfaces"),
        ])
    func topLevel(source: String, kind: String) {
        #expect(compile(source).errors == ["\(kind) can only be defined within a module"])
    }

    @Test("a module path has no leading colons") func modulePath() {
        #expect(
            compile("module ::A { }").errors == ["illegal identifier: module identifiers cannot start with '::' prefix"]
        )
    }

    @Test(
        "suppress-warning", arguments: ["suppress-warning", "suppress-warning:all", "suppress-warning:x, deprecated"])
    func suppressed(directive: String) {
        let source = "module A { [\"deprecated\"] struct S { int i; } struct T { S s; } }"
        #expect(compile(source).warnings.count == 1)
        #expect(compile("[[\"\(directive)\"]]\n\(source)").warnings.isEmpty)
    }

    @Test("included files warn nobody") func includedDeprecation() {
        let result = compile(
            "#include \"O.ice\"\n",
            with: ["O.ice": "module A { [\"deprecated\"] struct S { int i; } struct T { S s; } }"])
        #expect(result.diagnostics.isEmpty)
    }

    @Test("a message shows the line, the stretch and how one got there") func description() throws {
        let result = compile(
            "#include \"Inner.ice\"\n", with: ["Inner.ice": "#define BAD Foo\nmodule A\n{\n\tstruct S { BAD f; }\n}\n"])
        #expect(
            result.diagnostics.map(\.description) == [
                """
                Inner.ice:4:13: error: 'Foo' is not defined
                    \tstruct S { BAD f; }
                    \t           ^~~
                Inner.ice:1:9: note: in expansion of macro 'BAD'
                    #define BAD Foo
                            ^~~
                Test.ice:1:10: note: included from here
                """
            ])
    }

    @Test("columns count bytes, carets count characters") func wide() throws {
        let result = compile("module A { /* äöü€ */ struct S { Foo f; } }")
        let first = try #require(result.diagnostics.first)
        #expect(first.location.column == 39)
        let lines = first.description.split(separator: "\n").map(String.init)
        #expect(lines[2].count - "^~~".count == lines[1].split(separator: "Foo")[0].count)
    }

    @Test(
        "of a long line the part around the column is shown", arguments: [(0, 900), (300, 300), (900, 0)], ["e", "€"])
    func longLine(sides: (before: Int, after: Int), filler: String) throws {
        func comment(_ count: Int) -> String { "/*" + String(repeating: filler, count: count) + "*/" }
        let line = "module A { \(comment(sides.before)) struct S { Foo f; } \(comment(sides.after)) }"
        let first = try #require(compile(line).diagnostics.first)
        #expect(first.sourceLine == line)
        let lines = first.description.split(separator: "\n").map(String.init)
        #expect(lines.count == 3)
        #expect(lines[1].utf8.count <= 250)
        let shown = lines[1].dropFirst(4)
        #expect(shown.hasPrefix("...") == (sides.before > 0))
        #expect(shown.hasSuffix("...") == (sides.after > 0))
        #expect(line.contains(shown.drop { $0 == "." }.prefix(60)))
        #expect(lines[2].count - "^~~".count == lines[1].split(separator: "Foo")[0].count)
    }

    @Test("line continuations and a byte order mark move nothing") func places() {
        #expect(
            messages(compile("\u{FEFF}struct")) == [
                "1:7: error: syntax error, unexpected end of file, expecting a struct name"
            ])
        #expect(
            messages(compile("module A {\\\n\\\n  foo; }")) == [
                "3:3: error: syntax error, unexpected 'foo', expecting a definition"
            ])
        #expect(
            messages(compile("module A {\r\n  foo;\r\n}")) == [
                "2:3: error: syntax error, unexpected 'foo', expecting a definition"
            ])
    }

    @Test("a file that isn't there") func missingFile() {
        let result = SliceCompiler(reader: MemoryReader(files: [:])).compile(["nope.ice"])
        #expect(result.model == nil)
        #expect(result.diagnostics.map(\.description) == ["nope.ice:1:1: error: cannot open 'nope.ice'"])
    }
}
