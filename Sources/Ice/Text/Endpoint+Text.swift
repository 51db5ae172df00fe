import EventLoop
import IceEncoding

extension Endpoint {
    /// Reads `transport [options]`.
    ///
    /// - Returns: nil for a transport nobody knows.
    /// - Throws: ``LocalException`` `.parse`.
    init?(utf8 text: [UInt8], defaultHost: String) throws(LocalException) {
        var words = try TokenScanner.split(text)
        guard let name = words.first else { throw LocalException(.parse, "an endpoint is blank") }
        words.removeFirst()
        let whole = String(decoding: text, as: UTF8.self)
        switch name {
        case "opaque": self = try Self.opaque(EndpointOptions(words, of: whole))
        case "default": self = .ip(try IPEndpoint(.tcp, EndpointOptions(words, of: whole), defaultHost: defaultHost))
        default:
            guard let transport = IPEndpoint.Transport(rawValue: name) else { return nil }
            self = .ip(try IPEndpoint(transport, EndpointOptions(words, of: whole), defaultHost: defaultHost))
        }
    }

    /// Reads the endpoints of an object adapter, separated by `:`; the empty text has none.
    static func parseList(_ text: String, defaultHost: String) throws(LocalException) -> [Endpoint] {
        var scanner = TokenScanner(Array(text.utf8))
        scanner.skipBlanks()
        guard scanner.next != nil else { return [] }
        var endpoints: [Endpoint] = []
        repeat {
            let part = try scanner.endpointText()
            guard let endpoint = try Endpoint(utf8: part, defaultHost: defaultHost) else {
                throw LocalException(.parse, "unknown transport in endpoint '\(String(decoding: part, as: UTF8.self))'")
            }
            endpoints.append(endpoint)
        } while scanner.take(UInt8(ascii: ":"))
        return endpoints
    }

    private static func opaque(_ options: EndpointOptions) throws(LocalException) -> Endpoint {
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
    fileprivate init(_ transport: Transport, _ options: EndpointOptions, defaultHost: String) throws(LocalException) {
        var options = options
        let host = try options.take("-h")
        guard host != "" else { throw options.error("-h is empty") }
        self.init(transport, host: host ?? defaultHost, port: 0)
        if let text = try options.take("-p") {
            guard let number = UInt16(text) else { throw options.error("port \(text) is outside 0...65535") }
            port = number
        }
        compresses = try options.takeFlag("-z")
        if let address = try options.take("--sourceAddress") {
            guard SocketAddress(numeric: address, port: 0) != nil else {
                throw options.error("--sourceAddress \(address) is no IP address")
            }
            sourceAddress = address
        }
        if transport == .udp {
            try takeUDP(&options)
        } else if let text = try options.take("-t") {
            guard let number = text == "infinite" ? -1 : Int32(text), number == -1 && text == "infinite" || number > 0
            else { throw options.error("timeout \(text) is neither infinite nor above 0") }
            timeout = number
        }
        if transport == .ws || transport == .wss { resource = try options.take("-r") ?? "/" }
        try options.finish()
    }

    private mutating func takeUDP(_ options: inout EndpointOptions) throws(LocalException) {
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

/// The options of one endpoint, each taken at most once.
private struct EndpointOptions {
    private var options: [(name: String, argument: String?)] = []
    private let text: String

    init(_ words: [String], of text: String) throws(LocalException) {
        self.text = text
        var index = 0
        while index < words.count {
            let name = words[index]
            guard name.hasPrefix("-"), name.utf8.count > 1 else { throw error("unexpected \(name)") }
            index += 1
            var argument: String?
            if index < words.count, !words[index].hasPrefix("-") {
                argument = words[index]
                index += 1
            }
            guard !options.contains(where: { $0.name == name }) else { throw error("\(name) stands twice") }
            options.append((name, argument))
        }
    }

    mutating func take(_ name: String) throws(LocalException) -> String? {
        guard let index = options.firstIndex(where: { $0.name == name }) else { return nil }
        guard let argument = options.remove(at: index).argument else { throw error("\(name) needs an argument") }
        return argument
    }

    mutating func required(_ name: String) throws(LocalException) -> String {
        guard let argument = try take(name) else { throw error("\(name) is missing") }
        return argument
    }

    mutating func takeFlag(_ name: String) throws(LocalException) -> Bool {
        guard let index = options.firstIndex(where: { $0.name == name }) else { return false }
        guard options.remove(at: index).argument == nil else { throw error("\(name) takes no argument") }
        return true
    }

    func finish() throws(LocalException) {
        if let option = options.first { throw error("unknown option \(option.name)") }
    }

    func error(_ problem: String) -> LocalException { LocalException(.parse, "\(problem) in endpoint '\(text)'") }
}

extension Endpoint: CustomStringConvertible {
    /// The text as Ice 3.8 prints it, options with default values left out.
    public var description: String {
        switch self {
        case .ip(let endpoint): endpoint.description
        case .opaque(let endpoint):
            "opaque -t \(endpoint.type) -e \(endpoint.encoding) -v \(Base64.encode(endpoint.bytes))"
        }
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
        if transport == .ws || transport == .wss { text += " -r \(Self.quoted(resource))" }
        return text
    }

    private static func quoted(_ text: String) -> String {
        text.utf8.contains { $0 == UInt8(ascii: ":") || TokenScanner.isBlank($0) } ? "\"\(text)\"" : text
    }
}

extension EncodingVersion {
    /// Reads `major.minor`.
    init(parsing text: String) throws(LocalException) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let major = UInt8(parts[0]), let minor = UInt8(parts[1]), major > 0 else {
            throw LocalException(.parse, "'\(text)' is no version")
        }
        self.init(major: major, minor: minor)
    }
}
