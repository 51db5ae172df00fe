extension Identity: CustomStringConvertible {
    /// Reads `[category/]name`, with the escapes of Ice.
    ///
    /// - Throws: ``ParseError``, also for an empty name.
    public init(utf8 text: [UInt8]) throws(ParseError) {
        var slash: Int?
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "\\") {
                index += 1
            } else if text[index] == UInt8(ascii: "/") {
                guard slash == nil else { throw ParseError("identity with two unescaped slashes") }
                slash = index
            }
            index += 1
        }
        let special = UInt8(ascii: "/")
        let category = try StringEscapes.unescape(text[..<(slash ?? 0)], special: special)
        let name = try StringEscapes.unescape(text[(slash.map { $0 + 1 } ?? 0)...], special: special)
        guard !name.isEmpty else { throw ParseError("identity with an empty name") }
        self.init(name: name, category: category)
    }

    /// The text that ``init(utf8:)`` reads.
    public func text(_ mode: ToStringMode = .unicode) -> String {
        let name = StringEscapes.escape(name, special: "/", mode: mode)
        return category.isEmpty ? name : "\(StringEscapes.escape(category, special: "/", mode: mode))/\(name)"
    }

    /// As ``text(_:)`` with characters beyond ASCII kept.
    public var description: String { text() }
}
