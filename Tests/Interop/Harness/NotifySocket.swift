import Glibc

/// What a service manager listens at, sd_notify(3).
final class NotifySocket: Sendable {
    /// What `NOTIFY_SOCKET` is to be.
    let name: String
    private let descriptor: Int32
    private let address: sockaddr_un
    private let length: socklen_t

    /// - Parameter name: a path, or `@` and a name in the abstract namespace.
    init(_ name: String) throws {
        self.name = name
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(name.replacing("@", with: "\0").utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        self.address = address
        // Ends the wait of a test that would hang.
        var patience = timeval(tv_sec: 240, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let code = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard code == 0 else { throw HarnessError("bind \(name): \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    /// Sends to itself until there is no place for more.
    func fill() throws {
        let sender = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        defer { close(sender) }
        let code = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                while sendto(sender, "x", 1, 0, address, length) == 1 {}
                return errno
            }
        }
        guard code == EAGAIN else { throw HarnessError("sendto \(name): \(String(cString: strerror(code)))") }
    }

    /// The lines of the next message.
    func next() async throws -> [String] {
        let descriptor = descriptor
        return try await offThePool { [self] in
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &bytes, bytes.count, 0)
            guard count >= 0 else { throw HarnessError("recv \(name): \(String(cString: strerror(errno)))") }
            return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }
}
