import CLinux
import EventLoop
import Glibc

/// A blocking UDP socket on the loopback interface for scripts: sends and expects datagrams.
public final class RawDatagrams: Sendable {
    private let descriptor: Int32
    /// Its own port.
    public let port: UInt16

    /// - Throws: ``RawConnection/Failure`` when the system has no port.
    public init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0, let address = SocketAddress(numeric: "127.0.0.1", port: 0),
            address.withSockaddr({ bind(descriptor, $0, $1) }) == 0, let bound = SocketAddress(localOf: descriptor)
        else { throw RawConnection.Failure("no port: \(SystemError("bind"))") }
        self.descriptor = descriptor
        port = bound.port
        var limit = timeval(tv_sec: RawConnection.patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Sends one datagram to a port of the loopback address.
    public func send(_ bytes: some Sequence<UInt8>, to port: UInt16) throws {
        guard let address = SocketAddress(numeric: "127.0.0.1", port: port) else { return }
        let count = Array(bytes).withUnsafeBytes { bytes in
            address.withSockaddr { sendto(descriptor, bytes.baseAddress, bytes.count, 0, $0, $1) }
        }
        guard count >= 0 else { throw RawConnection.Failure("\(SystemError("sendto"))") }
    }

    /// Waits for a datagram; blocks the thread.
    ///
    /// - Returns: it, and the port it came from.
    public func receive() throws -> (bytes: [UInt8], port: UInt16) {
        guard let found = try receive(flags: 0) else { throw RawConnection.Failure("no datagram came") }
        return found
    }

    /// A datagram that is there already; nil when there is none.
    public func receiveAtOnce() throws -> (bytes: [UInt8], port: UInt16)? { try receive(flags: Int32(MSG_DONTWAIT)) }

    private func receive(flags: Int32) throws -> (bytes: [UInt8], port: UInt16)? {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        var sender = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let (count, port) = bytes.withUnsafeMutableBytes { bytes in
            withUnsafeMutablePointer(to: &sender) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { sender in
                    (
                        recvfrom(descriptor, bytes.baseAddress, bytes.count, flags, sender, &length),
                        SocketAddress(sender)?.port ?? 0
                    )
                }
            }
        }
        if count < 0, errno == EINTR { return try receive(flags: flags) }
        if count < 0, errno == EAGAIN { return nil }
        guard count >= 0 else { throw RawConnection.Failure("\(SystemError("recvfrom"))") }
        return (Array(bytes.prefix(count)), port)
    }
}
