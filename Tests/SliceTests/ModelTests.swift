import Foundation
import Slice
import Testing

@Suite struct ModelTests {
    @Test("Vectors.ice gives every kind of definition") func vectors() throws {
        let text = try String(contentsOf: input("Vectors.ice"), encoding: .utf8)
        let result = SliceCompiler.compile(source: text, name: "Vectors.ice")
        #expect(result.diagnostics.isEmpty)
        let model = try #require(result.model)
        #expect(model.order.first == ScopedName("::V"))
        #expect(Set(model.order) == model.mainDefinitions)
        #expect(model.enums[ScopedName("::V::B254")]?.enumerators.map(\.value) == [0, 254, 255])
        #expect(model.sequences[ScopedName("::V::PrxS")]?.element == .anyProxy)
        #expect(model.dictionaries[ScopedName("::V::KeyLong")]?.key == .structure(ScopedName("::V::Key")))
        let compact = try #require(model.classes[ScopedName("::V::CompactD")])
        #expect(compact.compactID == 300)
        #expect(compact.base == ScopedName("::V::Compact"))
        let optional = try #require(model.classes[ScopedName("::V::OptC")])
        #expect(optional.members.map(\.tag) == [nil, 1, 2, 30, 300])
        #expect(
            model.allMembers(ofException: ScopedName("::V::ErrX")).map(\.info.name) == [
                "reason", "code", "where", "extra",
            ])
        let replies = try #require(model.interfaces[ScopedName("::V::Rep")])
        #expect(replies.operations.first { $0.info.name == "idem" }?.isIdempotent == true)
        let throwing = try #require(replies.operations.first { $0.info.name == "raiseIt" })
        #expect(throwing.exceptions.map(\.text) == ["::V::Err", "::V::ErrC", "::V::ErrO", "::V::ErrE"])
        let mixed = try #require(replies.operations.first { $0.info.name == "okOpt" })
        #expect(mixed.result?.tag == 1)
        #expect(mixed.outParameters.map(\.tag) == [3, nil])
        let sliced = try #require(replies.operations.first { $0.info.name == "echoSl" })
        #expect(sliced.info.metadata("format") == "sliced")
    }

    @Test("source order, included definitions where they are included") func order() throws {
        let model = try model(
            "#include \"Other.ice\"\nmodule A { struct S { B::T t; } } module A { enum E { a } }",
            with: ["Other.ice": "module B { struct T { int i; } }"])
        #expect(model.order.map(\.text) == ["::B", "::B::T", "::A", "::A::S", "::A::E"])
        #expect(model.mainDefinitions.map(\.text).sorted() == ["::A", "::A::E", "::A::S"])
    }

    @Test("a module that is opened in main and included files belongs to main") func sharedModule() throws {
        let model = try model(
            "#include \"Other.ice\"\n/// doc\n[\"x\"] module A { }", with: ["Other.ice": "[\"y\"] module A { }"])
        let module = try #require(model.modules[ScopedName("::A")])
        #expect(model.mainDefinitions.contains(ScopedName("::A")))
        #expect(module.info.metadata.map(\.text) == ["y", "x"])
        #expect(module.info.comment?.overview == "doc")
        #expect(model.order.count == 1)
    }

    @Test("nested module syntax opens each of them") func nestedModules() throws {
        let model = try model("module A::B::C { struct S { int i; } }")
        #expect(model.order.map(\.text) == ["::A", "::A::B", "::A::B::C", "::A::B::C::S"])
    }

    @Test("declared and never defined") func declaredOnly() throws {
        let model = try model(
            "module A { interface I; class C; interface J { I* get(C c); } interface K; interface K { } }")
        #expect(model.interfaces[ScopedName("::A::I")]?.isDeclaredOnly == true)
        #expect(model.classes[ScopedName("::A::C")]?.isDeclaredOnly == true)
        #expect(model.interfaces[ScopedName("::A::K")]?.isDeclaredOnly == false)
        #expect(model.order.map(\.text) == ["::A", "::A::I", "::A::C", "::A::J", "::A::K"])
    }

    @Test("a declaration keeps its doc comment when the definition has none") func declarationComment() throws {
        let model = try model(
            "module A { /// said early\ninterface I; interface I { } /// first\nclass C; /// second\nclass C { } }")
        #expect(model.interfaces[ScopedName("::A::I")]?.info.comment?.overview == "said early")
        #expect(model.classes[ScopedName("::A::C")]?.info.comment?.overview == "second")
    }

    @Test("metadata stays in order, with places, everywhere") func metadata() throws {
        let model = try model(
            """
            [["file:one", "file" ":two"]]
            module A
            {
                ["a", "b:c"] ["d"] interface I
                {
                    ["http:get:/x/{n}"] void op(["p"] int n, out ["q"] int m);
                }
                sequence<["e"] int> S;
                dictionary<["k"] int, ["v"] string> D;
                enum E { ["m"] x, y }
                const ["n"] int c = 1;
            }
            """)
        #expect(model.fileMetadata.map(\.text) == ["file:one", "file:two"])
        let interface = try #require(model.interfaces[ScopedName("::A::I")])
        #expect(interface.info.metadata.map(\.text) == ["a", "b:c", "d"])
        #expect(interface.info.metadata[1].location == SourceLocation(file: "Test.ice", line: 4, column: 11))
        let operation = try #require(interface.operations.first)
        #expect(operation.info.metadata("http") == "get:/x/{n}")
        #expect(operation.inParameters.first?.info.metadata.map(\.text) == ["p"])
        #expect(operation.outParameters.first?.info.metadata.map(\.text) == ["q"])
        #expect(model.sequences[ScopedName("::A::S")]?.elementMetadata.map(\.text) == ["e"])
        #expect(model.dictionaries[ScopedName("::A::D")]?.keyMetadata.map(\.text) == ["k"])
        #expect(model.dictionaries[ScopedName("::A::D")]?.valueMetadata.map(\.text) == ["v"])
        #expect(model.enums[ScopedName("::A::E")]?.enumerators.first?.info.metadata.map(\.text) == ["m"])
        #expect(model.constants[ScopedName("::A::c")]?.info.metadata.map(\.text) == ["n"])
    }

    @Test("file metadata of included files stays there") func includedMetadata() throws {
        let model = try model("[[\"mine\"]]\n#include \"O.ice\"\n", with: ["O.ice": "[[\"theirs\"]]\n"])
        #expect(model.fileMetadata.map(\.text) == ["mine"])
    }

    @Test("escaped names lose their backslash") func escapes() throws {
        let model = try model("module A { struct \\interface { int \\int; } struct T { \\interface i; } }")
        let definition = try #require(model.structs[ScopedName("::A::interface")])
        #expect(definition.members.map(\.info.name) == ["int"])
        #expect(model.structs[ScopedName("::A::T")]?.members.first?.type == .structure(ScopedName("::A::interface")))
    }

    @Test("names are looked for from the inside out") func lookup() throws {
        let model = try model(
            """
            module A
            {
                struct S { int i; }
                module B
                {
                    struct U { S outer; ::A::S absolute; A::S scoped; }
                    struct S { int j; }
                    struct V { S inner; ::A::S outer; }
                }
            }
            """)
        let outer = SliceType.structure(ScopedName("::A::S"))
        let inner = SliceType.structure(ScopedName("::A::B::S"))
        #expect(model.structs[ScopedName("::A::B::U")]?.members.map(\.type) == [outer, outer, outer])
        #expect(model.structs[ScopedName("::A::B::V")]?.members.map(\.type) == [inner, outer])
    }

    @Test("a member may have the name of a type") func memberNamedAsType() throws {
        let model = try model("module A { struct Foo { int i; } struct Bar { int Foo; Foo other; } }")
        #expect(
            model.structs[ScopedName("::A::Bar")]?.members.map(\.type) == [.int, .structure(ScopedName("::A::Foo"))])
    }

    @Test("bases are listed once") func bases() throws {
        let model = try model("module A { interface I { } interface J { } interface K extends I, J, I { } }")
        #expect(model.interfaces[ScopedName("::A::K")]?.bases.map(\.text) == ["::A::I", "::A::J"])
    }

    @Test("3.7: local things are marked, LocalObject and interfaces by value are any class") func local() throws {
        let model = try model(
            """
            module A
            {
                local interface L { LocalObject get(Object o); };
                interface I { void op(); };
                struct S { I i; };
                local struct P { LocalObject o; };
                local enum E { x };
                local sequence<P> Q;
                local dictionary<int, P> D;
                local class C { L l; };
                local exception X { P p; };
            };
            """)
        let local = try #require(model.interfaces[ScopedName("::A::L")])
        #expect(local.isLocal)
        #expect(local.operations.first?.result?.type == .anyClass)
        #expect(model.structs[ScopedName("::A::S")]?.members.first?.type == .anyClass)
        #expect(model.structs[ScopedName("::A::S")]?.isLocal == false)
        #expect(model.structs[ScopedName("::A::P")]?.isLocal == true)
        #expect(model.enums[ScopedName("::A::E")]?.isLocal == true)
        #expect(model.sequences[ScopedName("::A::Q")]?.isLocal == true)
        #expect(model.dictionaries[ScopedName("::A::D")]?.isLocal == true)
        #expect(model.classes[ScopedName("::A::C")]?.isLocal == true)
        #expect(model.exceptions[ScopedName("::A::X")]?.isLocal == true)
    }

    @Test("3.8: local, LocalObject and implements are names") func oldKeywordsAsNames() throws {
        let model = try model(
            "module A { struct LocalObject { int local; int implements; } struct local { LocalObject o; } }")
        #expect(
            model.structs[ScopedName("::A::local")]?.members.first?.type == .structure(ScopedName("::A::LocalObject")))
    }

    @Test("3.7: a class with operations is an interface too") func classWithOperations() throws {
        let model = try model(
            """
            module A
            {
                interface I { void a(); };
                class B { void run(); };
                class C extends B implements I { int i; };
                class Plain { int i; };
                interface User { void use(C* c, Plain* p); };
            };
            """)
        #expect(model.classes[ScopedName("::A::B")]?.operations.map(\.info.name) == ["run"])
        #expect(model.interfaces[ScopedName("::A::C")]?.bases.map(\.text) == ["::A::B", "::A::I"])
        #expect(Set(model.allOperations(of: ScopedName("::A::C")).map(\.info.name)) == ["a", "run"])
        #expect(model.interfaces[ScopedName("::A::Plain")] != nil)
        #expect(model.order.count { $0.text == "::A::C" } == 1)
    }
}
