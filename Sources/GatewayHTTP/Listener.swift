package import EventLoop
import Glibc

extension HTTPServer {
    /// Opens a listening socket. Several with `reusePort` share one port, and the kernel spreads the connections.
    ///
    /// - Parameter address: with port 0 the kernel chooses; ``SocketAddress/init(localOf:)`` tells which.
    /// - Returns: a non-blocking descriptor, the caller's until a server has it.
    /// - Throws: ``SystemError`` when the address can't be bound.
    package static func listen(address: SocketAddress, reusePort: Bool) throws -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let listener = socket(address.family, type, 0)
        guard listener >= 0 else { throw SystemError("socket") }
        do {
            try set(SO_REUSEADDR, of: listener)
            if reusePort { try set(SO_REUSEPORT, of: listener) }
            guard address.withSockaddr({ bind(listener, $0, $1) }) == 0 else { throw SystemError("bind") }
            guard Glibc.listen(listener, backlog) == 0 else { throw SystemError("listen") }
        } catch {
            close(listener)
            throw error
        }
        return listener
    }

    /// Connections that wait to be accepted; the kernel cuts it to `net.core.somaxconn`.
    private static var backlog: Int32 { 4096 }

    private static func set(_ option: Int32, of descriptor: Int32) throws {
        var on: Int32 = 1
        guard setsockopt(descriptor, SOL_SOCKET, option, &on, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
            throw SystemError("setsockopt")
        }
    }
}
