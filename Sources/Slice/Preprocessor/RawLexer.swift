/// Cuts the text of one file into preprocessing tokens.
struct RawLexer {
    let file: SourceFile
    let unit: Int32
    private(set) var offset = 0
    /// Only white space and comments stand between the start of the line and the next token.
    private(set) var isAtLineStart = true
    /// Set when the last comment read has no end.
    private(set) var unterminatedComment: Span?

    init(file: SourceFile, unit: Int32) {
        self.file = file
        self.unit = unit
    }

    private var text: [UInt8] { file.text }

    private func byte(_ ahead: Int = 0) -> UInt8? {
        let index = offset + ahead
        return index < file.text.count ? file.text[index] : nil
    }

    private func span(from start: Int) -> Span {
        Span(position: Position(unit: unit, offset: Int32(clamping: start)), length: Int32(clamping: offset - start))
    }

    private func make(_ kind: RawToken.Kind, from start: Int, space: Bool, skipping: Int = 0) -> RawToken {
        RawToken(
            kind: kind, text: String(decoding: file.text[(start + skipping)..<offset], as: UTF8.self),
            span: span(from: start), hasSpaceBefore: space, firstByte: file.text[start])
    }

    /// The next token. At the end of the file it is `.end`, again and again.
    mutating func next() -> RawToken {
        var space = false
        while let first = byte() {
            let start = offset
            switch first {
            case UInt8(ascii: "\n"):
                offset += 1
                isAtLineStart = true
                return RawToken(kind: .newline, text: "\n", span: span(from: start), hasSpaceBefore: space)
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), 0x0B, 0x0C:
                offset += 1
                space = true
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"):
                skipLine()
                space = true
                if isDocLine(start..<offset) { return make(.docComment, from: start, space: true) }
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"):
                skipBlock(from: start)
                space = true
                if isDocBlock(start..<offset) { return make(.docComment, from: start, space: true) }
            default:
                isAtLineStart = false
                return token(first, from: start, space: space)
            }
        }
        return RawToken(kind: .end, text: "", span: span(from: offset), hasSpaceBefore: space)
    }

    private mutating func token(_ first: UInt8, from start: Int, space: Bool) -> RawToken {
        if isNameStart(first) {
            skipName()
            return make(.identifier, from: start, space: space)
        }
        if isDigit(first) || first == UInt8(ascii: ".") && isDigit(byte(1)) {
            skipNumber()
            return make(.number, from: start, space: space)
        }
        switch first {
        case UInt8(ascii: "\\"):
            offset += 1
            guard isNameStart(byte()) else { return make(.other, from: start, space: space) }
            skipName()
            return make(.escapedIdentifier, from: start, space: space, skipping: 1)
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            return quoted(first, from: start, space: space)
        default:
            let isPair = byte(1).map { isPunctuationPair(first, $0) } ?? false
            offset += isPair ? 2 : 1
            guard first > 0x20, first < 0x7F, first != UInt8(ascii: "@"), first != UInt8(ascii: "$"),
                first != UInt8(ascii: "`")
            else { return make(.other, from: start, space: space) }
            return make(.punctuation, from: start, space: space)
        }
    }

    private func isPunctuationPair(_ first: UInt8, _ second: UInt8) -> Bool {
        switch (first, second) {
        case (UInt8(ascii: ":"), UInt8(ascii: ":")), (UInt8(ascii: "["), UInt8(ascii: "[")),
            (UInt8(ascii: "]"), UInt8(ascii: "]")), (UInt8(ascii: "#"), UInt8(ascii: "#")),
            (UInt8(ascii: "&"), UInt8(ascii: "&")), (UInt8(ascii: "|"), UInt8(ascii: "|")),
            (UInt8(ascii: "="), UInt8(ascii: "=")), (UInt8(ascii: "!"), UInt8(ascii: "=")),
            (UInt8(ascii: "<"), UInt8(ascii: "=")), (UInt8(ascii: ">"), UInt8(ascii: "=")),
            (UInt8(ascii: "<"), UInt8(ascii: "<")), (UInt8(ascii: ">"), UInt8(ascii: ">")):
            true
        default: false
        }
    }

    private mutating func quoted(_ quote: UInt8, from start: Int, space: Bool) -> RawToken {
        offset += 1
        while let next = byte(), next != UInt8(ascii: "\n") {
            offset += 1
            if next == quote {
                return make(quote == UInt8(ascii: "\"") ? .string : .character, from: start, space: space)
            }
            if next == UInt8(ascii: "\\"), let escaped = byte(), escaped != UInt8(ascii: "\n") { offset += 1 }
        }
        var token = make(quote == UInt8(ascii: "\"") ? .string : .character, from: start, space: space)
        token.isBroken = true
        return token
    }

    private mutating func skipName() {
        while let next = byte(), isNameStart(next) || isDigit(next) { offset += 1 }
    }

    private mutating func skipNumber() {
        while let next = byte() {
            let isSign = next == UInt8(ascii: "+") || next == UInt8(ascii: "-")
            if isSign {
                let before = file.text[offset - 1] | 0x20
                guard before == UInt8(ascii: "e"), !isHexadecimalSoFar() else { return }
            } else if !(isNameStart(next) || isDigit(next) || next == UInt8(ascii: ".")) {
                return
            }
            offset += 1
        }
    }

    /// The number being read starts with `0x`, so that an `e` in it is a digit.
    private func isHexadecimalSoFar() -> Bool {
        var start = offset
        while start > 0, isNameStart(file.text[start - 1]) || isDigit(file.text[start - 1]) { start -= 1 }
        return file.text[start] == UInt8(ascii: "0") && start + 1 < offset
            && file.text[start + 1] | 0x20 == UInt8(ascii: "x")
    }

    mutating func skipToLineEnd() { skipLine() }

    private mutating func skipLine() {
        while let next = byte(), next != UInt8(ascii: "\n") { offset += 1 }
    }

    private mutating func skipBlock(from start: Int) {
        offset += 2
        while let next = byte() {
            if next == UInt8(ascii: "*"), byte(1) == UInt8(ascii: "/") {
                offset += 2
                return
            }
            offset += 1
        }
        unterminatedComment = Span(position: Position(unit: unit, offset: Int32(clamping: start)), length: 2)
    }

    /// `/// …`, but neither `////…` rules nor the trailing form `///<`.
    private func isDocLine(_ range: Range<Int>) -> Bool {
        guard range.count >= 3, file.text[range.lowerBound + 2] == UInt8(ascii: "/") else { return false }
        guard range.count > 3 else { return true }
        let next = file.text[range.lowerBound + 3]
        return next != UInt8(ascii: "/") && next != UInt8(ascii: "<")
    }

    /// `/** … */`, but neither `/**/`, `/***…` boxes nor the trailing form `/**<`.
    private func isDocBlock(_ range: Range<Int>) -> Bool {
        guard range.count >= 5, file.text[range.lowerBound + 2] == UInt8(ascii: "*") else { return false }
        let next = file.text[range.lowerBound + 3]
        return next != UInt8(ascii: "<") && next != UInt8(ascii: "*") && unterminatedComment == nil
    }

    /// The rest of the line up to its end, as text, for `#include <…>` and `#error`.
    mutating func restOfLine() -> (text: String, span: Span) {
        while let next = byte(), next == UInt8(ascii: " ") || next == UInt8(ascii: "\t") { offset += 1 }
        let start = offset
        skipLine()
        var end = offset
        while end > start, file.text[end - 1] == UInt8(ascii: "\r") || file.text[end - 1] == UInt8(ascii: " ") {
            end -= 1
        }
        var span = span(from: start)
        span.length = Int32(clamping: end - start)
        return (String(decoding: file.text[start..<end], as: UTF8.self), span)
    }

    /// `<name>` if it comes next, without white space inside the line's end.
    mutating func angledName() -> RawToken? {
        let saved = offset
        while let next = byte(), next == UInt8(ascii: " ") || next == UInt8(ascii: "\t") { offset += 1 }
        let start = offset
        if byte() == UInt8(ascii: "<") {
            while let next = byte(), next != UInt8(ascii: "\n") {
                offset += 1
                if next == UInt8(ascii: ">") {
                    isAtLineStart = false
                    return make(.string, from: start, space: true)
                }
            }
        }
        offset = saved
        return nil
    }
}

func isNameStart(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z") || byte == UInt8(ascii: "_")
}

func isDigit(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
}
