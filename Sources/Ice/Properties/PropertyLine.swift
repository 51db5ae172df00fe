/// One line of a configuration file: `Name = value  # comment`.
///
/// Blanks around name and value don't count, those inside do. A backslash before `\`, `#` or `=` makes that an ordinary
/// character, before a blank at either end of a value keeps the blank, and is one itself before anything else.
/// Reference: Ice manual, "Using Configuration Files".
enum PropertyLine: Equatable {
    case entry(name: String, value: String)
    /// Blank, or nothing but a comment.
    case nothing
    /// A name without `=`, or a value without a name.
    case invalid

    /// A text while it is read.
    private struct Part {
        var bytes: [UInt8] = []
        /// Blanks that count if something follows.
        var blanks: [UInt8] = []
        /// Those of them that were escaped.
        var escapedBlanks: [UInt8] = []

        mutating func append(_ byte: UInt8) {
            bytes += bytes.isEmpty ? escapedBlanks : blanks
            blanks = []
            escapedBlanks = []
            bytes.append(byte)
        }

        mutating func appendBlank(_ byte: UInt8, isEscaped: Bool) {
            if isEscaped { escapedBlanks.append(byte) }
            if isEscaped || !bytes.isEmpty { blanks.append(byte) }
        }

        func text(keepsEscapedBlanks: Bool) -> String {
            String(decoding: keepsEscapedBlanks ? bytes + escapedBlanks : bytes, as: UTF8.self)
        }
    }

    /// - Parameter line: without the end of line, though blanks include it.
    init(_ line: some StringProtocol) {
        var name = Part()
        var value: Part?
        var bytes = Array(line.utf8)[...]
        func append(_ byte: UInt8) { if value == nil { name.append(byte) } else { value?.append(byte) } }
        func appendBlank(_ byte: UInt8, isEscaped: Bool) {
            if value != nil {
                value?.appendBlank(byte, isEscaped: isEscaped)
            } else if !name.bytes.isEmpty {
                name.appendBlank(byte, isEscaped: false)
            }
        }
        reading: while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"):
                switch bytes.first {
                case UInt8(ascii: "\\"), UInt8(ascii: "#"), UInt8(ascii: "="):
                    if let next = bytes.popFirst() { append(next) }
                case UInt8(ascii: " "):
                    bytes.removeFirst()
                    appendBlank(UInt8(ascii: " "), isEscaped: true)
                default:
                    // Both stay, also a tab.
                    append(byte)
                    if let next = bytes.popFirst() { append(next) }
                }
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                appendBlank(byte, isEscaped: false)
            case UInt8(ascii: "="):
                if value == nil { value = Part() } else { append(byte) }
            case UInt8(ascii: "#"): break reading
            default: append(byte)
            }
        }
        let text = name.text(keepsEscapedBlanks: false)
        if let value, !text.isEmpty {
            self = .entry(name: text, value: value.text(keepsEscapedBlanks: true))
        } else {
            self = value == nil && text.isEmpty ? .nothing : .invalid
        }
    }
}
