import CLinux
import EventLoop
import Glibc

/// Which of IPv4 and IPv6 are used. Properties `Ice.IPv4`, `Ice.IPv6`, `Ice.PreferIPv6Address`.
struct NetworkProtocols: Sendable {
    var ipv4 = true
    var ipv6 = true
    /// Whether IPv6 addresses of a name come first; else IPv4 ones do.
    var prefersIPv6 = false

    /// - Throws: ``LocalException`` `.property` for a value that is no number, and when nothing is left.
    init(_ properties: Properties) throws(LocalException) {
        ipv4 = try properties.integer("Ice.IPv4", default: 1) > 0
        ipv6 = try properties.integer("Ice.IPv6", default: 1) > 0 && Self.isIPv6Supported
        prefersIPv6 = try properties.integer("Ice.PreferIPv6Address", default: 0) > 0
        guard ipv4 || ipv6 else {
            throw LocalException(.property, "properties Ice.IPv4 and Ice.IPv6 leave nothing to connect with")
        }
    }

    /// Those that may be used, in the order in which they are.
    func ordered(_ addresses: [SocketAddress]) -> [SocketAddress] {
        let v4 = ipv4 ? addresses.filter { $0.family == AF_INET } : []
        let v6 = ipv6 ? addresses.filter { $0.family == AF_INET6 } : []
        return prefersIPv6 ? v6 + v4 : v4 + v6
    }

    /// All addresses of this machine; with both protocols those of IPv4, too.
    func everywhere(port: UInt16) -> SocketAddress? { SocketAddress(numeric: ipv6 ? "::" : "0.0.0.0", port: port) }

    private static let isIPv6Supported: Bool = {
        let descriptor = socket(AF_INET6, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        return true
    }()
}

extension NetworkProtocols {
    /// Makes a socket that is not bound yet take IPv4 through an IPv6 address that stands for all, or not.
    func prepare(_ descriptor: Int32, for address: SocketAddress) {
        guard address.family == AF_INET6 else { return }
        var onlyIPv6: Int32 = ipv4 ? 0 : 1
        setsockopt(
            descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &onlyIPv6, socklen_t(MemoryLayout<Int32>.size))
    }
}
