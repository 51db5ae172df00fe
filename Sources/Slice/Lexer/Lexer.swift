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

    /// The token at an index, if it follows the one before without white space.
    private func adjacent(_ index: Int) -> RawToken? {
        guard index < raw.count, !raw[index].hasSpaceBefore else { return nil }
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
        text += last.text
        var isEscaped = last.kind == .escapedIdentifier
        index += 1
        while let scope = adjacent(index), scope.isPunctuation("::"), let part = adjacent(index + 1), isName(part) {
            text += "::" + part.text
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
            switch magnitude {
            case .some(let value) where isNegative && value <= UInt64(1) << 63:
                token.kind = .integer(Int64(truncatingIfNeeded: 0 &- value))
            case .some(let value) where !isNegative && value <= UInt64(Int64.max):
                token.kind = .integer(Int64(value))
            default:
                sink.error("integer constant '\(text)' out of range", at: span)
            }
        } else if let value = floating(digits) {
            if value.isFinite {
                token.kind = .floating(isNegative ? -value : value)
            } else {
                sink.error("floating-point constant '\(text)' out of range", at: span)
                token.kind = .floating(0)
            }
        } else {
            sink.error("illegal number '\(text)'", at: span)
        }
        tokens.append(token)
    }

    /// The value of an integer without sign: nil when it isn't one, `.some(nil)` when it is too large.
    private func magnitude(_ digits: Substring) -> UInt64?? {
        var radix: UInt64 = 10
        var rest = Array(digits.utf8)
        if rest.count > 2, rest[0] == UInt8(ascii: "0"), rest[1] | 0x20 == UInt8(ascii: "x") {
            radix = 16
            rest.removeFirst(2)
        } else if rest.count > 1, rest[0] == UInt8(ascii: "0") {
            radix = 8
        }
        guard !rest.isEmpty else { return nil }
        var value: UInt64 = 0
        var isTooLarge = false
        for byte in rest {
            guard let digit = hexadecimalDigit(byte), digit < radix else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: radix)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            isTooLarge = isTooLarge || overflow || carry
            value = sum
        }
        return .some(isTooLarge ? nil : value)
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
