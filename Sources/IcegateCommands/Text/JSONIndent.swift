/// JSON for people.
package enum JSONIndent {
    /// JSON text in one line, without blanks between its tokens.
    package static func joined(_ json: String) -> String {
        var out: [UInt8] = []
        var isInString = false
        var isEscaped = false
        for byte in json.utf8 {
            if isInString {
                let ends = byte == UInt8(ascii: "\"") && !isEscaped
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
                isInString = !ends
            } else if byte == UInt8(ascii: "\"") {
                isInString = true
            } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") {
                continue
            }
            out.append(byte)
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// JSON text in which the control characters that JSON needs no escapes for have some, U+007F to U+009F: a terminal obeys them.
    package static func withoutControls(_ json: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(json.count)
        var isAfterC2 = false
        for byte in json {
            let isC1 = isAfterC2 && (0x80...0x9F).contains(byte)
            if isC1 { out.removeLast() }
            if isC1 || byte == 0x7F {
                out += "\\u00\(String(byte, radix: 16))".utf8
            } else {
                out.append(byte)
            }
            isAfterC2 = byte == 0xC2
        }
        return out
    }

    /// Indents JSON text without blanks between its tokens by two a level. Values keep their spelling.
    package static func indented(_ json: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(json.count * 2)
        var level = 0
        var isInString = false
        var isEscaped = false
        func newLine() {
            out.append(UInt8(ascii: "\n"))
            out += repeatElement(UInt8(ascii: " "), count: 2 * max(level, 0))
        }
        for byte in json {
            if isInString {
                out.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                opens(&out)
                out.append(byte)
                level += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                level -= 1
                // An empty one stays together.
                if out.last != byte - 2 { newLine() }
                out.append(byte)
            case UInt8(ascii: ","):
                out.append(byte)
                newLine()
            case UInt8(ascii: ":"):
                out += [byte, UInt8(ascii: " ")]
            default:
                opens(&out)
                isInString = byte == UInt8(ascii: "\"")
                out.append(byte)
            }
        }
        return out

        /// Begins a line for the first thing in a container.
        func opens(_ out: inout [UInt8]) {
            if out.last == UInt8(ascii: "{") || out.last == UInt8(ascii: "[") {
                out.append(UInt8(ascii: "\n"))
                out += repeatElement(UInt8(ascii: " "), count: 2 * max(level, 0))
            }
        }
    }
}
