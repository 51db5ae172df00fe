import COpenSSL
import IceEncoding

/// What a client asks for.
struct WebSocketRequest {
    private let host: String
    private let resource: String
    private let key: String

    static let subprotocol = "ice.zeroc.com"

    /// - Parameter host: with the port, as `localhost:4061`.
    /// - Throws: ``LocalException`` `.connectFailed` for what can't stand in a request.
    init(host: String, resource: String) throws(LocalException) {
        let bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        try self.init(host: host, resource: resource, key: WebSocketKey.base64(bytes))
    }

    /// With a key that is known; for tests.
    init(host: String, resource: String, key: String) throws(LocalException) {
        let resource = resource.isEmpty ? "/" : resource
        // A blank or a line's end would make another request of it.
        guard (host + resource).utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw LocalException(.connectFailed, "no WebSocket at a host or resource with blanks or controls")
        }
        self.host = host
        self.resource = resource
        self.key = key
    }

    func append(to out: inout OutputBuffer) {
        out.append(
            utf8: """
                GET \(resource) HTTP/1.1\r
                Host: \(host)\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Protocol: \(Self.subprotocol)\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: \(key)\r
                \r

                """)
    }

    func check(_ head: WebSocketHead) throws(WebSocketFrame.Violation) {
        let words = head.firstLine.split(separator: " ", maxSplits: 2)
        guard words.first == "HTTP/1.1" else { throw WebSocketFrame.Violation(message: "no HTTP response") }
        guard words.count > 1, words[1] == "101" else {
            throw WebSocketFrame.Violation(message: "the HTTP response '\(head.firstLine)'")
        }
        guard head.isUpgrade else { throw WebSocketFrame.Violation(message: "a response that is no upgrade") }
        guard head["sec-websocket-accept"] == WebSocketKey.accept(key) else {
            throw WebSocketFrame.Violation(message: "a response to another key")
        }
        try head.checkSubprotocol()
    }
}

/// An HTTP request or response without a body.
struct WebSocketHead {
    var firstLine: String
    private var fields: [String: String] = [:]

    /// In bytes.
    static let maximumSize = 8192

    /// - Parameter start: what it has to begin with.
    /// - Returns: also its size; nil while the bytes do not suffice.
    static func read(
        _ bytes: UnsafeRawBufferPointer, start: StaticString
    ) throws(WebSocketFrame.Violation) -> (head: WebSocketHead, size: Int)? {
        // What is something else is not waited for.
        guard zip(bytes, UnsafeBufferPointer(start: start.utf8Start, count: start.utf8CodeUnitCount)).allSatisfy(==)
        else { throw WebSocketFrame.Violation(message: "what is not HTTP") }
        let looked = bytes.prefix(maximumSize)
        var size: Int?
        for index in looked.indices.dropFirst(3) where bytes[index] == 10 {
            guard bytes[index - 1] == 13, bytes[index - 2] == 10, bytes[index - 3] == 13 else { continue }
            size = index + 1
            break
        }
        if let size {
            return (try WebSocketHead(String(decoding: bytes[..<(size - 4)], as: UTF8.self)), size)
        }
        guard bytes.count < maximumSize else { throw WebSocketFrame.Violation(message: "too long an HTTP header") }
        return nil
    }

    private init(_ text: String) throws(WebSocketFrame.Violation) {
        // A CR with its LF is one character.
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        firstLine = String(lines.first ?? "")
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), case let name = line[..<colon], !name.isEmpty,
                !name.utf8.contains(where: { $0 <= 0x20 })
            else { throw WebSocketFrame.Violation(message: "a bad HTTP header") }
            let value = Self.trimmed(line[line.index(after: colon)...])
            let earlier = fields[name.lowercased()].map { "\($0), " }
            fields[name.lowercased()] = (earlier ?? "") + value
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }

    /// The value of a field, of several with that name all; the name in lower case.
    subscript(_ name: String) -> String? { fields[name] }

    private func list(_ name: String) -> [String] {
        (self[name] ?? "").split(separator: ",").map(Self.trimmed)
    }

    var isUpgrade: Bool {
        self["upgrade"]?.lowercased() == "websocket"
            && list("connection").contains { $0.lowercased() == "upgrade" }
    }

    func checkSubprotocol() throws(WebSocketFrame.Violation) {
        for value in list("sec-websocket-protocol") where value != WebSocketRequest.subprotocol {
            throw WebSocketFrame.Violation(message: "the subprotocol '\(value)'")
        }
    }

    /// Checks a request and writes the response.
    func accept(into out: inout OutputBuffer) throws(WebSocketFrame.Violation) {
        let words = firstLine.split(separator: " ")
        guard words.count == 3, words[0] == "GET", words[2] == "HTTP/1.1", isUpgrade,
            self["sec-websocket-version"] == "13", let key = self["sec-websocket-key"], WebSocketKey.isValid(key)
        else { throw WebSocketFrame.Violation(message: "an HTTP request that is no upgrade") }
        try checkSubprotocol()
        let subprotocol =
            self["sec-websocket-protocol"] == nil ? "" : "Sec-WebSocket-Protocol: \(WebSocketRequest.subprotocol)\r\n"
        out.append(
            utf8: """
                HTTP/1.1 101 Switching Protocols\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                \(subprotocol)Sec-WebSocket-Accept: \(WebSocketKey.accept(key))\r
                \r

                """)
    }
}

/// The key of an upgrade and what answers it.
enum WebSocketKey {
    static func base64(_ bytes: [UInt8]) -> String {
        var text = [UInt8](repeating: 0, count: bytes.count / 3 * 4 + 5)
        let count = EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
        return String(decoding: text.prefix(Int(count)), as: UTF8.self)
    }

    /// Whether it is the Base64 of 16 bytes.
    static func isValid(_ key: String) -> Bool {
        let text = Array(key.utf8)
        guard text.count == 24, key.hasSuffix("==") else { return false }
        var bytes = [UInt8](repeating: 0, count: 18)
        return EVP_DecodeBlock(&bytes, text, 24) == 18
    }

    /// RFC 6455, section 4.2.2.
    static func accept(_ key: String) -> String {
        let text = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
        var digest = [UInt8](repeating: 0, count: 20)
        var count: UInt32 = 0
        guard EVP_Digest(text, text.count, &digest, &count, EVP_sha1(), nil) == 1 else { return "" }
        return base64(digest)
    }
}
