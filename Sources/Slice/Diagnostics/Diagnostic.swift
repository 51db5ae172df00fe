/// One message about a source file.
public struct Diagnostic: Hashable, Sendable {
    public enum Severity: String, Hashable, Sendable {
        case error, warning, note
    }

    public var severity: Severity
    public var message: String
    public var location: SourceLocation
    /// The text of the line, without its end; nil when there is none to show.
    public var sourceLine: String?
    /// How many columns the caret underlines, at least 1.
    public var length: Int
    public var notes: [Diagnostic]

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
