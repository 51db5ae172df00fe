import Slice
import SliceCodeGen
import Testing

/// What can't be mapped is said at its place, with what to do.
@Suite struct DiagnosticTests {
    private struct MemoryReader: SourceReader {
        var files: [String: String]

        func read(_ path: String) -> [UInt8]? { files[path].map { Array($0.utf8) } }
    }

    /// Generates `A.ice`; it may include the others.
    private func generate(
        _ main: String, with others: [String: String] = [:], _ options: GeneratorOptions = .init()
    ) -> Generation {
        SwiftGenerator(options: options)
            .generate(["A.ice"], reader: MemoryReader(files: others.merging(["A.ice": main]) { $1 }))
    }

    @Test(
        "names that clash",
        arguments: [
            (
                "module M { struct FooTraits { int i; } interface Foo {} }", "1:50",
                "'::M::Foo' needs the Swift name 'FooTraits'"
            ),
            ("module M { module N { enum E { a } } enum NE { b } }", "1:43", "'::M::NE' needs the Swift name 'NE'"),
            ("module M { struct Ice { int i; } }", "1:19", "the Swift name 'Ice' is that of a module"),
            (
                "module M { struct S { int a; [\"swift:identifier:a\"] int b; } }", "1:57",
                "member 'b' has the Swift name 'a', as 'a' has"
            ),
            (
                "module M { interface I { void go(); void goAsync(); } }", "1:31",
                "the method 'goAsync' of operation 'go'"
            ),
            ("module M { interface I { void Ice(); } }", "1:31", "operation 'Ice' has the name of the module"),
            ("module M { struct S { int hashValue; } }", "1:27", "member 'hashValue' has the name of a property"),
            (
                "module M { [\"swift:identifier:a b\"] struct S { int i; } }", "1:44", "'a b' can't be a name in Swift"
            ),
            (
                "module M { [\"swift:attribute:frozen\"] struct S { int i; } }", "1:46",
                "'frozen' is not a Swift attribute"
            ),
        ])
    func clashes(text: String, place: String, message: String) throws {
        let generation = generate(text)
        #expect(generation.hasErrors && generation.files.isEmpty)
        let first = try #require(generation.diagnostics.first)
        #expect(first.hasPrefix("A.ice:\(place): error: \(message)"), "\(first)")
    }

    private static let user = "#include \"B.ice\"\nmodule M { struct S { Other::T t; } }"
    private static let other = ["B.ice": "module Other { struct T { int i; } }"]

    @Test("a definition of an unknown module") func unknownModule() throws {
        let generation = generate(DiagnosticTests.user, with: DiagnosticTests.other)
        let text = try #require(generation.diagnostics.first)
        #expect(text.hasPrefix("A.ice:2:32: error: '::Other::T' is not in the files given"), "\(text)")
        #expect(text.contains("--module Other=SwiftModule") && text.contains("B.ice:1:23: note: it is defined here"))
        #expect(generation.diagnostics.count == 1)
    }

    @Test("a definition of a known module") func knownModule() throws {
        let options = GeneratorOptions(modules: ["Other": "Things"])
        let generation = generate(DiagnosticTests.user, with: DiagnosticTests.other, options)
        let text = try #require(generation.files.first?.text)
        #expect(text.contains("\npublic import Ice\npublic import Things\n"))
        #expect(text.contains("public var t: Things.T = .init()"))
    }

    @Test(
        "metadata says in which module a definition is", arguments: ["swift:module:Things", "swift:identifier:Things"])
    func metadata(_ directive: String) throws {
        let other = ["B.ice": "[\"\(directive)\"] module Other { struct T { int i; } }"]
        let text = try #require(generate(DiagnosticTests.user, with: other).files.first?.text)
        #expect(text.contains("public var t: Things.T = .init()"))
        // The same module as that of the file itself: nothing to import.
        let same = DiagnosticTests.user.replacing("module M", with: "[\"\(directive)\"] module M")
        let joined = try #require(generate(same, with: other).files.first?.text)
        #expect(joined.contains("public var t: T = .init()") && !joined.contains("import Things"))
    }

    @Test("errors of Slice itself") func slice() {
        let generation = generate("module M { struct S { Missing m; } }")
        #expect(generation.hasErrors && generation.files.isEmpty)
        #expect(generation.diagnostics.first?.hasPrefix("A.ice:1:23: error: ") == true)
    }
}
