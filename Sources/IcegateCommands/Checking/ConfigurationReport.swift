package import Gateway
package import Slice

/// What is wrong with a configuration and its Slice, for people: place, message, line, caret, and what to do.
package struct ConfigurationReport: Sendable {
    private var entries: [String] = []
    private var lines: [String: [Substring]] = [:]

    package init(_ errors: [ConfigurationError]) { add(errors) }

    package var isEmpty: Bool { entries.isEmpty }
    /// Without an end of line after the last.
    package var text: String { entries.joined(separator: "\n") }

    package mutating func add(_ errors: [ConfigurationError]) {
        // File by file as they first appear, each from top to bottom.
        var files: [String: Int] = [:]
        for error in errors where files[error.source] == nil { files[error.source] = files.count }
        let sorted = errors.enumerated().sorted { left, right in
            let leftFile = files[left.element.source] ?? 0
            let rightFile = files[right.element.source] ?? 0
            return (leftFile, left.element.line ?? 0, left.element.column ?? 0, left.offset)
                < (rightFile, right.element.line ?? 0, right.element.column ?? 0, right.offset)
        }
        for (_, error) in sorted { entries.append(text(of: error)) }
    }

    /// - Parameter include: the folders that were searched.
    package mutating func add(_ diagnostics: [Diagnostic], include: [String]) {
        for diagnostic in diagnostics {
            let hint = SliceHints.hint(for: diagnostic, include: include)
            entries.append("\(diagnostic)" + (hint.map { "\n    hint: \($0)" } ?? ""))
        }
    }

    private mutating func text(of error: ConfigurationError) -> String {
        let hint = error.hint.map { "\n    hint: \($0)" } ?? ""
        guard let number = error.line, let line = line(number, of: error.source), !Self.hides(line, error)
        else {
            return error.description + hint
        }
        let column = error.column ?? 1 + line.utf8.prefix { $0 == UInt8(ascii: " ") }.count
        let diagnostic = Diagnostic(
            severity: .error, message: error.message,
            location: SourceLocation(file: error.source, line: number, column: column),
            sourceLine: line, length: Self.length(of: line, from: column))
        return "\(diagnostic)\(hint)"
    }

    private mutating func line(_ number: Int, of file: String) -> String? {
        if lines[file] == nil {
            let text = FileSourceReader().read(file).map { String(decoding: $0, as: UTF8.self) } ?? ""
            lines[file] = text.split(separator: "\n", omittingEmptySubsequences: false)
        }
        guard let all = lines[file], all.indices.contains(number - 1) else { return nil }
        return all[number - 1].isEmpty ? nil : String(all[number - 1])
    }

    /// Whether a line may hold what no log should; an entry of a context may whatever its name.
    private static func hides(_ line: String, _ error: ConfigurationError) -> Bool {
        let lowered = line.lowercased()
        return error.isSecret
            || [".context", "context entry", ".auth", "'ice."].contains { error.message.contains($0) }
            || ["secret", "password", "token", "key", "auth", "context", "ssl"].contains { lowered.contains($0) }
    }

    /// How long the YAML token at a column is, in characters.
    private static func length(of line: String, from column: Int) -> Int {
        let rest = Array(line.utf8.dropFirst(column - 1))
        guard let first = rest.first else { return 1 }
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
            return rest.dropFirst().firstIndex(of: first).map { $0 + 1 } ?? rest.count
        }
        let end = rest.indices.first { index in
            switch rest[index] {
            case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"): true
            case UInt8(ascii: ":"): index + 1 == rest.count || rest[index + 1] == UInt8(ascii: " ")
            case UInt8(ascii: " "): index + 1 < rest.count && rest[index + 1] == UInt8(ascii: "#")
            default: false
            }
        }
        return max(1, end ?? rest.count)
    }
}
