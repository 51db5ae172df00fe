import EventLoop
import Glibc
import IceTesting

/// One HTTP answer as a test sees it.
struct HTTPAnswer: Sendable {
    var status: Int
    /// Names in lower case.
    var headers: [String: String]
    var body: String
}

/// A small blocking HTTP/1.1 client on threads of its own, so that waiting never occupies the tests' executor.
final class HTTPClient: Sendable {
    struct Failure: Error {
        var message: String
    }

    private let address: SocketAddress

    init(_ address: SocketAddress) { self.address = address }

    /// One request on a connection of its own.
    func send(
        _ method: String, _ path: String, _ body: String? = nil, headers: [String: String] = [:]
    ) async throws -> HTTPAnswer {
        var text = "\(method) \(path) HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { text += "\(name): \(value)\r\n" }
        if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
        text += "\r\n" + (body ?? "")
        return try await raw(Array(text.utf8))
    }

    func post(_ path: String, _ body: String, headers: [String: String] = [:]) async throws -> HTTPAnswer {
        try await send("POST", path, body, headers: headers)
    }

    /// Sends bytes, reads until the peer closes, parses the first answer.
    func raw(_ bytes: [UInt8]) async throws -> HTTPAnswer {
        let answer = try await exchange(bytes)
        return try Self.parse(answer)
    }

    /// Sends bytes and reads until the peer closes.
    func exchange(_ bytes: [UInt8]) async throws -> [UInt8] {
        let address = address
        return try await onThread { try Self.exchange(bytes, address) }
    }

    /// Connects and sends, reads nothing; the closure closes the connection.
    func begin(_ bytes: [UInt8]) async throws -> @Sendable () -> Void {
        let address = address
        let descriptor = try await onThread {
            let descriptor = try Self.connected(address)
            try Self.write(bytes, descriptor)
            return descriptor
        }
        return { _ = Glibc.close(descriptor) }
    }

    private func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try JoinableThread(name: "test-http") { continuation.resume(with: Result(catching: body)) }.detach()
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    private static func connected(_ address: SocketAddress) throws -> Int32 {
        let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError("socket") }
        var time = timeval(tv_sec: RawConnection.patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        guard address.withSockaddr({ connect(descriptor, $0, $1) }) == 0 else {
            let error = SystemError("connect")
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func write(_ bytes: [UInt8], _ descriptor: Int32) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemError("send") }
            sent += count
        }
    }

    private static func exchange(_ bytes: [UInt8], _ address: SocketAddress) throws -> [UInt8] {
        let descriptor = try connected(address)
        defer { close(descriptor) }
        // A server that refuses early may close while we still write; what it answered counts.
        do { try write(bytes, descriptor) } catch {}
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            answer += chunk[..<count]
        }
        return answer
    }

    static func parse(_ bytes: [UInt8]) throws -> HTTPAnswer {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else {
            throw Failure(message: "no answer: \(String(decoding: bytes, as: UTF8.self))")
        }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components("\r\n")
        guard let first = lines.first, first.count >= 12, let status = Int(first.dropFirst(9).prefix(3)) else {
            throw Failure(message: "no status line")
        }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        return HTTPAnswer(
            status: status, headers: headers, body: String(decoding: bytes[end.upperBound...], as: UTF8.self))
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [Substring] {
        var result: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            result.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return result + [rest]
    }
}
