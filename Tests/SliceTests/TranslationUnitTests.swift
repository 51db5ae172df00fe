import Slice
import Testing

/// Several main files in one run.
@Suite struct TranslationUnitTests {
    private func compile(_ names: [String], _ files: [String: String]) -> SliceCompiler.Compilation {
        SliceCompiler(reader: MemoryReader(files: files)).compile(names)
    }

    static let shared =
        "#ifndef C_ICE\n#define C_ICE\nmodule C { struct T { int i; } interface I; class K(5) { } }\n#endif\n"

    @Test("a file included by two is one set of definitions") func sharedInclude() throws {
        let result = compile(
            ["A.ice", "B.ice", "A.ice"],
            [
                "A.ice": "#include \"C.ice\"\nmodule A { struct S { C::T t; } }",
                "B.ice": "#include \"C.ice\"\nmodule B { struct S { C::T t; } }", "C.ice": TranslationUnitTests.shared,
            ])
        #expect(result.diagnostics.isEmpty)
        let model = try #require(result.model)
        #expect(model.order.map(\.text) == ["::C", "::C::T", "::C::I", "::C::K", "::A", "::A::S", "::B", "::B::S"])
        #expect(model.mainDefinitions.map(\.text).sorted() == ["::A", "::A::S", "::B", "::B::S"])
        #expect(result.files == ["A.ice", "C.ice", "B.ice"])
    }

    @Test("asked for and included is asked for", arguments: [["A.ice", "C.ice"], ["C.ice", "A.ice"]])
    func askedAndIncluded(names: [String]) throws {
        let result = compile(
            names,
            ["A.ice": "#include \"C.ice\"\nmodule A { struct S { C::T t; } }", "C.ice": TranslationUnitTests.shared])
        let model = try #require(result.model)
        #expect(model.mainDefinitions == Set(model.order))
        #expect(model.order.count == 6)
    }

    @Test("each sees only what it includes") func separate() {
        let result = compile(
            ["A.ice", "B.ice"],
            ["A.ice": "#define M 1\nmodule A { struct S { int i; } }", "B.ice": "module B { struct T { A::S s; } }"])
        #expect(result.errors == ["'A::S' is not defined"])
    }

    @Test("macros end with their file") func macros() {
        let result = compile(
            ["A.ice", "B.ice"],
            ["A.ice": "#define int broken\nmodule A { }", "B.ice": "module B { struct T { int i; } }"])
        #expect(result.diagnostics.isEmpty)
    }

    @Test("the same name in two files is a redefinition") func redefinition() {
        let result = compile(
            ["A.ice", "B.ice"],
            ["A.ice": "module A { struct S { int i; } }", "B.ice": "module A { enum S { x } }"])
        #expect(result.model == nil)
        #expect(messages(result) == ["1:17: error: redefinition of struct 'S' as enum"])
        #expect(result.diagnostics.first?.notes.first?.location.file == "A.ice")
    }

    @Test("declared in one file, defined in another") func declared() throws {
        let result = compile(
            ["A.ice", "B.ice"],
            [
                "A.ice": "module A { interface I; struct S { I* i; } }",
                "B.ice": "module A { interface I { void op(); } }",
            ])
        let model = try #require(result.model)
        #expect(model.interfaces[ScopedName("::A::I")]?.operations.count == 1)
        #expect(model.order.map(\.text) == ["::A", "::A::S", "::A::I"])
        #expect(Set(model.order) == model.mainDefinitions)
    }

    @Test("one file under two paths is one file") func twoPaths() {
        let text = "module A { struct S { int i; } }"
        let result = compile(
            ["/x/A.ice", "B.ice"],
            ["/x/A.ice": text, "x/A.ice": text, "B.ice": "#include \"x/A.ice\"\nmodule B { struct T { A::S s; } }"])
        #expect(result.diagnostics.isEmpty)
    }

    @Test("compact ids are unique over all files") func compactIDs() {
        let result = compile(
            ["A.ice", "B.ice"], ["A.ice": "module A { class C(1) { } }", "B.ice": "module B { class C(1) { } }"])
        #expect(result.errors == ["invalid compact id for class: already assigned to class '::A::C'"])
    }

    @Test("a message about a shared include appears once") func sharedMessage() {
        let result = compile(
            ["A.ice", "B.ice"],
            [
                "A.ice": "#include \"C.ice\"\n", "B.ice": "#include \"C.ice\"\n",
                "C.ice": "module C { struct S { Foo f; } }",
            ])
        #expect(result.errors == ["'Foo' is not defined"])
    }

    @Test("one broken file spoils the model, not the messages of the others") func broken() {
        let result = compile(
            ["A.ice", "B.ice", "no.ice"], ["A.ice": "module A {", "B.ice": "module B { struct S { Foo f; } }"])
        #expect(result.model == nil)
        #expect(result.errors.count == 3)
    }
}
