import Foundation
import Glibc
import IceTesting

/// The simplest HTTP client that can be trusted to show what really came: one request a connection, blocking sockets.
struct HTTPClient: Sendable {
    var port: UInt16

    /// Posts JSON text, unless the header fields say that it is something else.
    ///
    /// - Throws: ``HarnessError`` when there is no complete answer in time.
    func post(_ path: String, _ body: String, _ headers: [String: String] = [:]) async throws -> HTTPAnswer {
        try await send("POST", path, body, headers)
    }

    /// As ``post(_:_:_:)`` with another method.
    func send(_ method: String, _ path: String, _ body: String, _ headers: [String: String] = [:]) async throws
        -> HTTPAnswer
    {
        var head = "\(method) /\(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
        head += "Content-Length: \(body.utf8.count)\r\n"
        if headers["Content-Type"] == nil { head += "Content-Type: application/json\r\n" }
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        return try await send(head + "\r\n" + body)
    }

    /// Gets one of the gateway's own pages.
    func get(_ path: String) async throws -> HTTPAnswer {
        try await send("GET /\(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n")
    }

    private func send(_ request: String) async throws -> HTTPAnswer {
        let port = port
        return try await offThePool { try HTTPAnswer(parsing: exchange(Array(request.utf8), port)) }
    }
}

/// An answer, its body still text: comparing text shows what a parser would forgive.
struct HTTPAnswer: Sendable {
    var status: Int
    /// Names in lower case.
    var headers: [String: String] = [:]
    var body: String

    init(parsing bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { throw HarnessError("no HTTP answer: '\(text)'") }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        guard let status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") else {
            throw HarnessError("no status in '\(lines[0])'")
        }
        self.status = status
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] =
                line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        body = String(text[end.upperBound...])
        // A 204 has neither.
        guard (headers["content-length"].flatMap(Int.init) ?? (status == 204 ? 0 : nil)) == body.utf8.count else {
            throw HarnessError(
                "\(body.utf8.count) bytes of body came, Content-Length: \(headers["content-length"] ?? "–")")
        }
    }

    /// The body as a problem document.
    func problem() throws -> ProblemDocument {
        guard headers["content-type"] == "application/problem+json",
            let members = try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
        else { throw HarnessError("no problem document: \(status) \(body)") }
        return ProblemDocument(
            status: members["status"] as? Int, code: members["code"] as? String,
            dispatched: members["dispatched"] as? String, retryable: members["retryable"] as? Bool)
    }
}

/// The members of a problem document that clients decide by.
struct ProblemDocument: Equatable {
    var status: Int?
    var code: String?
    var dispatched: String?
    var retryable: Bool?
}

private func exchange(_ request: [UInt8], _ port: UInt16) throws -> [UInt8] {
    func failure(_ what: String) -> HarnessError { HarnessError("\(what): \(String(cString: strerror(errno)))") }
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw failure("socket") }
    defer { close(descriptor) }
    var limit = timeval(tv_sec: RawConnection.patience, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
    let connected = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    guard connected == 0 else { throw failure("connect") }
    var sent = 0
    while sent < request.count {
        let count = request[sent...].withUnsafeBytes {
            send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { throw failure("send") }
        sent += count
    }
    var answer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw failure("receive") }
        if count == 0 { return answer }
        answer += chunk[..<count]
    }
}
