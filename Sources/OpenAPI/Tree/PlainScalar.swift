/// Which strings YAML reads back as themselves without quotes (YAML 1.2.2 §7.3.3, §10.3).
///
/// The core schema's null, booleans and numbers are quoted, and so are those of YAML 1.1 (`no`, `1:30`, `2026-01-31`):
/// many readers of OpenAPI documents still follow it, and would read the values of `dispatched` as booleans.
enum PlainScalar {
    static func allows(_ value: String) -> Bool {
        let bytes = Array(value.utf8)
        guard let first = bytes.first, let last = bytes.last, first != space, last != space, last != colon else {
            return false
        }
        if indicators.contains(first) { return false }
        if first == dash || first == question || first == colon {
            guard bytes.count > 1, bytes[1] != space else { return false }
        }
        for (byte, next) in zip(bytes, bytes.dropFirst()) {
            if byte == colon, next == space { return false }
            if byte == space, next == UInt8(ascii: "#") { return false }
        }
        if value.hasPrefix("---") || value.hasPrefix("...") { return false }
        return !words.contains(value) && !isNumber(bytes) && !isDate(bytes)
    }

    private static let (space, colon, dash) = (UInt8(ascii: " "), UInt8(ascii: ":"), UInt8(ascii: "-"))
    private static let question = UInt8(ascii: "?")
    private static let indicators = Set(",[]{}#&*!|>'\"%@`".utf8)

    private static let words: Set<String> = {
        var words: Set<String> = ["~", "<<", "=", "y", "Y", "n", "N"]
        for word in ["null", "true", "false", "yes", "no", "on", "off"] {
            words.formUnion([word, word.uppercased(), word.prefix(1).uppercased() + word.dropFirst()])
        }
        for word in [".inf", ".Inf", ".INF"] { words.formUnion([word, "-" + word, "+" + word]) }
        return words.union([".nan", ".NaN", ".NAN"])
    }()

    /// Decimal, `0x`, `0o`, `0b` and base 60 numbers, with the underscores of YAML 1.1.
    private static func isNumber(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        if rest.first == dash || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        if rest.first == UInt8(ascii: "0"), rest.count > 2, let radix = rest.dropFirst().first,
            "xob".utf8.contains(radix)
        {
            return rest.dropFirst(2).allSatisfy { isHexDigit($0) || $0 == UInt8(ascii: "_") }
        }
        guard rest.contains(where: isDigit) else { return false }
        let mantissa = rest.prefix { isDigit($0) || "_.:".utf8.contains($0) }
        guard let lead = mantissa.first, lead != colon, lead != UInt8(ascii: "_") else { return false }
        rest = rest.dropFirst(mantissa.count)
        guard let mark = rest.first else { return mantissa.count { $0 == UInt8(ascii: ".") } <= 1 }
        guard mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else { return false }
        rest.removeFirst()
        if rest.first == dash || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        return !rest.isEmpty && rest.allSatisfy(isDigit)
    }

    /// What begins like `2026-1-31`, whatever follows.
    private static func isDate(_ bytes: [UInt8]) -> Bool {
        let fields = bytes.split(separator: dash, maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3, let third = fields[2].first else { return false }
        return fields[0].count == 4 && fields[0].allSatisfy(isDigit) && (1...2).contains(fields[1].count)
            && fields[1].allSatisfy(isDigit) && isDigit(third)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
