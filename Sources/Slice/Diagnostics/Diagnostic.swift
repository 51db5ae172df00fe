/// One message about a source file.
package struct Diagnostic: Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable {
        case error, warning, note
    }

    package var severity: Severity
    package var message: String
    package var location: SourceLocation
    /// The text of the line, without its end; nil when there is none to show.
    package var sourceLine: String?
    /// How many columns the caret underlines, at least 1.
    package var length: Int
    package var notes: [Diagnostic]

    package init(
        severity: Severity, message: String, location: SourceLocation, sourceLine: String? = nil, length: Int = 1,
        notes: [Diagnostic] = []
    ) {
        self.severity = severity
        self.message = message
        self.location = location
        self.sourceLine = sourceLine
        self.length = length
        self.notes = notes
    }
}
