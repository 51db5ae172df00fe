package import Ice
package import SliceJSON

/// Everything that can be set, with the defaults of the contract. A plain value: no file, no environment.
package struct GatewayConfiguration: Sendable {
    /// A numeric address or host name and a port; port 0 takes a free one.
    package var listen = ListenAddress(host: "127.0.0.1", port: 8080)
    /// Event loops; 0 is one a core.
    package var threads = 0
    package var slice = SliceSources()
    package var services: [ServiceConfiguration] = []
    /// Where parts of it stand in a file, by the names that errors have for them: `service 'greeter'`, `cors.origins`.
    package var places: [String: ConfigurationPlace] = [:]
    package var json = JSONOptions()
    /// Seals the slices that clients are given; nil: one of the process, made at random.
    package var slicesKey: SlicesKey?
    package var proxies = ProxyPolicy()
    package var limits = Limits()
    /// HTTP statuses of user exceptions by type ID.
    package var exceptions: [String: Int] = [:]
    package var exposeServerText = false
    package var cors = CORS()
    /// The certificate and key of the front; nil: plain HTTP.
    package var tls: FrontTLS?
    package var routes: [RouteConfiguration] = []
    package var context = ContextRules()
    package var invocations = Invocations()
    package var shutdownDeadline: Duration = .seconds(30)
    /// A target that does not answer `/readyz` in this time is not ready, however long its calls may take.
    package var readinessTimeout: Duration = .seconds(5)
    package var logLevel = "info"
    package var accessLog = AccessLog.json
    /// Any `Ice.*` property.
    package var ice = Properties()

    package init() {}

    package struct SliceSources: Sendable {
        /// Files or folders.
        package var files: [String] = []
        package var include: [String] = []
        package var define: [String] = []

        package init() {}
    }

    package struct Limits: Sendable {
        /// Bytes.
        package var body = 8 << 20
        /// Bytes of request line and header fields together.
        package var header = 8 << 10
        /// Bytes.
        package var uri = 8 << 10
        /// Of all loops; each has its part.
        package var connections = 10_000
        /// Invocations without an answer, of all targets together.
        package var inFlight = 10_000
        package var inFlightPerTarget = 5_000
        /// Bytes that a target did not take yet; each loop has its part.
        package var unsentPerTarget = 16 << 20
        /// Requests of one client, told by its address, that are not answered; 0 is no limit.
        package var requestsPerClient = 0
        /// For a whole request, and for a connection on which nothing moves.
        package var slowClient: Duration = .seconds(30)
    }

    /// What pages of other origins may do.
    package struct CORS: Sendable {
        /// Origins that may call from a browser, or `*`.
        package var origins: [String] = []
        /// Request header fields they may send beyond those of the gateway's own.
        package var headers: [String] = []
        /// How long a browser may keep a preflight's answer.
        package var maximumAge: Duration = .seconds(600)
    }

    /// Files in PEM.
    package struct FrontTLS: Sendable, Equatable {
        package var certificate: String
        package var key: String
        /// Clients must have a certificate of these authorities; nil: they need none.
        package var clientCA: String?

        package init(certificate: String, key: String, clientCA: String? = nil) {
            self.certificate = certificate
            self.key = key
            self.clientCA = clientCA
        }
    }

    /// Which request context clients may give.
    package struct ContextRules: Sendable {
        /// Keys that `Ice-Context` may name.
        package var allow: [String] = []
        /// Context keys by the header field whose value they get.
        package var headers: [String: String] = [:]
    }

    /// What is kept of calls with `Prefer: respond-async`, and of those with an `Idempotency-Key`.
    package struct Invocations: Sendable {
        /// How long after their end.
        package var keep: Duration = .seconds(300)
        package var maximum = 10_000
        /// The longest `Prefer: wait`.
        package var longestWait: Duration = .seconds(60)
    }

    package enum AccessLog: String, Sendable, CaseIterable {
        case json, none
    }
}

package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    package var host: String
    package var port: UInt16

    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// `ADDR:PORT`, `[::1]:8080`, `:8080` for all addresses.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            return nil
        }
        self.host = host.isEmpty ? "0.0.0.0" : host
        self.port = port
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// One service: a name in the URL space and the Ice object behind it.
package struct ServiceConfiguration: Sendable {
    package enum Mode: String, Sendable, CaseIterable {
        case twoway, oneway
        case batchOneway = "batch-oneway"
        case datagram
        case batchDatagram = "batch-datagram"
    }

    package var name: String
    /// A stringified proxy.
    package var proxy: String
    /// A type ID, `::VisitorCenter::Greeter`; nil: the only interface of the Slice files, else asked of the target.
    package var interface: String?
    package var mode: Mode = .twoway
    /// Operations always called oneway.
    package var oneway: [String] = []
    package var timeout: Duration = .seconds(30)
    /// Sent with every request to the service's object, also with those that ask for its interface.
    package var context: FixedContext = [:]
    /// Names, or `*`, or a prefix with `*`.
    package var allowedOperations: [String] = ["*"]
    package var deniedOperations: [String] = []
    /// Facets that `Ice-Facet` may name.
    package var facets: [String] = []
    package var authentication: Authentication?

    /// Who may call; with both kinds a client needs one of them.
    package struct Authentication: Sendable {
        /// A file with one key a line.
        package var apiKeys: String?
        /// Instead of the file.
        package var apiKeyList: APIKeyList?
        package var jwt: JWT?
    }

    package struct JWT: Sendable {
        /// A file with a JSON Web Key Set.
        package var jwks: String
        package var issuer: String?
        package var audience: String?
    }

    package init(name: String, proxy: String, interface: String? = nil) {
        self.name = name
        self.proxy = proxy
        self.interface = interface
    }

    /// The command line's `NAME=PROXY[@TYPEID]`. The type ID starts at the last `@` with a scoped name behind it, whose
    /// leading `::` may be left out.
    package init?(argument: String) {
        guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else { return nil }
        var proxy = argument[argument.index(after: equals)...]
        var interface: String?
        var search = proxy.endIndex
        while let at = proxy[..<search].lastIndex(of: "@") {
            if Self.isScopedName(proxy[proxy.index(after: at)...]) {
                interface = String(proxy[proxy.index(after: at)...])
                proxy = proxy[..<at]
                break
            }
            search = at
        }
        guard !proxy.isEmpty else { return nil }
        self.init(name: String(argument[..<equals]), proxy: String(proxy), interface: interface)
    }

    /// `::A`, `::A::B`, `A::B`: an adapter's name has no `::`.
    private static func isScopedName(_ text: Substring) -> Bool {
        text.hasPrefix("::")
            || text.contains("::")
                && text.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ":"):
                        true
                    default: false
                    }
                }
    }

    func allows(_ operation: String) -> Bool {
        func matches(_ pattern: String) -> Bool {
            pattern.hasSuffix("*") ? operation.hasPrefix(pattern.dropLast()) : operation == pattern
        }
        return allowedOperations.contains(where: matches) && !deniedOperations.contains(where: matches)
    }
}
