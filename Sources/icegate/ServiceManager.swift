import Glibc

/// Tells the service manager how the process is, as sd_notify(3) does: a datagram to the socket that `NOTIFY_SOCKET` names.
/// Without one nothing happens, and whether anybody listens is not our business.
enum ServiceManager {
    /// Requests are answered from now on.
    static func ready() { send("READY=1") }

    /// Configuration and Slice are being loaded anew; ``ready()`` tells the end of it, whether it went well or not.
    static func reloading() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        send("RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1_000)")
    }

    /// What is in flight is being finished.
    static func stopping() { send("STOPPING=1") }

    private static func send(_ state: String) {
        guard let path = GatewayOptions.environment["NOTIFY_SOCKET"], var address = address(path) else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // It may be busy for a while, and then must not miss this; for ever means that nobody reads.
        var patience = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let bytes = Array(state.utf8)
        let length = MemoryLayout<sa_family_t>.size + path.utf8.count
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(
                    descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, socklen_t(length))
            }
        }
    }

    /// - Parameter path: a path, or `@` and a name in the abstract namespace.
    private static func address(_ path: String) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        let isAbstract = name.first == UInt8(ascii: "@")
        // Only a path has a NUL behind it.
        guard isAbstract || name.first == UInt8(ascii: "/"),
            name.count + (isAbstract ? 0 : 1) <= MemoryLayout.size(ofValue: address.sun_path)
        else { return nil }
        if isAbstract { name[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        return address
    }
}
