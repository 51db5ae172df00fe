@testable import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("WebSocket")
struct WebSocketTests {
    private struct File: Decodable {
        struct Vector: Decodable {
            var id: String
            var hex: String?
            var payload: String?
        }

        var vectors: [Vector]
    }

    private static let key = "dGhlIHNhbXBsZSBub25jZQ=="
    private static let message = [UInt8](RawConnection.validation)

    private static func vector(_ id: String) throws -> (bytes: [UInt8], payload: [UInt8]) {
        let file = try Vectors.load("transport", as: File.self)
        let vector = try #require(file.vectors.first { $0.id == id })
        return (Vectors.bytes(vector.hex ?? ""), Vectors.bytes(vector.payload ?? ""))
    }

    // MARK: Golden data of real peers

    @Test("a client's request is the one of Ice")
    func request() throws {
        let request = try WebSocketRequest(host: "127.0.0.1:10000", resource: "", key: Self.key)
        var out = OutputBuffer()
        request.append(to: &out)
        #expect(Array(out.bytes) == (try Self.vector("ws-client-request").bytes))
    }

    @Test("a server's response is the one of Ice")
    func response() throws {
        let request = try Self.vector("ws-client-request").bytes
        let (answers, _) = try Self.server([request])
        #expect(answers == (try Self.vector("ws-server-response").bytes))
        let without = Self.replacing(request, "Sec-WebSocket-Protocol: ice.zeroc.com\r\n", "")
        let (plain, _) = try Self.server([without])
        #expect(plain == (try Self.vector("ws-server-response-no-subprotocol").bytes))
    }

