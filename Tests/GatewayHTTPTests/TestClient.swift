import EventLoop
import Glibc
import Testing

/// A blocking client that says exactly what it is told to.
final class TestClient {
    struct Answer: Hashable {
        var status: Int
        var fields: [String: String]
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    private(set) var socket: Int32
    /// Nil: plain HTTP.
    private(set) var session: TLSClientSession?
    private var buffer: [UInt8] = []

    init(_ server: TestServer, tls: TLSClientSession.Options? = nil) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        try #require(socket >= 0)
        var limit = timeval(tv_sec: Semaphore.patience, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var on: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
        let address = try #require(SocketAddress(numeric: "127.0.0.1", port: server.port))
        guard address.withSockaddr({ connect(socket, $0, $1) }) == 0 else { throw SystemError("connect") }
        session = try tls.map { try TLSClientSession(socket, $0) }
    }

    deinit { close() }

    func close() {
        if socket >= 0 { Glibc.close(socket) }
        socket = -1
    }

    /// Closes with a reset instead of an orderly end.
    func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// Lets the system keep only little for the client to read.
    func limitBuffer() {
        var size: Int32 = 16 << 10
        setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }

    func shutdownWriting() { shutdown(socket, Int32(SHUT_WR)) }

    /// - Returns: false when the server has closed.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        if let session { return session.send(bytes) }
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// A complete request with a body.
    static func post(_ path: String, _ body: String = "", fields: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: test\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    func post(_ path: String, _ body: String = "") throws -> Answer {
        send(Self.post(path, body))
        return try receive()
    }

    /// Reads one answer.
    ///
    /// - Parameter headOnly: the answer to HEAD has a length but no body.
    func receive(headOnly: Bool = false) throws -> Answer {
        var end: Int?
        while end == nil {
            end = Self.firstIndex(of: Array("\r\n\r\n".utf8), in: buffer)
            if end == nil {
                try #require(try fill(), "closed before an answer, after: \(String(decoding: buffer, as: UTF8.self))")
            }
        }
        let headEnd = try #require(end)
        let lines = String(decoding: buffer[..<headEnd], as: UTF8.self).split(
            separator: "\r\n", omittingEmptySubsequences: false)
        buffer.removeFirst(headEnd + 4)
        let status = try #require(Int(lines[0].split(separator: " ")[1]))
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let colon = try #require(line.firstIndex(of: ":"))
            fields[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        let length = headOnly || status < 200 || status == 204 ? 0 : Int(fields["content-length"] ?? "0") ?? 0
        while buffer.count < length { try #require(try fill(), "closed inside a body") }
        let body = Array(buffer[..<length])
        buffer.removeFirst(length)
        return Answer(status: status, fields: fields, body: body)
    }

    /// Waits a tenth of a second for something to read: a client's pace.
    ///
    /// - Returns: whether there is something, or the end.
    func pause() -> Bool {
        var poll = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return Glibc.poll(&poll, 1, 100) > 0
    }

    /// Does nothing for a tenth of a second: the pace of a client that is slow on purpose.
    func rest() { _ = Glibc.poll(nil, 0, 100) }

    /// Reads at most so many bytes and forgets them.
    ///
    /// - Returns: how many came; 0 at the end.
    func skip(_ count: Int) -> Int {
        var chunk = [UInt8](repeating: 0, count: count)
        return max(recv(socket, &chunk, count, 0), 0)
    }

    /// Whether the server closes without sending anything more.
    func isClosedByServer() throws -> Bool { try buffer.isEmpty && !fill() }

    private func fill() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65536)
        var count: Int
        repeat {
            count = session?.receive(&chunk) ?? recv(socket, &chunk, chunk.count, 0)
        } while count < 0 && errno == EINTR
        try #require(count >= 0 || errno == ECONNRESET, "nothing came in time")
        guard count > 0 else { return false }
        buffer += chunk[..<count]
        return true
    }

    private static func firstIndex(of pattern: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= pattern.count else { return nil }
        for start in 0...(bytes.count - pattern.count) where bytes[start] == pattern[0] {
            if bytes[start..<(start + pattern.count)].elementsEqual(pattern) { return start }
        }
        return nil
    }
}
