import CLinux
import EventLoop
import Glibc
import IceEncoding
import Logging

/// Makes sockets for datagrams; whoever gets one closes it.
enum DatagramSocket {
    /// A socket that sends to one address.
    static func connected(
        to address: SocketAddress, _ key: ConnectionKey, _ settings: Settings
    ) throws(SystemError) -> Int32 {
        try make(address.family, settings) { descriptor throws(SystemError) in
            if address.isMulticast { try prepareMulticast(descriptor, address, key) }
            if let source = SocketAddress(numeric: key.sourceAddress, port: 0) { try bind(descriptor, source) }
            guard address.withSockaddr({ Glibc.connect(descriptor, $0, $1) }) == 0 else { throw SystemError("connect") }
        }
    }

    /// A socket that receives what is sent to an address; a multicast's also when others on this machine do.
    ///
    /// - Parameter interface: the one a multicast is received from, as ``NetworkInterface/index(_:)`` takes it.
    static func bound(
        to address: SocketAddress, interface: String, _ settings: Settings
    ) throws(SystemError) -> Int32 {
        try make(address.family, settings) { descriptor throws(SystemError) in
            settings.protocols.prepare(descriptor, for: address)
            guard address.isMulticast else { return try bind(descriptor, address) }
            try set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1 as Int32, "SO_REUSEADDR")
            try bind(descriptor, address)
            try join(descriptor, address, interface)
        }
    }

    private static func make(
        _ family: Int32, _ settings: Settings, _ prepare: (Int32) throws(SystemError) -> Void
    ) throws(SystemError) -> Int32 {
        let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw SystemError("socket") }
        do throws(SystemError) {
            try setBuffer(descriptor, SO_SNDBUF, "send", settings.datagrams.sendBufferSize, settings.tracing)
            try setBuffer(descriptor, SO_RCVBUF, "receive", settings.datagrams.receiveBufferSize, settings.tracing)
            try prepare(descriptor)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func setBuffer(
        _ descriptor: Int32, _ option: Int32, _ name: String, _ size: Int?, _ tracing: Tracing
    ) throws(SystemError) {
        guard let size else { return }
        try set(descriptor, SOL_SOCKET, option, Int32(clamping: size), "\(name) buffer")
        var actual: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, option, &actual, &length) == 0, actual < size else { return }
        tracing.warn("udp \(name) buffer of \(actual) bytes instead of \(size)", [:])
    }

    private static func bind(_ descriptor: Int32, _ address: SocketAddress) throws(SystemError) {
        guard address.withSockaddr({ Glibc.bind(descriptor, $0, $1) }) == 0 else { throw SystemError("bind") }
    }

    private static func set<Value>(
        _ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Value, _ name: String
    ) throws(SystemError) {
        let result = withUnsafePointer(to: value) {
            setsockopt(descriptor, level, option, $0, socklen_t(MemoryLayout<Value>.size))
        }
        guard result == 0 else { throw SystemError("setsockopt \(name)") }
    }
}

extension DatagramSocket {
    // MARK: Multicast

    private static func level(_ address: SocketAddress) -> Int32 {
        address.family == AF_INET6 ? Int32(IPPROTO_IPV6) : Int32(IPPROTO_IP)
    }

    /// Makes a multicast leave by the interface and go as far as the endpoint says.
    private static func prepareMulticast(
        _ descriptor: Int32, _ address: SocketAddress, _ key: ConnectionKey
    ) throws(SystemError) {
        let isV6 = address.family == AF_INET6
        if !NetworkInterface.isAny(key.multicastInterface) {
            let index = Int32(clamping: try NetworkInterface.index(key.multicastInterface))
            if isV6 {
                try set(descriptor, level(address), Int32(IPV6_MULTICAST_IF), index, "IPV6_MULTICAST_IF")
            } else {
                var request = ip_mreqn()
                request.imr_ifindex = index
                try set(descriptor, level(address), Int32(IP_MULTICAST_IF), request, "IP_MULTICAST_IF")
            }
        }
        if let ttl = key.multicastTTL {
            let option = isV6 ? Int32(IPV6_MULTICAST_HOPS) : Int32(IP_MULTICAST_TTL)
            try set(descriptor, level(address), option, Int32(ttl), "multicast ttl")
        }
    }

    /// Joins a group on one interface, or on all that can.
    private static func join(_ descriptor: Int32, _ group: SocketAddress, _ interface: String) throws(SystemError) {
        guard NetworkInterface.isAny(interface) else {
            return try join(descriptor, group, try NetworkInterface.index(interface))
        }
        var hasJoined = false
        var failure = SystemError("no network interface", code: ENODEV)
        for index in NetworkInterface.all(group.family) {
            do throws(SystemError) {
                try join(descriptor, group, index)
                hasJoined = true
            } catch {
                failure = error
            }
        }
        if !hasJoined { throw failure }
    }

    private static func join(_ descriptor: Int32, _ group: SocketAddress, _ index: UInt32) throws(SystemError) {
        var request = group_req()
        request.gr_interface = index
        group.withSockaddr { address, length in
            withUnsafeMutableBytes(of: &request.gr_group) {
                $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(length)))
            }
        }
        try set(descriptor, level(group), Int32(MCAST_JOIN_GROUP), request, "MCAST_JOIN_GROUP")
    }
}
