extension DocComment {
    /// Reads a `/** … */` block or joined `///` lines, the markers still there.
    ///
    /// Unknown tags are dropped with their text; nothing in a comment is an error. It works on bytes: comments are most of
    /// many files.
    init(parsing source: String) {
        self.init()
        var section = Section.overview
        var text: [Bytes] = []
        for line in DocComment.lines(of: Array(source.utf8)) {
            guard let (tag, rest) = DocComment.tag(of: line) else {
                // A tag on one line ends there.
                if case .see = section { finish(&section, &text) }
                text.append(line)
                continue
            }
            finish(&section, &text)
            switch tag {
            case "param": section = .parameter
            case "return", "returns": section = .returns
            case "throw", "throws", "exception": section = .exception
            case "see": section = .see
            case "remark", "remarks": section = .remarks
            case "deprecated": section = .deprecated
            default: section = .unknown
            }
            text = [rest]
        }
        finish(&section, &text)
    }

    private typealias Bytes = ArraySlice<UInt8>

    private enum Section {
        case overview, parameter, returns, exception, see, remarks, deprecated, unknown
        /// The text behind a tag that ends with its line.
        case nothing
    }

    private mutating func finish(_ section: inout Section, _ text: inout [Bytes]) {
        let body = DocComment.paragraphs(text)
        switch section {
        case .overview: overview = body
        case .parameter:
            if let entry = DocComment.entry(body) { parameters.append(entry) }
        case .returns: returns = [returns, body].compactMap { $0 }.joined(separator: "\n")
        case .exception:
            if let entry = DocComment.entry(body) { exceptions.append(entry) }
        case .see:
            let name = body.hasSuffix(".") ? String(body.dropLast()) : body
            if !name.isEmpty { see.append(name) }
        case .remarks: remarks = [remarks, body].compactMap { $0 }.joined(separator: "\n")
        case .deprecated: deprecated = [deprecated, body].compactMap { $0 }.joined(separator: "\n")
        case .unknown, .nothing: break
        }
        section = .nothing
        text = []
    }

    // MARK: Lines

    /// The lines without comment markers and the white space around them.
    private static func lines(of source: [UInt8]) -> [Bytes] {
        var body = source[...]
        let isBlock = source.starts(with: Array("/**".utf8))
        if isBlock {
            body = body.dropFirst(3)
            if body.suffix(2).elementsEqual("*/".utf8) { body = body.dropLast(2) }
        }
        return body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            var line = trimmed(line)
            if isBlock {
                line = line.drop { $0 == UInt8(ascii: "*") }
                while line.last == UInt8(ascii: "*") { line.removeLast() }
            } else {
                line = line.drop { $0 == UInt8(ascii: "/") }
            }
            return trimmed(line)
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte >= 0x09 && byte <= 0x0D }

    private static func trimmed(_ text: Bytes) -> Bytes {
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        return text
    }

    /// `@name rest`, of a line that starts with a block tag.
    private static func tag(of line: Bytes) -> (name: String, rest: Bytes)? {
        guard line.first == UInt8(ascii: "@") else { return nil }
        let word = line.dropFirst().prefix { $0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z") }
        let name = String(decoding: word, as: UTF8.self)
        guard !name.isEmpty, name != "p", name != "c", name != "link" else { return nil }
        return (name, trimmed(line.dropFirst().dropFirst(word.count)))
    }

    /// Lines joined by spaces, paragraphs by newlines, inline tags made plain.
    private static func paragraphs(_ lines: [Bytes]) -> String {
        var result: [UInt8] = []
        var isParagraphOpen = false
        var current: [UInt8] = []
        for line in lines + [[]] {
            if !line.isEmpty {
                if isParagraphOpen { current.append(UInt8(ascii: " ")) }
                current += line
                isParagraphOpen = true
            } else if isParagraphOpen {
                if !result.isEmpty { result.append(UInt8(ascii: "\n")) }
                appendPlain(current[...], to: &result)
                current = []
                isParagraphOpen = false
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The first word and what follows it.
    private static func entry(_ text: String) -> Entry? {
        let bytes = Array(text.utf8)
        let name = bytes.prefix { !isSpace($0) }
        guard !name.isEmpty else { return nil }
        return Entry(
            name: String(decoding: name, as: UTF8.self),
            text: String(decoding: trimmed(bytes[name.endIndex...]), as: UTF8.self))
    }

    // MARK: Inline tags

    /// Appends a text with `{@link A#b}` as `A.b`, `@p name` as `name` and backticks dropped.
    private static func appendPlain(_ text: Bytes, to result: inout [UInt8]) {
        var rest = text
        while let first = rest.first {
            switch first {
            case UInt8(ascii: "{") where rest.dropFirst().first == UInt8(ascii: "@"):
                guard let close = rest.firstIndex(of: UInt8(ascii: "}")) else {
                    // No later one has an end either.
                    result += rest.filter { $0 != UInt8(ascii: "`") }
                    return
                }
                appendTarget(trimmed(rest[..<close].drop { !isSpace($0) }), to: &result)
                rest = rest[(close + 1)...]
            case UInt8(ascii: "@") where isInlineWord(rest.dropFirst().prefix(2)):
                rest = rest.dropFirst(3)
            case UInt8(ascii: "`"):
                rest = rest.dropFirst()
            default:
                result.append(first)
                rest = rest.dropFirst()
            }
        }
    }

    /// `p ` or `c `, behind an `@`.
    private static func isInlineWord(_ text: Bytes) -> Bool {
        text.elementsEqual("p ".utf8) || text.elementsEqual("c ".utf8)
    }

    private static func appendTarget(_ name: Bytes, to result: inout [UInt8]) {
        let isLocal = name.first == UInt8(ascii: "#")
        result += (isLocal ? name.dropFirst() : name).map { $0 == UInt8(ascii: "#") ? UInt8(ascii: ".") : $0 }
    }
}
