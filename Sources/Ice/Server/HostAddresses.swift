import CLinux
import EventLoop
import Glibc

/// The addresses of this machine.
enum HostAddresses {
    /// An IPv4 address that others can reach; the loopback address when there is none.
    static func firstReachable() -> String {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return "127.0.0.1" }
        defer { freeifaddrs(list) }
        var entry = list
        while let current = entry {
            entry = current.pointee.ifa_next
            guard current.pointee.ifa_flags & UInt32(IFF_LOOPBACK) == 0,
                current.pointee.ifa_flags & UInt32(IFF_UP) != 0,
                let address = current.pointee.ifa_addr, Int32(address.pointee.sa_family) == AF_INET,
                let found = SocketAddress(address)
            else { continue }
            return found.host
        }
        return "127.0.0.1"
    }
}
