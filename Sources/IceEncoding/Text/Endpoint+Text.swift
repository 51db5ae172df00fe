import Glibc

extension Endpoint {
    /// Reads `transport [options]`.
    ///
    /// - Returns: nil for a transport nobody knows.
    /// - Throws: ``ParseError``.
    init?(utf8 text: [UInt8], defaults: ProxyDefaults) throws(ParseError) {
        var words = try TokenScanner.split(text)
        guard let name = words.first else { throw ParseError("an endpoint is blank") }
        words.removeFirst()
        let whole = String(decoding: text, as: UTF8.self)
        switch name {
        case "opaque": self = try Self.opaque(EndpointOptions(words, of: whole))
        case "default": self = .ip(try IPEndpoint(defaults.transport, EndpointOptions(words, of: whole), defaults))
        default:
            guard let transport = IPEndpoint.Transport(rawValue: name) else { return nil }
            self = .ip(try IPEndpoint(transport, EndpointOptions(words, of: whole), defaults))
        }
    }

    /// Reads the endpoints of an object adapter, separated by `:`; the empty text has none.
    package static func parseList(_ text: String, defaults: ProxyDefaults) throws(ParseError) -> [Endpoint] {
        var scanner = TokenScanner(Array(text.utf8))
        scanner.skipBlanks()
        guard scanner.next != nil else { return [] }
        var endpoints: [Endpoint] = []
        repeat {
            let part = try scanner.endpointText()
            guard let endpoint = try Endpoint(utf8: part, defaults: defaults) else {
                throw ParseError("unknown transport in endpoint '\(String(decoding: part, as: UTF8.self))'")
            }
            endpoints.append(endpoint)
        } while scanner.take(UInt8(ascii: ":"))
        return endpoints
    }

    private static func opaque(_ options: EndpointOptions) throws(ParseError) -> Endpoint {
        var options = options
        let type = try options.required("-t")
        guard let number = Int16(type), number >= 0 else { throw options.error("type \(type) is out of range") }
        var encoding = EncodingVersion.v1_0
        if let version = try options.take("-e") { encoding = try EncodingVersion(parsing: version) }
        guard let bytes = Base64.decode(try options.required("-v")) else { throw options.error("invalid base64") }
        try options.finish()
        let opaque = OpaqueEndpoint(type: number, encoding: encoding, bytes: bytes)
        do {
            return try Endpoint(opaque)
        } catch {
            throw options.error(error.message)
        }
    }
}

extension IPEndpoint {
    fileprivate init(_ transport: Transport, _ options: EndpointOptions, _ defaults: ProxyDefaults) throws(ParseError) {
        var options = options
        let host = try options.take("-h")
        guard host != "" else { throw options.error("-h is empty") }
        self.init(transport, host: host ?? defaults.host, port: 0)
        if let text = try options.take("-p") {
            guard let number = UInt16(text) else { throw options.error("port \(text) is outside 0...65535") }
            port = number
        }
        compresses = try options.takeFlag("-z")
        if let address = try options.take("--sourceAddress") {
            guard Self.isNumeric(address) else {
                throw options.error("--sourceAddress \(address) is no IP address")
            }
            sourceAddress = address
        } else {
            sourceAddress = defaults.sourceAddress
        }
        if transport == .udp {
            try takeUDP(&options)
        } else if let text = try options.take("-t") {
            guard let number = text == "infinite" ? -1 : Int32(text), number == -1 && text == "infinite" || number > 0
            else { throw options.error("timeout \(text) is neither infinite nor above 0") }
            timeout = number
        }
        if transport.hasResource { resource = try options.take("-r") ?? "/" }
        try options.finish()
    }

    /// Whether it is an IPv4 or IPv6 address, the latter perhaps with a zone.
    package static func isNumeric(_ address: String) -> Bool {
        guard !address.utf8.contains(0) else { return false }
        var parsed = in6_addr()
        if inet_pton(AF_INET, address, &parsed) == 1 { return true }
        let parts = address.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count == 1 || parts.last?.isEmpty == false else { return false }
        return inet_pton(AF_INET6, String(first), &parsed) == 1
    }

    private mutating func takeUDP(_ options: inout EndpointOptions) throws(ParseError) {
        multicastInterface = try options.take("--interface") ?? ""
        if let text = try options.take("--ttl") {
            guard let number = UInt8(text) else { throw options.error("--ttl \(text) is outside 0...255") }
            multicastTTL = number
        }
        // Old versions wrote them; they mean nothing any more.
        if let version = try options.take("-v") { _ = try EncodingVersion(parsing: version) }
        if let version = try options.take("-e") { _ = try EncodingVersion(parsing: version) }
    }
}

extension Endpoint: CustomStringConvertible {
    /// The text as Ice 3.8 prints it, options with default values left out; what a peer sent and no option can say is
    /// printed as an opaque endpoint, so that the text is read back as it was.
    public var description: String {
        switch self {
        case .ip(let endpoint): endpoint.isPlain ? endpoint.description : endpoint.opaque.description
        case .opaque(let endpoint): endpoint.description
        }
    }
}

extension OpaqueEndpoint: CustomStringConvertible {
    /// As `opaque -t 99 -e 1.1 -v AQIDBA==`.
    public var description: String {
        "opaque -t \(type) -e \(encoding) -v \(bytes.isEmpty ? "\"\"" : Base64.encode(bytes))"
    }
}

extension IPEndpoint: CustomStringConvertible {
    /// As `tcp -h localhost -p 4061`.
    public var description: String {
        var text = "\(transport.rawValue)"
        if !host.isEmpty { text += " -h \(Self.quoted(host))" }
        text += " -p \(port)"
        if !sourceAddress.isEmpty { text += " --sourceAddress \(Self.quoted(sourceAddress))" }
        if transport == .udp {
            if !multicastInterface.isEmpty { text += " --interface \(Self.quoted(multicastInterface))" }
            if let ttl = multicastTTL { text += " --ttl \(ttl)" }
        } else if timeout != 60_000 {
            text += " -t \(timeout < 0 ? "infinite" : "\(timeout)")"
        }
        if compresses { text += " -z" }
        if transport.hasResource { text += " -r \(Self.quoted(resource))" }
        return text
    }

    /// Whether options can say what it holds: quotes do not protect all there is.
    fileprivate var isPlain: Bool {
        func isPlain(_ text: String) -> Bool {
            text.utf8.first != UInt8(ascii: "-")
                && !text.utf8.contains {
                    $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "\\")
                }
        }
        // The host * is for object adapters; a proxy that came with it still has to be read back.
        return host != "*" && isPlain(host) && isPlain(resource) && !resource.isEmpty && (timeout == -1 || timeout > 0)
    }

    private static func quoted(_ text: String) -> String {
        text.utf8.contains { $0 == UInt8(ascii: ":") || TokenScanner.isBlank($0) } ? "\"\(text)\"" : text
    }
}
