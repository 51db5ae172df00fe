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
    package var json = JSONOptions()
    /// Seals the slices that clients are given; nil: one of the process, made at random.
    package var slicesKey: SlicesKey?
    package var proxies = ProxyPolicy()
    package var limits = Limits()
    /// HTTP statuses of user exceptions by type ID.
    package var exceptions: [String: Int] = [:]
    package var exposeServerText = false
    /// Origins that may call from a browser.
    package var corsOrigins: [String] = []
    package var shutdownDeadline: Duration = .seconds(30)
    package var logLevel = "info"
    /// Any `Ice.*` property.
    package var ice = Properties()

    package init() {}

    package struct SliceSources: Sendable {
        /// Files or folders.
        package var files: [String] = []
        package var include: [String] = []
        package var define: [String] = []
    }

    package struct Limits: Sendable {
        /// Bytes.
        package var body = 8 << 20
        /// Bytes of request line and header fields together.
        package var header = 8 << 10
        /// Bytes.
        package var uri = 8 << 10
        package var connections = 10_000
        /// Of all targets of one loop together.
        package var inFlight = 10_000
        package var inFlightPerTarget = 5_000
        /// Bytes.
        package var unsentPerTarget = 16 << 20
        package var slowClient: Duration = .seconds(30)
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
