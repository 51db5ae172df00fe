import Slice
import Testing

/// One mistake gives one message, and several mistakes give several.
@Suite struct RecoveryTests {
    @Test("several mistakes in one run") func several() {
        let result = compile(
            """
            module A
            {
                struct S { int i }
                sequence<sequence<int>> Nested;
                interface I
                {
                    void op(int a,);
                    Unknown get();
                    void fine(S s, Nested n);
                    struct Inner { int i; }
                    int other(out out int a);
                }
                enum E { ex, 5, why }
                const int max = ;
                const E best = why;
                class C extends Missing { Unknown2 u; C self; }
            }
            }
            module B { struct T { int j; } }
            """)
        #expect(
            messages(result) == [
                "3:20: error: ';' missing after definition",
                "4:14: error: syntax error, unexpected 'sequence', expecting a type",
                "7:23: error: syntax error, unexpected ')', expecting a type",
                "8:9: error: 'Unknown' is not defined",
                "10:9: error: syntax error, unexpected 'struct', expecting a type",
                "11:23: error: parameter 'a' was marked 'out' multiple times",
                "13:18: error: syntax error, unexpected '5', expecting an enumerator",
                "14:21: error: syntax error, unexpected ';', expecting a value",
                "16:21: error: 'Missing' is not defined",
                "16:31: error: 'Unknown2' is not defined",
                "18:1: error: syntax error, unexpected '}'",
            ])
    }

    @Test(
        "one mistake",
        arguments: [
            "module A { struct S { int i; }", "module A { struct S int i; } }", "module A { struct { int i; } }",
            "module { }", "module A", "module A { interface I }", "module A { class C struct S { int i; } }",
            "module A { sequence<int> S struct T { S s; } }", "module A { const int i = 1 }",
            "module A { foo bar baz { int i; } struct T { int i; } }", "module A { struct S { int i[5]; int j; } }",
            "module A { interface I { void op(int a int b); void ok(); } }",
            "module A { interface I { op(); void ok(); } }",
            "module A { struct S { Foo f; } sequence<S> Q; dictionary<int, Q> D; interface I { D op(Q q); } }",
            "module A { enum E { a b, c } const E x = c; struct S { E e = b; } }",
            "module A { const int c = \"x\"; struct S { int i = c; } enum E { e = c } }",
            "module A { exception X; interface I { void op() throws X; } exception Y extends X { } }",
            "module A { struct S { Undefined u; } const int i = 1; struct T { S s; int j = i; } }",
            "module A { class C extends Undefined { int i; } class D extends C { int j; } }",
            "module A { interface I { } interface I { } interface J extends I { I* op(); } }",
        ])
    func one(source: String) {
        let result = compile(source)
        #expect(result.errors.count == 1, "\(source)\n\(messages(result).joined(separator: "\n"))")
    }

    @Test("at most a hundred errors") func cap() {
        let result = compile("module A { " + String(repeating: "struct S { Foo f; }\n", count: 500) + "}")
        #expect(result.errors.count == 101)
        #expect(result.errors.last == "too many errors, the rest is not shown")
    }
}
