/// One message about a source file.
public struct Diagnostic: Hashable, Sendable {
    /// How bad it is: only errors keep the model away.
    public enum Severity: String, Hashable, Sendable {
        case error, warning, note
    }

    /// Error, warning, or a note to one of them.
    public var severity: Severity
    /// One line, without place and severity.
    public var message: String
    /// Where it stands.
    public var location: SourceLocation
    /// The text of the line, without its end; nil when there is none to show.
    public var sourceLine: String?
    /// How many columns the caret underlines, at least 1.
    public var length: Int
    /// Further places that explain it.
    public var notes: [Diagnostic]

    /// Makes a diagnostic of its parts.
    public init(
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
