extension ProxyContent {
    /// Reads a stringified proxy. Ice manual, "Syntax for Stringified Proxies".
    ///
    /// - Parameter defaults: what is meant where the text says nothing.
    /// - Returns: nil for the nil proxy, which is the empty text or `""`.
    /// - Throws: ``ParseError``.
    public static func parse(_ text: String, defaults: ProxyDefaults = ProxyDefaults()) throws(ParseError)
        -> ProxyContent?
    {
        try parse(utf8: Array(text.utf8), defaults: defaults)
    }

    private static let delimiters = [UInt8(ascii: ":"), UInt8(ascii: "@")]

    private static func parse(utf8: [UInt8], defaults: ProxyDefaults) throws(ParseError) -> ProxyContent? {
        guard !utf8.isEmpty else { return nil }
        var scanner = TokenScanner(utf8)
        scanner.skipBlanks()
        let identity = try scanner.word(until: delimiters)
        guard !identity.text.isEmpty else {
            scanner.skipBlanks()
            guard identity.isQuoted, scanner.next == nil else { throw ParseError("no identity") }
            return nil
        }
        var content = ProxyContent(identity: try Identity(utf8: identity.text), encoding: defaults.encoding)
        scanner.skipBlanks()
        while let byte = scanner.next, !delimiters.contains(byte) {
            try content.parseOption(&scanner)
            scanner.skipBlanks()
        }
        switch scanner.next {
        case UInt8(ascii: ":"):
            scanner.index += 1
            content.endpoints = try parseEndpoints(&scanner, defaults: defaults)
        case UInt8(ascii: "@"):
            scanner.index += 1
            scanner.skipBlanks()
            content.adapterId = try StringEscapes.unescape(try scanner.word(until: delimiters).text)
            guard !content.adapterId.isEmpty else { throw ParseError("no adapter id") }
            scanner.skipBlanks()
            guard scanner.next == nil else { throw ParseError("unexpected text behind the adapter id") }
        default: break
        }
        return content
    }

    private mutating func parseOption(_ scanner: inout TokenScanner) throws(ParseError) {
        let option = String(decoding: try scanner.word(until: Self.delimiters).text, as: UTF8.self)
        guard option.utf8.count == 2, option.hasPrefix("-") else {
            throw ParseError("'\(option)' is no proxy option")
        }
        scanner.skipBlanks()
        var argument: [UInt8]?
        if let byte = scanner.next, byte != UInt8(ascii: "-"), !Self.delimiters.contains(byte) {
            argument = try scanner.word(until: Self.delimiters).text
        }
        switch option {
        case "-f":
            guard let argument else { throw ParseError("-f needs an argument") }
            facet = try StringEscapes.unescape(argument)
        case "-e", "-p":
            guard let argument else { throw ParseError("\(option) needs an argument") }
            let version = try EncodingVersion(parsing: String(decoding: argument, as: UTF8.self))
            if option == "-e" { encoding = version } else { protocolVersion = version }
        case "-t", "-o", "-O", "-d", "-D", "-s":
            guard argument == nil else { throw ParseError("\(option) takes no argument") }
            switch option {
            case "-t": mode = .twoway
            case "-o": mode = .oneway
            case "-O": mode = .batchOneway
            case "-d": mode = .datagram
            case "-D": mode = .batchDatagram
            // -s asked for a secure endpoint before Ice 3.8, which reads and forgets it.
            default: break
            }
        default: throw ParseError("unknown proxy option '\(option)'")
        }
    }

    private static func parseEndpoints(
        _ scanner: inout TokenScanner, defaults: ProxyDefaults
    ) throws(ParseError) -> [Endpoint] {
        var endpoints: [Endpoint] = []
        var unknown: String?
        repeat {
            let text = try scanner.endpointText()
            guard text.contains(where: { !TokenScanner.isBlank($0) }) else {
                throw ParseError("an endpoint is blank")
            }
            if let endpoint = try Endpoint(utf8: text, defaults: defaults) {
                let isOpaque = text.drop(while: TokenScanner.isBlank).starts(with: "opaque".utf8)
                if case .ip(let ip) = endpoint, ip.host == "*", !isOpaque {
                    throw ParseError("host * is for object adapters")
                }
                endpoints.append(endpoint)
            } else {
                unknown = String(decoding: text, as: UTF8.self)
            }
        } while scanner.take(UInt8(ascii: ":"))
        if endpoints.isEmpty, let unknown { throw ParseError("invalid endpoint '\(unknown)'") }
        return endpoints
    }
}

extension ProxyContent: CustomStringConvertible {
    /// The text that ``parse(_:defaults:)`` reads; options with default values are left out, as Ice 3.8 does.
    public func text(_ mode: ToStringMode = .unicode) -> String {
        var text = Self.quoted(identity.text(mode))
        if !facet.isEmpty { text += " -f \(Self.quotedArgument(StringEscapes.escape(facet, mode: mode)))" }
        switch self.mode {
        case .twoway: break
        case .oneway: text += " -o"
        case .batchOneway: text += " -O"
        case .datagram: text += " -d"
        case .batchDatagram: text += " -D"
        }
        if protocolVersion != .v1_0 { text += " -p \(protocolVersion)" }
        if encoding != .v1_1 { text += " -e \(encoding)" }
        for endpoint in endpoints { text += ":\(endpoint)" }
        if !adapterId.isEmpty { text += " @ \(Self.quoted(StringEscapes.escape(adapterId, mode: mode)))" }
        return text
    }

    /// As ``text(_:)`` with characters beyond ASCII kept.
    public var description: String { text() }

    /// An argument that starts with a hyphen would be read as the next option.
    private static func quotedArgument(_ text: String) -> String {
        text.utf8.first == UInt8(ascii: "-") ? "\"\(text)\"" : quoted(text)
    }

    private static func quoted(_ text: String) -> String {
        let needsQuotes = text.utf8.contains {
            TokenScanner.isBlank($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "@")
        }
        return needsQuotes ? "\"\(text)\"" : text
    }
}
