import CLinux
import EventLoop
import Glibc

/// The addresses of this machine.
enum HostAddresses {
    /// Those that others can reach, as they are published: without loopback and link-local ones. The loopback address when
    /// there are no others.
    static func reachable(_ protocols: NetworkProtocols) -> [String] {
        let found = protocols.ordered(all().filter { !$0.isLinkLocal })
        guard found.isEmpty else { return found.map(\.host) }
        return [protocols.ipv4 && !protocols.prefersIPv6 || !protocols.ipv6 ? "127.0.0.1" : "::1"]
    }

    /// Of interfaces that are up and no loopback.
    private static func all() -> [SocketAddress] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var addresses: [SocketAddress] = []
        var entry = list
        while let current = entry {
            entry = current.pointee.ifa_next
            guard current.pointee.ifa_flags & UInt32(IFF_LOOPBACK) == 0,
                current.pointee.ifa_flags & UInt32(IFF_UP) != 0,
                let address = current.pointee.ifa_addr.flatMap({ SocketAddress($0) }), !addresses.contains(address)
            else { continue }
            addresses.append(address)
        }
        return addresses
    }
}
