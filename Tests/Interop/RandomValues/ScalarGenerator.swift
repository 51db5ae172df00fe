import Foundation

/// Random scalars: extremes first, then anything.
extension SplitMix64 {
    mutating func integer<Number: FixedWidthInteger>(_: Number.Type) -> Number {
        let interesting: [Number] = [.min, .min + 1, 0, 1, 2, 100, .max - 1, .max]
        return oneIn(2) ? pick(interesting) : Number(truncatingIfNeeded: next() >> UInt64(below(64)))
    }

    mutating func double() -> Double {
        let interesting: [Double] = [
            0, -0.0, 1, -1.5, 0.1, 1e15, 1e16, 9_007_199_254_740_992, 1e22, 1e-4, 1e-5, 123_456.789, .pi,
            .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .nan,
            .infinity, -.infinity,
        ]
        return oneIn(2) ? pick(interesting) : Double(bitPattern: next())
    }

    mutating func float() -> Float {
        let interesting: [Float] = [
            0, -0.0, 1, -1.5, 0.1, 16_777_216, 33_554_432, 1e15, 1e16, 1e-4, 1e-5, .pi, .leastNonzeroMagnitude,
            .leastNormalMagnitude, .greatestFiniteMagnitude, .nan, .infinity, -.infinity,
        ]
        return oneIn(2) ? pick(interesting) : Float(bitPattern: UInt32(truncatingIfNeeded: next()))
    }

    mutating func string() -> String {
        let interesting = [
            "", "a", "\0", "\u{1}\u{1F}", "\"\\/\u{8}\u{C}\n\r\t", "Zoë", "🙂", "\u{7F}\u{80}\u{7FF}\u{800}",
            "\u{D7FF}\u{E000}\u{FFFF}\u{10000}\u{10FFFF}", "\u{FEFF}", "\u{2028}\u{2029}", "e\u{301}", "</script>",
            "{\"@ref\":\"1\"}", "@type",
        ]
        switch below(8) {
        case 0: return String(repeating: "x", count: 253 + below(4))
        case 1...4: return pick(interesting)
        default: return (0..<below(20)).map { _ in oneIn(4) ? pick(interesting) : pick(["b", "ß", "漢", "🇨🇭"]) }.joined()
        }
    }

    mutating func bytes() -> Data {
        let count = oneIn(4) ? 253 + below(5) : below(12)
        return Data((0..<count).map { _ in oneIn(3) ? pick([0, 127, 128, 255]) : UInt8(truncatingIfNeeded: next()) })
    }
}

/// The spelling of scalars, from what the contract says alone.
extension Value {
    static func integer(_ number: some FixedWidthInteger) -> Value {
        .scalar("\(number)", alternatives: ["\(number).0", "\(number)e0", number == 0 ? "-0" : "\(number)0e-1"])
    }

    static func long(_ number: Int64) -> Value {
        .scalar("\"\(number)\"", alternatives: ["\(number)"])
    }

    static func floatingPoint(_ number: some BinaryFloatingPoint & CustomStringConvertible) -> Value {
        if number.isNaN { return .scalar("\"NaN\"") }
        if number.isInfinite { return .scalar(number < 0 ? "\"-Infinity\"" : "\"Infinity\"") }
        let text = shortest(number.magnitude.description)
        let sign = number.sign == .minus ? "-" : ""
        return .scalar(sign + text, alternatives: text.hasSuffix(".0") ? [sign + text.dropLast(2)] : [])
    }

    /// Swift's shortest digits, spelt without an exponent from 0.0001 up to 16 digits before the point.
    private static func shortest(_ description: String) -> String {
        let parts = description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".")
        let (whole, fraction) = (mantissa[0], mantissa.count > 1 && mantissa[1] != "0" ? mantissa[1] : "")
        var point = whole.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)  // digits before the point
        var digits = String(whole + fraction)
        while digits.hasPrefix("0"), digits.count > 1 {
            digits.removeFirst()
            point -= 1
        }
        while digits.hasSuffix("0"), digits.count > 1 { digits.removeLast() }
        if digits == "0" { return "0.0" }
        if point > 16 || point < -3 {
            let rest = digits.dropFirst()
            return "\(digits.prefix(1))\(rest.isEmpty ? "" : ".\(rest)")e\(point - 1)"
        }
        if point <= 0 { return "0." + String(repeating: "0", count: -point) + digits }
        if digits.count <= point { return digits + String(repeating: "0", count: point - digits.count) + ".0" }
        return "\(digits.prefix(point)).\(digits.dropFirst(point))"
    }

    static func string(_ string: String) -> Value {
        .scalar(quoted(string), alternatives: [escaped(string)])
    }

    /// Escapes only what JSON must have escaped.
    static func quoted(_ string: String) -> String {
        let short: [Unicode.Scalar: String] = [
            "\"": "\\\"", "\\": "\\\\", "\u{8}": "\\b", "\u{C}": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t",
        ]
        var text = "\""
        for scalar in string.unicodeScalars {
            if let escape = short[scalar] {
                text += escape
            } else if scalar.value < 0x20 {
                text += String(format: "\\u%04x", scalar.value)
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }

    /// Escapes everything, as pairs of surrogates where needed.
    private static func escaped(_ string: String) -> String {
        "\"" + string.utf16.map { String(format: "\\u%04X", $0) }.joined() + "\""
    }

    static func bytes(_ data: Data) -> Value {
        let text = data.base64EncodedString()
        let unpadded = text.replacingOccurrences(of: "=", with: "")
        let urlSafe = unpadded.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
        return .scalar("\"\(text)\"", alternatives: ["\"\(unpadded)\"", "\"\(urlSafe)\""])
    }
}
