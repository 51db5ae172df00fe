/// Cuts proxy and endpoint strings into words. Works on UTF-8 bytes.
struct TokenScanner {
    let text: [UInt8]
    var index = 0

    init(_ text: [UInt8]) { self.text = text }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }

    /// The next byte; nil at the end.
    var next: UInt8? { index < text.count ? text[index] : nil }

    mutating func skipBlanks() {
        while let byte = next, Self.isBlank(byte) { index += 1 }
    }

    /// A quoted text without its quotes, or all up to a blank or one of `delimiters`; empty when there is none.
    ///
    /// - Throws: ``ParseError`` when the quote is not closed.
    mutating func word(until delimiters: [UInt8]) throws(ParseError) -> (text: [UInt8], isQuoted: Bool) {
        if let quote = next, Self.isQuote(quote) {
            let start = index + 1
            guard let end = closingQuote(quote, from: start) else { throw ParseError("mismatched quotes") }
            index = end + 1
            return (Array(text[start..<end]), true)
        }
        let start = index
        while let byte = next, !Self.isBlank(byte), !delimiters.contains(byte) { index += 1 }
        return (Array(text[start..<index]), false)
    }

    private func closingQuote(_ quote: UInt8, from start: Int) -> Int? {
        var index = start
        while index < text.count {
            if text[index] == quote { return index }
            index += text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    /// Moves behind `byte` when it is the next one.
    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        return true
    }

    /// What stands before the next `:` outside double quotes.
    mutating func endpointText() throws(ParseError) -> [UInt8] {
        let start = index
        while let byte = next, byte != UInt8(ascii: ":") {
            if byte == UInt8(ascii: "\"") {
                guard let end = closingQuote(byte, from: index + 1) else {
                    throw ParseError("mismatched quotes in an endpoint")
                }
                index = end
            }
            index += 1
        }
        return Array(text[start..<index])
    }

    /// All words, split at blanks; quotes and the backslashes before quotes are taken off.
    static func split(_ text: [UInt8]) throws(ParseError) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        var isInWord = false
        var quote: UInt8?
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: "\\"), index < text.count, text[index] == quote ?? UInt8(ascii: "\"") {
                word.append(text[index])
                index += 1
                isInWord = true
            } else if let open = quote {
                if byte == open { quote = nil } else { word.append(byte) }
            } else if isQuote(byte) {
                quote = byte
                isInWord = true
            } else if isBlank(byte) {
                if isInWord { words.append(String(decoding: word, as: UTF8.self)) }
                word = []
                isInWord = false
            } else {
                word.append(byte)
                isInWord = true
            }
        }
        guard quote == nil else { throw ParseError("mismatched quotes in an endpoint") }
        if isInWord { words.append(String(decoding: word, as: UTF8.self)) }
        return words
    }
}
