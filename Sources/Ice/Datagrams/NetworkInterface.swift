import EventLoop
import Glibc

/// The network interfaces of this machine, as multicast endpoints name them.
enum NetworkInterface {
    /// Whether a text names no interface in particular.
    static func isAny(_ text: String) -> Bool { ["", "*", "0.0.0.0", "::"].contains(text) }

    /// The index of the interface with that name, address or number.
    static func index(_ text: String) throws(SystemError) -> UInt32 {
        // First, because a number is an IPv4 address, too.
        if let number = UInt32(text) { return number }
        if let address = SocketAddress(numeric: text, port: 0) {
            for (index, own) in addresses() where own.host == address.host { return index }
        } else if !text.utf8.contains(0) {
            let index = if_nametoindex(text)
            if index != 0 { return index }
        }
        throw SystemError("network interface '\(text)'", code: ENODEV)
    }

    /// The indexes of those that have an address of that family.
    static func all(_ family: Int32) -> [UInt32] {
        Set(addresses().filter { $0.address.family == family }.map(\.index)).sorted()
    }

    private static func addresses() -> [(index: UInt32, address: SocketAddress)] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var found: [(index: UInt32, address: SocketAddress)] = []
        var entry = list
        while let current = entry {
            entry = current.pointee.ifa_next
            guard current.pointee.ifa_flags & UInt32(IFF_UP) != 0, let name = current.pointee.ifa_name,
                let raw = current.pointee.ifa_addr, let address = SocketAddress(raw)
            else { continue }
            let index = if_nametoindex(name)
            if index != 0 { found.append((index, address)) }
        }
        return found
    }
}
