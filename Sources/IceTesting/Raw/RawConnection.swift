import CLinux
import EventLoop
import Glibc
import Synchronization

/// A blocking TCP connection for scripts: sends and expects bytes.
public final class RawConnection: Sendable {
    /// What went otherwise than the script wanted.
    public struct Failure: Error, CustomStringConvertible {
        /// What happened.
        public let description: String

        init(_ description: String) { self.description = description }
    }

    /// Seconds after which a wait fails: longer than any that succeeds takes on a busy machine.
    public static let patience = 200

    /// The message a server begins with, also the heartbeat.
    public static let validation: [UInt8] = [0x49, 0x63, 0x65, 0x50, 1, 0, 1, 0, 3, 0, 14, 0, 0, 0]
    /// The message that announces a graceful close.
    public static let closeConnection: [UInt8] = [0x49, 0x63, 0x65, 0x50, 1, 0, 1, 0, 4, 0, 14, 0, 0, 0]

    /// So many bytes are recorded in each direction.
    public static let recordedMaximum = 1 << 20

    private let descriptor: Mutex<Int32?>
    private let record = Mutex((sent: [UInt8](), received: [UInt8]()))

    init(_ descriptor: Int32) {
        self.descriptor = Mutex(descriptor)
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        var limit = timeval(tv_sec: Self.patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close() }

    /// Connects to a port of the loopback address and runs a script on a thread of its own.
    ///
    /// - Returns: what the script returns.
    /// - Throws: what the script throws; ``Failure`` when nobody listens.
    public static func run<Value: Sendable>(
        port: UInt16, _ script: @escaping @Sendable (RawConnection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try JoinableThread(name: "raw-client") {
                    continuation.resume(
                        with: Result {
                            let connection = try RawConnection.connect(port: port)
                            defer { connection.close() }
                            return try script(connection)
                        })
                }.detach()
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    /// Connects to a port of the loopback address.
    package static func connect(port: UInt16) throws -> RawConnection {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure("\(SystemError("socket"))") }
        let connection = RawConnection(descriptor)
        guard let address = SocketAddress(numeric: "127.0.0.1", port: port),
            address.withSockaddr({ Glibc.connect(descriptor, $0, $1) }) == 0
        else { throw Failure("\(SystemError("connect"))") }
        return connection
    }

    private func open() throws -> Int32 {
        guard let descriptor = descriptor.withLock({ $0 }) else { throw Failure("the connection is closed") }
        return descriptor
    }
}

extension RawConnection {
    // MARK: Record

    /// The first bytes that were sent.
    public var sentBytes: [UInt8] { record.withLock { $0.sent } }

    /// The first bytes that were received.
    public var receivedBytes: [UInt8] { record.withLock { $0.received } }
}

extension RawConnection {
    // MARK: Bytes

    /// Sends all bytes.
    public func send(_ bytes: some Sequence<UInt8>) throws {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let count = try bytes[sent...].withUnsafeBytes {
                Glibc.send(try open(), $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure("\(SystemError("send")) after \(sent) bytes") }
            record.withLock { $0.sent += bytes[sent..<sent + count].prefix(Self.recordedMaximum - $0.sent.count) }
            sent += count
        }
    }

    /// Waits for so many bytes.
    public func receive(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var received = 0
        while received < count {
            let result = try bytes.withUnsafeMutableBytes {
                recv(try open(), $0.baseAddress.map { $0 + received }, count - received, 0)
            }
            // The process was stopped for a while.
            if result < 0, errno == EINTR { continue }
            guard result > 0 else {
                throw Failure(
                    result == 0
                        ? "end of stream after \(received) of \(count) bytes"
                        : "\(SystemError("recv")) after \(received) of \(count) bytes")
            }
            record.withLock {
                $0.received += bytes[received..<received + result].prefix(Self.recordedMaximum - $0.received.count)
            }
            received += result
        }
        return bytes
    }

    /// Waits for a whole Ice message.
    ///
    /// - Returns: it, header included.
    public func receiveMessage() throws -> [UInt8] {
        let header = try receive(14)
        let size = (0..<4).reduce(0) { $0 | Int(header[10 + $1]) << (8 * $1) }
        guard size >= 14 else { throw Failure("a message of \(size) bytes") }
        return header + (try receive(size - 14))
    }

    /// As ``receiveMessage()``; nil at the end of the stream where a message could begin.
    public func receiveMessageOrEnd() throws -> [UInt8]? {
        var byte: UInt8 = 0
        let result = recv(try open(), &byte, 1, Int32(MSG_PEEK))
        if result == 0 || (result < 0 && errno == ECONNRESET) { return nil }
        return try receiveMessage()
    }

    /// Waits for the peer's first message when this is the client.
    public func receiveValidation() throws {
        let message = try receiveMessage()
        guard message == Self.validation else { throw Failure("not ValidateConnection: \(message)") }
    }

    /// Waits for the peer's graceful close; the peer then waits for this side to end the connection.
    public func receiveCloseConnection() throws {
        let message = try receiveMessage()
        guard message == Self.closeConnection else { throw Failure("not CloseConnection: \(message)") }
    }

    /// Waits for the end of the stream, whether the peer closed or reset it.
    ///
    /// - Returns: the bytes before the end.
    @discardableResult
    public func receiveToEnd() throws -> [UInt8] {
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = try chunk.withUnsafeMutableBytes { recv(try open(), $0.baseAddress, $0.count, 0) }
            if count > 0 {
                all += chunk.prefix(count)
                record.withLock { $0.received += chunk.prefix(min(count, Self.recordedMaximum - $0.received.count)) }
            } else if count < 0, errno == EINTR {
                continue
            } else if count == 0 || errno == ECONNRESET {
                return all
            } else {
                throw Failure("\(SystemError("recv")) instead of the end")
            }
        }
    }
}

extension RawConnection {
    // MARK: Ends

    /// Says that nothing more will be sent; receiving goes on.
    public func finishSending() throws { shutdown(try open(), Int32(SHUT_WR)) }

    /// Ends the connection with FIN, or with RST when received bytes were not read.
    public func close() {
        let old = descriptor.withLock { descriptor in
            defer { descriptor = nil }
            return descriptor
        }
        if let old { Glibc.close(old) }
    }

    /// Ends the connection with RST.
    public func reset() throws {
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        setsockopt(try open(), SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        close()
    }

    /// Wakes a script that waits.
    func interrupt() {
        descriptor.withLock { if let descriptor = $0 { _ = shutdown(descriptor, Int32(SHUT_RDWR)) } }
    }
}
