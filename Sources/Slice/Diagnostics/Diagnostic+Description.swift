extension Diagnostic: CustomStringConvertible {
    /// `file:line:column: error: message`, the source line and a caret line when there is one, then the notes. Several
    /// lines, without an end of line after the last.
    package var description: String {
        var lines = ["\(location): \(severity.rawValue): \(message)"]
        if let sourceLine {
            lines.append("    " + sourceLine)
            lines.append("    " + caretLine(below: sourceLine))
        }
        lines += notes.map(\.description)
        return lines.joined(separator: "\n")
    }

    /// Spaces up to the column, `^`, and `~` for the rest of the length. Tabs stay tabs so that it aligns however wide
    /// they are shown; a character of several bytes takes one column.
    private func caretLine(below line: String) -> String {
        var result = ""
        let bytes = Array(line.utf8)
        let start = min(max(location.column - 1, 0), bytes.count)
        for byte in bytes[..<start] where byte & 0xC0 != 0x80 {
            result += byte == UInt8(ascii: "\t") ? "\t" : " "
        }
        let end = min(start + max(length, 1), bytes.count)
        let width = start < end ? bytes[start..<end].count { $0 & 0xC0 != 0x80 } : 1
        return result + "^" + String(repeating: "~", count: max(0, width - 1))
    }
}
