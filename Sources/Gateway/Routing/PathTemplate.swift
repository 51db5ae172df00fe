/// A path with variables, each a whole segment: `/servers/{id}/channels`.
struct PathTemplate: Hashable, Sendable, CustomStringConvertible {
    enum Segment: Hashable, Sendable {
        case literal(String)
        /// What stands between the braces.
        case variable(String)
    }

    let segments: [Segment]

    /// - Throws: ``RouteFault`` when the text is no such path.
    init(_ text: String) throws(RouteFault) {
        guard text.hasPrefix("/"), text != "/" else {
            throw RouteFault("path '\(text)' must start with / and a segment")
        }
        var segments: [Segment] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            segments.append(try Self.segment(String(part), of: text))
        }
        self.segments = segments
        let names = variables.map(\.name)
        if let twice = names.first(where: { name in names.count(where: { $0 == name }) > 1 }) {
            throw RouteFault("path '\(text)' has {\(twice)} twice")
        }
    }

    private init(segments: [Segment]) { self.segments = segments }

    /// With a literal segment behind it.
    func appending(_ literal: String) -> PathTemplate { PathTemplate(segments: segments + [.literal(literal)]) }

    var variables: [(name: String, segment: Int)] {
        segments.enumerated().compactMap { index, segment in
            if case .variable(let name) = segment { (name, index) } else { nil }
        }
    }

    var hasVariables: Bool { !variables.isEmpty }

    var description: String {
        segments.map { segment in
            switch segment {
            case .literal(let text): "/\(text)"
            case .variable(let name): "/{\(name)}"
            }
        }.joined()
    }

    /// The same for two templates that no path can tell apart.
    var shape: String {
        segments.map { if case .literal(let text) = $0 { "/\(text)" } else { "/{}" } }.joined()
    }

    private static func segment(_ part: String, of text: String) throws(RouteFault) -> Segment {
        guard !part.isEmpty else { throw RouteFault("path '\(text)' has an empty segment") }
        if part.hasPrefix("{"), part.hasSuffix("}") {
            let name = part.dropFirst().dropLast()
            guard isVariable(name) else {
                throw RouteFault(
                    "path '\(text)': '\(part)' must be a parameter's name, or names with dots between them")
            }
            return .variable(String(name))
        }
        guard !part.contains("{"), !part.contains("}") else {
            throw RouteFault("path '\(text)': a variable must be a whole segment, unlike '\(part)'")
        }
        guard part.utf8.allSatisfy(isLiteral), part != ".", part != ".." else {
            throw RouteFault("path '\(text)': segment '\(part)' may have what needs no escape in a path only")
        }
        return .literal(part)
    }

    /// `id`, `employee.number`.
    private static func isVariable(_ name: Substring) -> Bool {
        name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isIdentifier)
    }

    /// A letter or `_`, then letters, digits or `_`.
    static func isIdentifier(_ name: Substring) -> Bool {
        guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return name.utf8.allSatisfy { PercentEncoding.isUnreserved($0) && $0 != UInt8(ascii: "-") }
            && !name.contains { $0 == "." || $0 == "~" }
    }

    /// RFC 3986, 3.3: `pchar` without the percent-encoded ones.
    static func isLiteral(_ byte: UInt8) -> Bool {
        PercentEncoding.isUnreserved(byte) || "!$&'()*+,;=:@".utf8.contains(byte)
    }
}

/// Why a route or a service's name can't be served; the end of a sentence.
struct RouteFault: Error, Hashable {
    var message: String

    init(_ message: String) { self.message = message }
}
