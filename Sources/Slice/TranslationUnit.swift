/// One main file on its way from bytes to a model.
struct TranslationUnit {
    let map = SourceMap()
    /// Nil when the preprocessor failed: nothing after that would make sense.
    let model: SliceModel?
    let diagnostics: [Diagnostic]

    init(_ file: SourceFile, loader: SourceLoader, defines: [(name: String, value: String)]) {
        let sink = DiagnosticSink(map: map)
        let preprocessor = Preprocessor(loader: loader, map: map, sink: sink, defines: defines)
        let raw = preprocessor.run(file)
        guard sink.errorCount == 0 else {
            model = nil
            diagnostics = sink.sorted
            return
        }
        let tokens = Lexer.tokens(of: raw, sink: sink)
        let syntax = Parser.parse(tokens, map: map, sink: sink)
        model = Checker(map: map, sink: sink, comments: preprocessor.comments).check(syntax)
        diagnostics = sink.sorted
    }
}