    @Test("a server's frames are those of Ice")
    func serverFrames() throws {
        let session = WebSocketSession(nil, peer: "p")
        var out = OutputBuffer()
        let reply = Array(try Self.vector("ws-server-reply-frame").bytes.dropFirst(2))
        for message in [Self.message, reply] {
            let count = message.withUnsafeBytes { session.encode($0, limit: 1000, into: &out) }
            #expect(count == message.count)
        }
        #expect(
            Array(out.bytes)
                == (try Self.vector("ws-server-validate-frame").bytes + Self.vector("ws-server-reply-frame").bytes))
    }

    @Test("a real client's frame is read, a ping answered and a close said", arguments: [1, 2, 3, 7, 1000])
    func clientFrames(piece: Int) throws {
        let upgrade = try Self.vector("ws-client-request").bytes
        let frame = try Self.vector("ws-client-request-frame")
        let ping: [UInt8] = [0x89, 0x82, 1, 2, 3, 4, 0x68 ^ 1, 0x69 ^ 2]
        let all = upgrade + ping + frame.bytes
        let pieces = stride(from: 0, to: all.count, by: piece).map { Array(all[$0..<min($0 + piece, all.count)]) }
        let (answers, input) = try Self.server(pieces)
        #expect(answers == (try Self.vector("ws-server-response").bytes + Self.vector("ws-pong").bytes))
        #expect(input == frame.payload)
        let session = try Self.open()
        var out = OutputBuffer()
        session.finish(LocalException(.closeConnection, ""), into: &out)
        session.finish(LocalException(.closeConnection, ""), into: &out)
        #expect(Array(out.bytes) == (try Self.vector("ws-close-after-ice-close").bytes))
    }

    // MARK: Frames

    @Test("a client's frames come back whole, however they are cut", arguments: [1, 5, 13, 14, 15, 33, 16_384])
    func masks(limit: Int) throws {
        let client = WebSocketSession(try WebSocketRequest(host: "h:1", resource: "/"), peer: "p")
        let sizes = [0, 1, 7, 111, 112, 113, 5000, 70_000]
        let messages = sizes.flatMap { size -> [UInt8] in
            var buffer = OutputBuffer()
            let start = buffer.beginMessage(.request)
            buffer.append([UInt8](repeating: UInt8(size % 251), count: size))
            buffer.endMessage(start)
            return Array(buffer.bytes)
        }
        var out = OutputBuffer()
        var frames: [[UInt8]] = []
        messages.withUnsafeBytes { messages in
            var done = 0
            while done < messages.count {
                let rest = UnsafeRawBufferPointer(rebasing: messages[done...])
                done += client.encode(rest, limit: limit, into: &out)
                frames.append(Array(out.bytes))
                out.truncate(to: 0)
            }
        }
        let (_, input) = try Self.server([try Self.vector("ws-client-request").bytes] + frames)
        #expect(input == messages)
    }

    @Test("no frame has bytes of two messages")
    func boundaries() throws {
        let session = WebSocketSession(nil, peer: "p")
        let messages = Self.message + Self.message + Self.message
        var out = OutputBuffer()
        let first = messages.withUnsafeBytes { session.encode($0, limit: 20, into: &out) }
        #expect(first == 20)
        let second = messages[20...].withUnsafeBytes { session.encode($0, limit: 1000, into: &out) }
        #expect(second == 22)
        let expected = [14, 6, 8, 14]
        var sizes: [Int] = []
        var place = 0
        while place < out.count {
            let size = Int(out.bytes[place + 1])
            sizes.append(size)
            place += size + 2
        }
        #expect(sizes == expected)
    }

    @Test("a message in several frames with a ping between them")
    func fragments() throws {
        let frames =
            Self.frame(0x02, Array(Self.message[..<3])) + Self.frame(0x89, [1]) + Self.frame(0x00, [Self.message[3]])
            + Self.frame(0x8A, []) + Self.frame(0x80, Array(Self.message[4...]))
        let (answers, input) = try Self.server([try Self.vector("ws-client-request").bytes, frames])
        #expect(input == Self.message)
        #expect(answers.suffix(3) == [0x8A, 1, 1])
    }

    @Test(
        "frames that break the rules end the connection",
        arguments: [
            ("not masked", [0x82, 1, 0] as [UInt8]), ("reserved bits", [0xC2, 0x81, 0, 0, 0, 0, 0]),
            ("text", [0x81, 0x81, 0, 0, 0, 0, 0]), ("unknown kind", [0x83, 0x81, 0, 0, 0, 0, 0]),
            ("empty", [0x82, 0x80, 0, 0, 0, 0]), ("continuation first", [0x80, 0x81, 0, 0, 0, 0, 0]),
            ("a second first", [0x02, 0x81, 0, 0, 0, 0, 0, 0x82, 0x81, 0, 0, 0, 0, 0]),
            ("long ping", [0x89, 0xFE, 0, 126, 0, 0, 0, 0]), ("fragmented ping", [0x09, 0x80, 0, 0, 0, 0]),
            ("beyond any size", [0x82, 0xFF, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0]),
        ])
    func violations(name: String, bytes: [UInt8]) throws {
        let upgrade = try Self.vector("ws-client-request").bytes
        #expect(throws: LocalException(.protocolError, "")) { _ = try Self.server([upgrade, bytes]) }
    }

    @Test("a frame may announce what it likes: nothing is allocated for it")
    func announced() throws {
        let huge: [UInt8] = [0x82, 0xFF, 0x7F, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 1, 2, 3]
        let (_, input) = try Self.server([try Self.vector("ws-client-request").bytes, huge])
        #expect(input == [1, 2, 3])
    }

    @Test("any bytes after the upgrade are read or refused")
    func garbage() throws {
        var generator = Linear(state: 7)
        let upgrade = try Self.vector("ws-client-request").bytes
        var refused = 0
        for _ in 0..<3000 {
            let bytes = (0..<Int(generator.next() % 40)).map { _ in UInt8(truncatingIfNeeded: generator.next() >> 33) }
            do throws(LocalException) {
                let (_, input) = try Self.server([upgrade, bytes])
                #expect(input.count <= bytes.count)
            } catch {
                #expect(error.code == .protocolError)
                refused += 1
            }
        }
        #expect(refused > 2000)
    }

    // MARK: Upgrades

    @Test(
        "requests that are no upgrade are refused",
        arguments: [
            ("GET / HTTP/1.1", "POST / HTTP/1.1"), ("GET / HTTP/1.1", "GET / HTTP/1.0"),
            ("GET / HTTP/1.1", "GET HTTP/1.1"),
            ("Upgrade: websocket", "Upgrade: h2c"), ("Upgrade: websocket\r\n", ""),
            ("Connection: Upgrade", "Connection: close"),
            ("Version: 13", "Version: 8"), ("Sec-WebSocket-Key: dGhl", "Sec-WebSocket-Key: d"),
            ("Sec-WebSocket-Key: dGhl", "Sec-WebSocket-Key: !!!!"), ("ice.zeroc.com", "chat"),
            ("ice.zeroc.com", "ice.zeroc.com, chat"), ("Host: ", " Host: "), ("Host: ", "Host "), ("GET", "get"),
            ("GET", "\u{1}"),
        ])
    func badRequests(old: String, new: String) throws {
        let request = Self.replacing(try Self.vector("ws-client-request").bytes, old, new)
        #expect(throws: LocalException(.protocolError, "")) { _ = try Self.server([request]) }
    }

    @Test(
        "requests that say the same otherwise are taken",
        arguments: [
            ("Upgrade: websocket", "uPGRADE:WebSocket  "), ("Connection: Upgrade", "Connection: keep-alive, upgrade"),
            ("Connection: Upgrade", "Connection: keep-alive\r\nConnection: Upgrade"), ("GET /", "GET /any/where?x=1"),
            ("Host:", "Origin: http://localhost\r\nHost:"),
        ])
    func goodRequests(old: String, new: String) throws {
        let request = Self.replacing(try Self.vector("ws-client-request").bytes, old, new)
        #expect(try Self.server([request]).answers == Self.vector("ws-server-response").bytes)
    }

    @Test("a header without end is not read for ever")
    func endless() throws {
        let bytes = Array("GET / HTTP/1.1\r\nX: ".utf8) + [UInt8](repeating: 0x61, count: 9000)
        #expect(throws: LocalException(.protocolError, "")) { _ = try Self.server([bytes]) }
    }

    @Test(
        "responses that are not Ice's are refused",
        arguments: [
            ("101 Switching Protocols", "200 OK"), ("HTTP/1.1", "HTTP/1.0"), ("Upgrade: websocket\r\n", ""),
            ("Connection: Upgrade", "Connection: close"),
            ("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "s3pPLMBiTxaQ9kYGzzhZRbK+xOO="),
            ("ice.zeroc.com", "chat"), ("HTTP", "IceP"),
        ])
    func badResponses(old: String, new: String) throws {
        let response = try Self.vector("ws-server-response").bytes
        #expect(try Self.client(response).isOpen)
        #expect(throws: LocalException(.protocolError, "")) { _ = try Self.client(Self.replacing(response, old, new)) }
    }

    @Test(
        "a resource can't bring lines of its own into the request",
        arguments: ["/ HTTP/1.1\r\nX: y", "/a b", "/ü", "/\u{0}"])
    func resource(_ text: String) {
        #expect(throws: LocalException(.connectFailed, "")) { _ = try WebSocketRequest(host: "h:1", resource: text) }
    }

    @Test(
        "what is no upgrade gets no answer from an adapter", .timeLimit(.minutes(5)),
        arguments: [
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "IceP", "\u{16}\u{3}\u{1}",
        ])
    func adapter(text: String) async throws {
        try await withGreeter(endpoint: "ws -h 127.0.0.1 -p 0") { proxy, _ in
            let received = try await RawConnection.run(port: port(of: proxy)) { connection in
                try connection.send(Array(text.utf8))
                return try connection.receiveToEnd()
            }
            #expect(received.isEmpty)
            let answer = try await Greeter.greet("alice", proxy)
            #expect(answer == "Hello, alice!")
        }
    }

    @Test("who sends pings without end and takes no pongs is let go", .timeLimit(.minutes(5)))
    func flood() async throws {
        let upgrade = try Self.vector("ws-client-request").bytes
        let pings = Array(repeating: Self.frame(0x89, [UInt8](repeating: 1, count: 125)), count: 1000).flatMap(\.self)
        try await withGreeter(endpoint: "ws -h 127.0.0.1 -p 0") { proxy, _ in
            await #expect(throws: RawConnection.Failure.self) {
                try await RawConnection.run(port: port(of: proxy)) { connection in
                    try connection.send(upgrade)
                    for _ in 0..<1000 { try connection.send(pings) }
                }
            }
            let answer = try await Greeter.greet("alice", proxy)
            #expect(answer == "Hello, alice!")
        }
    }

    // MARK: Helpers

    private struct Linear: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state
        }
    }

    private static func replacing(_ bytes: [UInt8], _ old: String, _ new: String) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        return Array(
            text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false).joined(separator: new).utf8)
    }

    /// A masked frame with its first byte.
    private static func frame(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let mask: [UInt8] = [9, 8, 7, 6]
        return [first, 0x80 | UInt8(payload.count)] + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
    }

    private static func open() throws -> WebSocketSession {
        let session = WebSocketSession(nil, peer: "p")
        var input = ReadBuffer()
        var answers = OutputBuffer()
        try vector("ws-client-request").bytes.withUnsafeBytes { session.incoming.append($0) }
        try session.receive(into: &input, answers: &answers)
        return session
    }

    /// What a server answers and what it gives to the messages' reader.
    private static func server(_ pieces: [[UInt8]]) throws(LocalException) -> (answers: [UInt8], input: [UInt8]) {
        let session = WebSocketSession(nil, peer: "p")
        var input = ReadBuffer()
        var answers = OutputBuffer()
        for piece in pieces {
            piece.withUnsafeBytes { session.incoming.append($0) }
            try session.receive(into: &input, answers: &answers)
        }
        return (Array(answers.bytes), Array(input.bytes))
    }

    private static func client(_ response: [UInt8]) throws(LocalException) -> WebSocketSession {
        let session = WebSocketSession(try WebSocketRequest(host: "h:1", resource: "/", key: key), peer: "p")
        var input = ReadBuffer()
        var answers = OutputBuffer()
        response.withUnsafeBytes { session.incoming.append($0) }
        try session.receive(into: &input, answers: &answers)
        return session
    }
}
