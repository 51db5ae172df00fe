import Slice
import SliceJSON

/// The JSON of a call and where it came from.
package struct JSONArgument: Sendable {
    package var text: [UInt8]
    /// For messages: `JSON` for the command line, a file's name, `standard input`.
    package var source: String

    package init(text: [UInt8], source: String) {
        self.text = text
        self.source = source
    }

    /// The fault with the line it is in and a caret.
    static func diagnostic(_ error: JSONError, _ argument: JSONArgument?) -> String {
        let lines = (argument?.text ?? []).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let index = error.line - 1
        let line = lines.indices.contains(index) ? String(decoding: lines[index], as: UTF8.self) : nil
        let place = error.pointer.isEmpty ? "" : "\(error.pointer): "
        let diagnostic = Diagnostic(
            severity: .error, message: place + error.message,
            location: SourceLocation(file: argument?.source ?? "JSON", line: error.line, column: error.column),
            sourceLine: line?.isEmpty == false ? line : nil)
        return "\(diagnostic)"
    }
}
