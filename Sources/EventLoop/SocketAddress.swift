package import Glibc

/// An IPv4 or IPv6 address with its port.
package struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    private enum Storage: Hashable, Sendable {
        case v4(UInt32)
        case v6([16 of UInt8], scope: UInt32)

        static func == (left: Storage, right: Storage) -> Bool {
            switch (left, right) {
            case (.v4(let left), .v4(let right)): left == right
            case (.v6(let left, let leftScope), .v6(let right, let rightScope)):
                leftScope == rightScope && left.indices.allSatisfy { left[$0] == right[$0] }
            default: false
            }
        }

        func hash(into hasher: inout Hasher) {
            switch self {
            case .v4(let address): hasher.combine(address)
            case .v6(let bytes, let scope):
                hasher.combine(scope)
                for index in bytes.indices { hasher.combine(bytes[index]) }
            }
        }
    }

    private var storage: Storage
    package var port: UInt16

    /// - Parameter address: as the kernel or the resolver gave it; nil for other families.
    package init?(_ address: UnsafePointer<sockaddr>) {
        switch Int32(address.pointee.sa_family) {
        case AF_INET:
            let v4 = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in.self)
            storage = .v4(v4.sin_addr.s_addr)
            port = UInt16(bigEndian: v4.sin_port)
        case AF_INET6:
            let v6 = UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in6.self)
            storage = .v6(unsafeBitCast(v6.sin6_addr, to: [16 of UInt8].self), scope: v6.sin6_scope_id)
            port = UInt16(bigEndian: v6.sin6_port)
        default:
            return nil
        }
    }

    /// A numeric address, `127.0.0.1` or `::1`; nil for anything else.
    package init?(numeric host: String, port: UInt16) {
        // C would stop reading at a NUL and take the part before it for the whole.
        guard !host.utf8.contains(0) else { return nil }
        var hints = addrinfo()
        hints.ai_flags = Int32(AI_NUMERICHOST)
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0, let first = list else { return nil }
        defer { freeaddrinfo(list) }
        guard let address = first.pointee.ai_addr else { return nil }
        self.init(address)
        self.port = port
    }

    /// Whether it names a group of receivers.
    package var isMulticast: Bool {
        switch storage {
        case .v4(let address): UInt32(bigEndian: address) >> 28 == 0xe
        case .v6(let bytes, _): bytes[0] == 0xff
        }
    }

    /// Whether only this machine can reach it.
    package var isLoopback: Bool {
        switch storage {
        case .v4(let address): UInt32(bigEndian: address) >> 24 == 127
        case .v6(let bytes, _): (0..<15).allSatisfy { bytes[$0] == 0 } && bytes[15] == 1
        }
    }

    /// Whether it means something on one link only.
    package var isLinkLocal: Bool {
        switch storage {
        case .v4(let address): UInt32(bigEndian: address) >> 16 == 0xa9fe
        case .v6(let bytes, _): bytes[0] == 0xfe && bytes[1] & 0xc0 == 0x80
        }
    }

    /// What one client can be told by: the address without its port. Of IPv6 the first 64 bits, since whoever has one address
    /// of such a network has them all; an IPv4 address inside IPv6 is the IPv4 one.
    package var network: SocketAddress {
        var result = self
        result.port = 0
        guard case .v6(var bytes, let scope) = storage else { return result }
        let isMapped = (0..<10).allSatisfy { bytes[$0] == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
        if isMapped {
            let address = (12..<16).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[$1]) }
            result.storage = .v4(address.bigEndian)
        } else {
            for index in 8..<16 { bytes[index] = 0 }
            result.storage = .v6(bytes, scope: scope)
        }
        return result
    }

    package var family: Int32 {
        switch storage {
        case .v4: AF_INET
        case .v6: AF_INET6
        }
    }

    /// Lends the address as system calls want it.
    package func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Result) rethrows -> Result
    {
        switch storage {
        case .v4(let address):
            var v4 = sockaddr_in()
            v4.sin_family = sa_family_t(AF_INET)
            v4.sin_port = port.bigEndian
            v4.sin_addr.s_addr = address
            return try withUnsafePointer(to: &v4) {
                try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    try body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        case .v6(let bytes, let scope):
            var v6 = sockaddr_in6()
            v6.sin6_family = sa_family_t(AF_INET6)
            v6.sin6_port = port.bigEndian
            v6.sin6_addr = unsafeBitCast(bytes, to: in6_addr.self)
            v6.sin6_scope_id = scope
            return try withUnsafePointer(to: &v6) {
                try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    try body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
    }

    /// The local address of a socket; nil when it has none.
    package init?(localOf descriptor: Int32) {
        self.init { getsockname(descriptor, $0, $1) }
    }

    /// The peer's address of a socket; nil when it is not connected.
    package init?(peerOf descriptor: Int32) {
        self.init { getpeername(descriptor, $0, $1) }
    }

    private init?(_ get: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let address = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer -> SocketAddress? in
                get(pointer, &length) == 0 ? SocketAddress(pointer) : nil
            }
        }
        guard let address else { return nil }
        self = address
    }

    /// The numeric host without the port.
    package var host: String {
        withSockaddr { address, length in
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            guard getnameinfo(address, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else {
                return "?"
            }
            return text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "?" }
        }
    }

    /// `127.0.0.1:8080`, `[::1]:8080`.
    package var description: String { family == AF_INET6 ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
