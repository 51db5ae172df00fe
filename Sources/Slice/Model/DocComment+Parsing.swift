extension DocComment {
    /// Reads a `/** … */` block or joined `///` lines, the markers still there.
    ///
    /// Unknown tags are dropped with their text; nothing in a comment is an error.
    init(parsing source: String) {
        self.init()
        var section = Section.overview
        var text: [String] = []
        for line in DocComment.lines(of: source) {
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
            text = [String(rest)]
        }
        finish(&section, &text)
    }

    private enum Section {
        case overview, parameter, returns, exception, see, remarks, deprecated, unknown
        /// The text behind a tag that ends with its line.
        case nothing
    }

    private mutating func finish(_ section: inout Section, _ text: inout [String]) {
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
    private static func lines(of source: String) -> [String] {
        var body = source[...]
        let isBlock = body.hasPrefix("/**")
        if isBlock {
            body = body.dropFirst(3)
            if body.hasSuffix("*/") { body = body.dropLast(2) }
        }
        return body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
            var line = trimmed(line)
            if isBlock {
                line = line.drop { $0 == "*" }
                while line.last == "*" { line.removeLast() }
            } else {
                line = line.drop { $0 == "/" }
            }
            return String(trimmed(line))
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0.isWhitespace }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }

    /// `@name rest`, of a line that starts with a block tag.
    private static func tag(of line: String) -> (name: Substring, rest: Substring)? {
        guard line.hasPrefix("@") else { return nil }
        let name = line.dropFirst().prefix { $0.isLetter }
        guard !name.isEmpty, name != "p", name != "c", name != "link" else { return nil }
        return (name, trimmed(line.dropFirst().dropFirst(name.count)))
    }

    /// Lines joined by spaces, paragraphs by newlines, inline tags made plain.
    private static func paragraphs(_ lines: [String]) -> String {
        var paragraphs: [String] = []
        var current: [String] = []
        for line in lines + [""] {
            if !line.isEmpty {
                current.append(line)
            } else if !current.isEmpty {
                paragraphs.append(plain(current.joined(separator: " ")))
                current = []
            }
        }
        return paragraphs.joined(separator: "\n")
    }

    /// The first word and what follows it.
    private static func entry(_ text: String) -> Entry? {
        let name = text.prefix { !$0.isWhitespace }
        guard !name.isEmpty else { return nil }
        return Entry(name: String(name), text: String(trimmed(text.dropFirst(name.count))))
    }

    // MARK: Inline tags

    /// The text with `{@link A#b}` as `A.b`, `@p name` as `name` and backticks dropped.
    private static func plain(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let first = rest.first {
            if rest.hasPrefix("{@"), let close = rest.firstIndex(of: "}") {
                let inside = rest[..<close].dropFirst(2).drop { !$0.isWhitespace }
                result += target(trimmed(inside))
                rest = rest[rest.index(after: close)...]
            } else if rest.hasPrefix("@p ") || rest.hasPrefix("@c ") {
                rest = rest.dropFirst(3)
            } else {
                if first != "`" { result.append(first) }
                rest = rest.dropFirst()
            }
        }
        return result
    }

    private static func target(_ name: Substring) -> String {
        name.hasPrefix("#") ? String(name.dropFirst()) : name.split(separator: "#").joined(separator: ".")
    }
}
