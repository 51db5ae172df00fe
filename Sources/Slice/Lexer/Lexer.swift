/// Makes Slice tokens of preprocessing tokens: names, keywords, literals.
struct Lexer {
    private let raw: [RawToken]
    let sink: DiagnosticSink
    private var index = 0
    private var tokens: [Token] = []

    private init(raw: [RawToken], sink: DiagnosticSink) {
        self.raw = raw
        self.sink = sink
    }

    /// The tokens of a translation unit, the last one `.end`.
    static func tokens(of raw: [RawToken], sink: DiagnosticSink) -> [Token] {
        var lexer = Lexer(raw: raw, sink: sink)
        lexer.run()
        return lexer.tokens
    }

    private mutating func run() {
        tokens.reserveCapacity(raw.count)
        while index < raw.count {
            let token = raw[index]
            switch token.kind {
            case .identifier, .escapedIdentifier:
                name(startsWithScope: false)
            case .number:
                index += 1
                number(token.text, span: token.span, comment: token.comment)
            case .string:
                index += 1
                let text = string(token)
                tokens.append(Token(kind: .string(text), text: token.text, span: token.span, comment: token.comment))
            case .punctuation:
                punctuation(token)
            case .character, .other:
                illegal(token)
            case .end:
                index = raw.count
                tokens.append(Token(kind: .end, text: "", span: token.span, comment: token.comment))
            case .docComment, .newline:
                index += 1
            }
        }
    }

    /// The token at an index, if it follows the one before without white space. What comes out of a macro is apart from
    /// what stands beside it.
    private func adjacent(_ index: Int) -> RawToken? {
        guard index < raw.count, index > 0, !raw[index].hasSpaceBefore else { return nil }
        let (before, here) = (raw[index - 1].span, raw[index].span)
        guard before.macro == here.macro, here.macro < 0 || before.position == here.position else { return nil }
        return raw[index]
    }

    private func isName(_ token: RawToken?) -> Bool {
        token?.kind == .identifier || token?.kind == .escapedIdentifier
    }

    // MARK: Names

    private mutating func name(startsWithScope: Bool) {
        let first = raw[index]
        var text = startsWithScope ? "::" : ""
        if startsWithScope { index += 1 }
        var last = raw[index]
        if startsWithScope, last.kind == .escapedIdentifier { text += "\\" }
        text += last.text
        var isEscaped = last.kind == .escapedIdentifier
        index += 1
        while let scope = adjacent(index), scope.isPunctuation("::"), let part = adjacent(index + 1), isName(part) {
            // The compilers take a backslash on the first part off, and find nothing for one on a later part.
            text += "::" + (part.kind == .escapedIdentifier ? "\\" : "") + part.text
            isEscaped = isEscaped || part.kind == .escapedIdentifier
            last = part
            index += 2
        }
        var span = first.span
        if span.position.unit == last.span.position.unit, last.span.position.offset >= span.position.offset {
            span.length = last.span.position.offset - span.position.offset + last.span.length
        }
        var kind = Token.Kind.identifier
        if !isEscaped, let keyword = Keyword(rawValue: text) { kind = .keyword(keyword) }
        tokens.append(Token(kind: kind, text: text, span: span, isEscaped: isEscaped, comment: first.comment))
    }

    // MARK: Punctuation

    private mutating func punctuation(_ token: RawToken) {
        if token.text == "::", isName(adjacent(index + 1)) { return name(startsWithScope: true) }
        let isSign = token.text == "-" || token.text == "+"
        if isSign, let digits = adjacent(index + 1), digits.kind == .number {
            index += 2
            var span = token.span
            if span.macro < 0, digits.span.macro < 0 { span.length += digits.span.length }
            return number(token.text + digits.text, span: span, comment: token.comment)
        }
        index += 1
        guard token.text.utf8.count == 2, !["::", "[[", "]]"].contains(token.text) else {
            return tokens.append(
                Token(kind: .punctuation, text: token.text, span: token.span, comment: token.comment))
        }
        for (offset, character) in token.text.enumerated() {
            var span = token.span
            if span.macro < 0 {
                span.position.offset += Int32(offset)
                span.length = 1
            }
            tokens.append(
                Token(
                    kind: .punctuation, text: String(character), span: span,
                    comment: offset == 0 ? token.comment : -1))
        }
    }

