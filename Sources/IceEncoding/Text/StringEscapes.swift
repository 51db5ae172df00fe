/// The escapes of stringified identities and proxies. Reference: Ice manual, "Object Identity", "ToStringMode".
enum StringEscapes {
    /// Writes `text` with escapes.
    ///
    /// - Parameter special: characters that get a backslash besides `\ ' "`.
    static func escape(_ text: String, special: Unicode.Scalar? = nil, mode: ToStringMode) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "'", "\"": result += "\\\(scalar)"
            case "\u{07}": result += mode == .compat ? "\\007" : "\\a"
            case "\u{08}": result += "\\b"
            case "\u{0C}": result += "\\f"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0B}": result += mode == .compat ? "\\013" : "\\v"
            case _ where scalar == special: result += "\\\(scalar)"
            case " "..."~": result.unicodeScalars.append(scalar)
            default: result += escape(scalar, mode: mode)
            }
        }
        return result
    }

    /// Control characters and those beyond ASCII.
    private static func escape(_ scalar: Unicode.Scalar, mode: ToStringMode) -> String {
        switch mode {
        case .unicode where scalar.value > 0x7F: String(scalar)
        case .unicode, .ascii:
            scalar.value > 0xFFFF
                ? "\\U" + padded(scalar.value, radix: 16, digits: 8)
                : "\\u" + padded(scalar.value, radix: 16, digits: 4)
        case .compat: String(scalar).utf8.map { "\\" + padded(UInt32($0), radix: 8, digits: 3) }.joined()
        }
    }

    private static func padded(_ number: UInt32, radix: Int, digits: Int) -> String {
        let text = String(number, radix: radix)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    /// What a text with escapes stands for.
    ///
    /// - Parameter special: a character whose backslash is dropped; of other unknown escapes it stays.
    /// - Throws: ``ParseError``.
    static func unescape(_ text: some Sequence<UInt8>, special: UInt8? = nil) throws(ParseError) -> String {
        let input = Array(text)
        var output: [UInt8] = []
        output.reserveCapacity(input.count)
        var index = 0
        while index < input.count {
            let byte = input[index]
            index += 1
            guard byte >= 0x20, byte != 0x7F else {
                throw ParseError("a control character must be escaped")
            }
            guard byte == UInt8(ascii: "\\"), index < input.count else {
                output.append(byte)
                continue
            }
            let escape = input[index]
            index += 1
            switch escape {
            case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "?"): output.append(escape)
            case UInt8(ascii: "a"): output.append(0x07)
            case UInt8(ascii: "b"): output.append(0x08)
            case UInt8(ascii: "f"): output.append(0x0C)
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "t"): output.append(0x09)
            case UInt8(ascii: "v"): output.append(0x0B)
            case UInt8(ascii: "0")...UInt8(ascii: "7"):
                index -= 1
                let number = digits(input, &index, radix: 8, atMost: 3).value
                guard number <= 0xFF else { throw ParseError("octal escape \(number) is above 255") }
                output.append(UInt8(truncatingIfNeeded: number))
            case UInt8(ascii: "x"):
                let number = digits(input, &index, radix: 16, atMost: 2)
                guard number.count > 0 else { throw ParseError("\\x without a hexadecimal digit") }
                output.append(UInt8(truncatingIfNeeded: number.value))
            case UInt8(ascii: "u"), UInt8(ascii: "U"):
                let length = escape == UInt8(ascii: "u") ? 4 : 8
                let number = digits(input, &index, radix: 16, atMost: length)
                guard number.count == length, let scalar = Unicode.Scalar(number.value) else {
                    throw ParseError("\\u or \\U that names no character")
                }
                output.append(contentsOf: String(scalar).utf8)
            case _ where escape == special: output.append(escape)
            default:
                output.append(UInt8(ascii: "\\"))
                index -= 1
            }
        }
        guard let result = String(validating: output, as: UTF8.self) else {
            throw ParseError("the escapes do not make UTF-8")
        }
        return result
    }

    private static func digits(
        _ input: [UInt8], _ index: inout Int, radix: UInt32, atMost: Int
    ) -> (value: UInt32, count: Int) {
        var value: UInt32 = 0
        var count = 0
        while count < atMost, index < input.count, let digit = digit(input[index]), digit < radix {
            value = value &* radix &+ digit
            index += 1
            count += 1
        }
        return (value, count)
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
