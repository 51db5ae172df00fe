/// One message about a source file.
package struct Diagnostic: Hashable, Sendable {
    /// How bad it is: only errors keep the model away.
    package enum Severity: String, Hashable, Sendable {
        case error, warning, note
    }

    /// Error, warning, or a note to one of them.
    package var severity: Severity
    /// One line, without place and severity.
    package var message: String
    /// Where it stands.
    package var location: SourceLocation
    /// The text of the line, without its end; nil when there is none to show.
    package var sourceLine: String?
    /// How many columns the caret underlines, at least 1.
    package var length: Int
    /// Further places that explain it.
    package var notes: [Diagnostic]

    /// Makes a diagnostic of its parts.
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