    /// Reports a character Slice doesn't know, and drops it with what it is glued to.
    private mutating func illegal(_ token: RawToken) {
        let byte = token.kind == .character ? UInt8(ascii: "'") : token.firstByte
        let digits = String(byte, radix: 8)
        let code = String(repeating: "0", count: max(0, 3 - digits.utf8.count)) + digits
        sink.error("illegal input character: '\\\(code)'", at: token.span)
        index += 1
        while let next = adjacent(index), isName(next) || next.kind == .other || next.kind == .number { index += 1 }
    }

    // MARK: Numbers

    private mutating func number(_ text: String, span: Span, comment: Int32) {
        var token = Token(kind: .integer(0), text: text, span: span, comment: comment)
        let isNegative = text.hasPrefix("-")
        let digits = text.drop { $0 == "-" || $0 == "+" }
        if let magnitude = magnitude(digits) {
            switch magnitude.value {
            case .some(let value) where isNegative && value <= UInt64(1) << 63:
                token.kind = .integer(Int64(truncatingIfNeeded: 0 &- value))
            case .some(let value) where !isNegative && value <= UInt64(Int64.max):
                token.kind = .integer(Int64(value))
            default:
                sink.error("integer constant '\(text)' out of range", at: span)
            }
            if magnitude.isOddOctal {
                sink.warning("octal number '\(text)' ends at its first digit that isn't octal", at: span)
            }
        } else if let value = floating(digits) {
            let isZero = !digits.prefix { $0 != "e" && $0 != "E" }.contains { $0 >= "1" && $0 <= "9" }
            if value.isFinite, isZero || value != 0 {
                token.kind = .floating(isNegative ? -value : value)
            } else {
                let problem = value.isFinite ? "too small (underflow)" : "out of range"
                sink.error("floating-point constant '\(text)' \(problem)", at: span)
                token.kind = .floating(0)
            }
        } else {
            sink.error("illegal number '\(text)'", at: span)
        }
        tokens.append(token)
    }

    /// The value of an integer without sign, which is nil when it is too large; nil when it isn't an integer at all.
    ///
    /// As with the real compilers, a number with a leading 0 is octal and ends before an 8 or 9: `08` is 0.
    private func magnitude(_ digits: Substring) -> (value: UInt64?, isOddOctal: Bool)? {
        var radix: UInt64 = 10
        var rest = Array(digits.utf8)[...]
        if digits.hasPrefix("0x") {
            radix = 16
            rest = rest.dropFirst(2)
        }
        guard !rest.isEmpty, rest.allSatisfy({ hexadecimalDigit($0).map { $0 < radix } ?? false }) else { return nil }
        var isOddOctal = false
        if radix == 10, rest.count > 1, rest.first == UInt8(ascii: "0") {
            radix = 8
            let octal = rest.prefix { $0 <= UInt8(ascii: "7") }
            isOddOctal = octal.count < rest.count
            rest = octal
        }
        var value: UInt64 = 0
        for byte in rest {
            let (product, overflow) = value.multipliedReportingOverflow(by: radix)
            let (sum, carry) = product.addingReportingOverflow(UInt64(hexadecimalDigit(byte) ?? 0))
            if overflow || carry { return (nil, isOddOctal) }
            value = sum
        }
        return (value, isOddOctal)
    }

    /// `1.`, `.5`, `1e10`, `1.5f`: a dot or an exponent must be there.
    private func floating(_ digits: Substring) -> Double? {
        var text = digits
        if text.last == "f" || text.last == "F" { text.removeLast() }
        let mantissa = text.prefix { $0 != "e" && $0 != "E" }
        let exponent = text.dropFirst(mantissa.count).dropFirst()
        let hasExponent = mantissa.count < text.count
        let parts = mantissa.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.count == 2 || hasExponent, parts.contains(where: { !$0.isEmpty }),
            parts.allSatisfy({ $0.utf8.allSatisfy { isDigit($0) } })
        else { return nil }
        if hasExponent {
            let power = exponent.first == "+" || exponent.first == "-" ? exponent.dropFirst() : exponent
            guard !power.isEmpty, power.utf8.allSatisfy({ isDigit($0) }) else { return nil }
        }
        // Swift wants a digit on both sides of the dot.
        var normal = parts[0].isEmpty ? "0" : String(parts[0])
        if parts.count == 2, !parts[1].isEmpty { normal += "." + parts[1] }
        if hasExponent { normal += "e" + exponent }
        return Double(normal)
    }
}

func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
