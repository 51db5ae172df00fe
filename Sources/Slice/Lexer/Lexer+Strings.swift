extension Lexer {
    /// The value of a string literal, escapes resolved and reported.
    func string(_ token: RawToken) -> String {
        let source = Array(token.text.utf8.dropFirst().dropLast())
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.count)
        var index = 0

        func span(from start: Int, to end: Int) -> Span {
            guard token.span.macro < 0 else { return token.span }
            let offset = token.span.position.offset + Int32(clamping: start + 1)
            return Span(
                position: Position(unit: token.span.position.unit, offset: offset), length: Int32(clamping: end - start)
            )
        }

        while index < source.count {
            let byte = source[index]
            guard byte == UInt8(ascii: "\\"), index + 1 < source.count else {
                if byte < 0x20 && byte != UInt8(ascii: "\t") || byte == 0x7F {
                    sink.error(
                        "illegal control character in string literal", at: span(from: index, to: index + 1))
                }
                bytes.append(byte)
                index += 1
                continue
            }
            let start = index
            let escape = source[index + 1]
            index += 2
            switch escape {
            case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "?"): bytes.append(escape)
            case UInt8(ascii: "a"): bytes.append(0x07)
            case UInt8(ascii: "b"): bytes.append(0x08)
            case UInt8(ascii: "f"): bytes.append(0x0C)
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "v"): bytes.append(0x0B)
            case UInt8(ascii: "0")...UInt8(ascii: "7"):
                var value = 0
                index -= 1
                while index < source.count, index - start <= 3, (0x30...0x37).contains(source[index]) {
                    value = value * 8 + Int(source[index] - 0x30)
                    index += 1
                }
                if value > 255 {
                    sink.error("octal escape sequence out of range", at: span(from: start, to: index))
                } else {
                    bytes.append(UInt8(value))
                }
            case UInt8(ascii: "x"):
                var value: UInt8 = 0
                while index < source.count, index - start < 4, let digit = hexadecimalDigit(source[index]) {
                    value = value << 4 | digit
                    index += 1
                }
                if index == start + 2 {
                    sink.error("no hex digit in hex escape sequence", at: span(from: start, to: index))
                }
                bytes.append(value)
            case UInt8(ascii: "u"), UInt8(ascii: "U"):
                let count = escape == UInt8(ascii: "u") ? 4 : 8
                var value: UInt32 = 0
                while index < source.count, index - start < count + 2, let digit = hexadecimalDigit(source[index]) {
                    value = value << 4 | UInt32(digit)
                    index += 1
                }
                if index - start < count + 2 {
                    sink.error("unknown escape sequence in string literal", at: span(from: start, to: index))
                } else if let scalar = Unicode.Scalar(value) {
                    bytes += Array(String(Character(scalar)).utf8)
                } else if (0xD800...0xDFFF).contains(value) {
                    sink.error(
                        "a universal character name cannot designate a surrogate", at: span(from: start, to: index))
                } else {
                    sink.error("universal character name out of range", at: span(from: start, to: index))
                }
            default:
                sink.warning("unknown escape sequence in string literal", at: span(from: start, to: index))
                bytes += [UInt8(ascii: "\\"), escape]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
