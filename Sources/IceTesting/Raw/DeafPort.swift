import CLinux
import EventLoop
import Glibc

/// A port of the loopback interface that refuses connections as long as this object lives: it is taken, so that nobody else
/// gets it, but nobody listens.
public final class DeafPort: Sendable {
    /// The port.
    public let port: UInt16
    private let descriptor: Int32

    /// - Throws: ``RawConnection/Failure`` when the system has no port.
    public init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0, let address = SocketAddress(numeric: "127.0.0.1", port: 0),
            address.withSockaddr({ bind(descriptor, $0, $1) }) == 0, let bound = SocketAddress(localOf: descriptor)
        else { throw RawConnection.Failure("no port: \(SystemError("bind"))") }
        self.descriptor = descriptor
        port = bound.port
    }

    deinit { close(descriptor) }
}
