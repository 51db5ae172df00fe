/// Lists in the values of properties.
enum PropertyList {
    /// Splits at blanks and commas outside quotes.
    ///
    /// - Parameter separators: ASCII characters.
    /// - Returns: nil when a quote is not closed.
    static func split(_ text: String, at separators: StaticString = ", \t\r\n") -> [String]? {
        let isSeparator = Set(UnsafeBufferPointer(start: separators.utf8Start, count: separators.utf8CodeUnitCount))
        var elements: [String] = []
        var element: [UInt8] = []
        var quote: UInt8?
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "\\"), let next = bytes.first, isQuote(next), quote == nil || quote == next {
                element.append(next)
                bytes.removeFirst()
            } else if byte == quote {
                quote = nil
            } else if quote == nil, isQuote(byte) {
                quote = byte
            } else if quote == nil, isSeparator.contains(byte) {
                if !element.isEmpty { elements.append(String(decoding: element, as: UTF8.self)) }
                element = []
            } else {
                element.append(byte)
            }
        }
        if !element.isEmpty { elements.append(String(decoding: element, as: UTF8.self)) }
        return quote == nil ? elements : nil
    }

    private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }
}
