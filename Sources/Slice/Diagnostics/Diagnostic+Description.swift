extension Diagnostic: CustomStringConvertible {
    /// `file:line:column: error: message`, the source line and a caret line when there is one, then the notes. Several
    /// lines, without an end of line after the last. Of a very long source line the part around the column is shown.
    package var description: String {
        var lines = ["\(location): \(severity.rawValue): \(message)"]
        if let sourceLine {
            let (excerpt, start) = excerpt(of: sourceLine)
            lines.append("    " + excerpt)
            lines.append("    " + caretLine(below: excerpt, start: start))
        }
        lines += notes.map(\.description)
        return lines.joined(separator: "\n")
    }

    /// In bytes. A longer line, as programs write them, is cut on both sides.
    private static let maximumLine = 240

    /// The line, or what is around the column with `...` where it is cut.
    ///
    /// - Returns: also the offset of the column in the excerpt.
    private func excerpt(of line: String) -> (String, start: Int) {
        let bytes = Array(line.utf8)
        let column = min(max(location.column - 1, 0), bytes.count)
        guard bytes.count > Self.maximumLine else { return (line, column) }
        func boundary(_ offset: Int) -> Int { bytes[..<offset].lastIndex { $0 & 0xC0 != 0x80 } ?? 0 }
        let lower = max(0, min(column - Self.maximumLine / 3, bytes.count - Self.maximumLine))
        let first = lower == 0 ? 0 : boundary(lower + 1)
        let end = lower + Self.maximumLine
        let last = end >= bytes.count ? bytes.count : boundary(end + 1)
        let head = first > 0 ? "..." : ""
        let text = String(decoding: bytes[first..<last], as: UTF8.self)
        return (head + text + (last < bytes.count ? "..." : ""), column - first + head.utf8.count)
    }

    /// Spaces up to the column, `^`, and `~` for the rest of the length. Tabs stay tabs so that it aligns however wide
    /// they are shown; a character of several bytes takes one column.
    private func caretLine(below line: String, start: Int) -> String {
        var result = ""
        let bytes = Array(line.utf8)
        for byte in bytes[..<start] where byte & 0xC0 != 0x80 {
            result += byte == UInt8(ascii: "\t") ? "\t" : " "
        }
        let end = min(start + max(length, 1), bytes.count)
        let width = start < end ? bytes[start..<end].count { $0 & 0xC0 != 0x80 } : 1
        return result + "^" + String(repeating: "~", count: max(0, width - 1))
    }
}
