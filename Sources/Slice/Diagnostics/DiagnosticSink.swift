/// Collects the diagnostics of one translation unit and places them in their source.
final class DiagnosticSink {
    /// After so many errors the rest is left out.
    static let maximumErrors = 100

    let map: SourceMap
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var errorCount = 0
    private var seen: Set<Diagnostic> = []

    init(map: SourceMap) { self.map = map }

    /// True once no further error will be recorded.
    var isFull: Bool { errorCount > DiagnosticSink.maximumErrors }

    func error(_ message: String, at span: Span, notes: [(String, Span)] = []) {
        add(.error, message, at: span, notes: notes)
    }

    func warning(_ message: String, at span: Span, notes: [(String, Span)] = []) {
        add(.warning, message, at: span, notes: notes)
    }

    private func add(_ severity: Diagnostic.Severity, _ message: String, at span: Span, notes: [(String, Span)]) {
        guard !isFull else { return }
        var diagnostic = make(severity, message, at: span)
        diagnostic.notes = notes.map { make(.note, $0.0, at: $0.1) } + context(of: span)
        guard seen.insert(diagnostic).inserted else { return }
        if severity == .error {
            errorCount += 1
            if isFull {
                diagnostic = Diagnostic(
                    severity: .error, message: "too many errors, the rest is not shown", location: diagnostic.location)
            }
        }
        diagnostics.append(diagnostic)
    }

    /// File by file as they first appear, each from top to bottom.
    var sorted: [Diagnostic] {
        var files: [String: Int] = [:]
        for diagnostic in diagnostics {
            files[diagnostic.location.file] = files[diagnostic.location.file] ?? files.count
        }
        let keyed = diagnostics.enumerated().map { index, diagnostic in
            let place = diagnostic.location
            let isLast = isFull && index == diagnostics.count - 1
            return (isLast ? Int.max : files[place.file] ?? 0, place.line, place.column, index, diagnostic)
        }
        return keyed.sorted { ($0.0, $0.1, $0.2, $0.3) < ($1.0, $1.1, $1.2, $1.3) }.map(\.4)
    }

    private func make(_ severity: Diagnostic.Severity, _ message: String, at span: Span) -> Diagnostic {
        Diagnostic(
            severity: severity, message: message, location: map.location(span.position),
            sourceLine: map.lineText(span.position), length: max(1, Int(span.length)))
    }

    /// The macro and the includes through which a place was reached.
    private func context(of span: Span) -> [Diagnostic] {
        var notes: [Diagnostic] = []
        if span.macro >= 0 {
            let macro = map.macros[Int(span.macro)]
            if let definition = macro.definition {
                let length = Int32(clamping: macro.name.utf8.count)
                notes.append(
                    make(.note, "in expansion of macro '\(macro.name)'", at: Span(position: definition, length: length))
                )
            }
        }
        var unit = map.units[Int(span.position.unit)]
        while let position = unit.includedFrom {
            notes.append(Diagnostic(severity: .note, message: "included from here", location: map.location(position)))
            unit = map.units[Int(position.unit)]
        }
        return notes
    }
}
