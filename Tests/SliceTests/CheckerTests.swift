import Testing

@testable import Slice

@Suite struct CheckerTests {
    @Test("symbols that refer to each other are freed") func teardown() {
        weak var module: Symbol?
        do {
            let text = "module A { struct S { int i; } sequence<A::S> Q; interface I { } interface J extends I { } }"
            let file = SourceFile(path: "Test.ice", bytes: Array(text.utf8))
            let map = SourceMap()
            let sink = DiagnosticSink(map: map)
            let loader = SourceLoader(reader: MemoryReader(files: [:]), includePaths: [])
            let raw = Preprocessor(loader: loader, map: map, sink: sink, defines: []).run(file)
            let syntax = Parser.parse(Lexer.tokens(of: raw, sink: sink), map: map, sink: sink)
            let checker = Checker(map: map, sink: sink, comments: [])
            #expect(checker.check(syntax).order.count == 5)
            module = checker.unit.child("A")
            #expect(module != nil)
        }
        #expect(module == nil)
    }
}
