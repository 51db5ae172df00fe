import EventLoop
import Gateway
import Glibc

/// One blocking GET whose status is all that matters.
enum HealthRequest {
    /// - Parameter tls: nil: plain HTTP.
    /// - Returns: the HTTP status.
    /// - Throws: ``SystemError`` or ``HealthTLS/Failure`` when there is no answer in time.
    static func status(of target: ListenAddress, path: String, milliseconds: Int, tls: HealthTLS?) throws -> Int {
        let addresses: [SocketAddress]
        do {
            addresses = try Resolver.systemLookUp(target.host).get()
        } catch {
            throw SystemError("look up \(target.host)", code: EHOSTUNREACH)
        }
        var failure = SystemError("connect", code: EADDRNOTAVAIL)
        for var address in addresses {
            address.port = target.port
            do {
                let request = Array("GET \(path) HTTP/1.0\r\nHost: \(target)\r\n\r\n".utf8)
                return try ask(address, request, milliseconds, host: target.host, tls)
            } catch let error as SystemError {
                failure = error
            }
        }
        throw failure
    }

    private static func ask(
        _ address: SocketAddress, _ request: [UInt8], _ milliseconds: Int, host: String, _ tls: HealthTLS?
    ) throws -> Int {
        let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError("socket") }
        defer { close(descriptor) }
        // Send and receive time-outs also bound connect.
        var time = timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
        guard address.withSockaddr({ connect(descriptor, $0, $1) }) == 0 else { throw SystemError("connect") }
        // "HTTP/1.1 200"
        let wanted = 12
        let answer =
            try tls?.ask(descriptor, host: host, request, count: wanted) ?? ask(descriptor, request, count: wanted)
        guard let status = Int(String(decoding: answer[9..<12], as: UTF8.self)) else {
            throw SystemError("read the answer", code: EPROTO)
        }
        return status
    }

    /// Sends the request and reads the beginning of the answer.
    private static func ask(_ descriptor: Int32, _ request: [UInt8], count wanted: Int) throws -> [UInt8] {
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw SystemError("send")
        }
        var answer: [UInt8] = []
        while answer.count < wanted {
            var chunk = [UInt8](repeating: 0, count: 512)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { throw SystemError("receive", code: count == 0 ? ECONNRESET : errno) }
            answer += chunk[..<count]
        }
        return answer
    }
}
