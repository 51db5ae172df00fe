import Gateway
import GatewayHTTP
import Synchronization
import Testing

@Suite("Hostile forms of requests", .blocking, .timeLimit(.minutes(5)), .serialized)
struct HostileFormTests {
    /// Requests whose rest would be a request of its own to whom reads the first one differently.
    static let smuggled: [(name: String, request: String)] = [
        (
            "Content-Length first, then chunked",
            "POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: 44\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        (
            "a chunked coding with a parameter",
            "POST /now HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n"
        ),
        (
            "chunked in quotes", "POST /now HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"
        ),
        ("xchunked", "POST /now HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        ("chunked and a comma", "POST /now HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked,\r\n\r\n0\r\n\r\n"),
        ("a coding without name", "POST /now HTTP/1.1\r\nHost: t\r\nTransfer-Encoding:\r\n\r\n0\r\n\r\n"),
        ("chunked in HTTP/1.0", "POST /now HTTP/1.0\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("a length with a space inside", "POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: 1 0\r\n\r\n"),
        ("a length of twenty digits", "POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: 18446744073709551616\r\n\r\n"),
        ("a length with a fraction", "POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: 1.0\r\n\r\n"),
        ("a length with an exponent", "POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: 1e1\r\n\r\n"),
        ("an underscore for a length", "POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: 1_0\r\n\r\n"),
    ]

    @Test("nothing behind an ambiguous request is read as one", arguments: smuggled)
    func smuggling(name: String, request: String) throws {
        let server = try TestServer()
        let client = try TestClient(server)
        client.send(request + "GET /now?smuggled HTTP/1.1\r\nHost: t\r\n\r\n")
        #expect([400, 413].contains(try client.receive().status))
        #expect(try client.isClosedByServer())
        #expect(server.handler.seen.withLock { $0.isEmpty })
        try server.stop()
    }

    @Test(
        "chunk sizes that implementations read differently end the connection",
        arguments: [
            "0x3\r\nabc\r\n0\r\n\r\n", "+3\r\nabc\r\n0\r\n\r\n", " 3\r\nabc\r\n0\r\n\r\n", "3 \r\nabc\r\n0\r\n\r\n",
            "3\r\nabcd\r\n0\r\n\r\n", "g\r\n",
            "10000000000000003\r\nabc\r\n",
        ])
    func chunks(body: String) throws {
        let server = try TestServer()
        let client = try TestClient(server)
        client.send("POST /now HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n\(body)")
        client.send("GET /now?smuggled HTTP/1.1\r\nHost: t\r\n\r\n")
        let answer = try client.receive()
        #expect([400, 413].contains(answer.status), "\(body.debugDescription): \(answer.status) \(answer.text)")
        #expect(try client.isClosedByServer())
        #expect(server.handler.seen.withLock { !$0.contains { $0.query == "smuggled" } })
        try server.stop()
    }

    @Test(
        "a bare LF between chunks is read as CRLF and LF by libmicrohttpd 0.9.75: one request all the same",
        arguments: [
            "3\nabc\r\n0\r\n\r\n", "3\r\nabc\n0\r\n\r\n", "3\r\nabc\r\n0\n\n", "3\r\nabc\r\n0\r\nX: y\n\n",
        ])
    func bareLF(body: String) throws {
        let server = try TestServer()
        let client = try TestClient(server)
        client.send("POST /now HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n\(body)")
        #expect(try client.receive().text == "abc")
        #expect(try client.post("/now", "next").text == "next")
        try server.stop()
    }

    @Test("a trailer changes nothing of the request")
    func trailers() throws {
        let server = try TestServer()
        let client = try TestClient(server)
        client.send(
            "POST /now HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"
                + "Prefer: wait=9\r\nContent-Length: 99\r\nHost: other\r\n\r\n")
        #expect(try client.receive().text == "abc")
        #expect(try client.post("/now", "next").text == "next")
        #expect(server.handler.seen.withLock { $0.map(\.prefer) } == [nil, nil])
        try server.stop()
    }

    @Test("pipelined requests, quick, late, held and wrong ones, are answered in their order")
    func pipelining() throws {
        let server = try TestServer()
        let client = try TestClient(server)
        let paths = ["/now", "/held", "/later", "/missing", "/held", "/empty", "/now"]
        client.send(paths.enumerated().map { TestClient.post($1, "\($0)") }.joined())
        try server.release(2)
        let expected = ["0", "1", "2", "nothing here", "4", "", "6"]
        for text in expected { #expect(try client.receive().text == text) }
        // What is behind a bad one is not looked at.
        client.send(
            TestClient.post("/now", "a") + "GET /x y HTTP/1.1\r\nHost: t\r\n\r\n" + TestClient.post("/now", "b"))
        #expect(try client.receive().text == "a")
        #expect(try client.receive().status == 400)
        #expect(try client.isClosedByServer())
        #expect(server.handler.seen.withLock { $0.count } == paths.count + 1)
        try server.stop()
    }

    @Test(
        "paths arrive as they were sent: nothing is decoded or made shorter on the way to the router",
        arguments: [
            "/a/%2e%2e/b", "/a/../b", "//a//b", "/a%2Fb", "/a%00b", "/%c0%af", "/%zz", "/%", "/a;b=c", "/a%5cb", "/.",
        ])
    func encodings(path: String) throws {
        let server = try TestServer()
        let client = try TestClient(server)
        client.send("GET \(path) HTTP/1.1\r\nHost: t\r\n\r\n")
        #expect(try client.receive().status == 404)
        #expect(server.handler.seen.withLock { $0.map(\.path) } == [path])
        try server.stop()
    }

    @Test(
        "methods that nobody serves reach the handler as such, and no tunnel is built",
        arguments: ["TRACE", "PROPFIND", "post", "M-SEARCH", "A_B"])
    func methods(method: String) throws {
        let server = try TestServer()
        let client = try TestClient(server)
        client.send("\(method) /missing HTTP/1.1\r\nHost: t\r\nSecret: x\r\n\r\n")
        let answer = try client.receive()
        #expect(answer.status == 404 && !answer.text.contains("Secret"))
        #expect(server.handler.seen.withLock { $0.map(\.method) } == [.other])
        try server.stop()
    }

    @Test(
        "forms of the target for proxies and for the whole server",
        arguments: [
            ("CONNECT example.com:443", 400), ("GET example.com:443", 400), ("OPTIONS *", 404),
            ("GET http://other.example/missing", 404), ("GET HTTP://u:p@other.example:9/missing", 404),
        ])
    func forms(line: String, status: Int) throws {
        let server = try TestServer()
        let client = try TestClient(server)
        client.send("\(line) HTTP/1.1\r\nHost: t\r\n\r\n")
        #expect(try client.receive().status == status)
        try server.stop()
    }

    @Test(
        "other protocols get no more than an error",
        arguments: [
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET / HTTP/1.1\r\nHost: t\r\nContent-Length: 1 \u{B} 2\r\n\r\n",
            "\u{16}\u{03}\u{01}\u{02}\0\u{01}\0\u{01}\u{FC}\u{03}\u{03}", "IceP\u{1}\0\u{1}\0\u{3}\0\u{e}\0\0\0",
            "SSH-2.0-OpenSSH_9.0\r\n", "\0\0\0\0\0\0\0\0", "GET / HTTP/1.1 \r\nHost: t\r\n\r\n",
            "GET / HTTP/1.9999\r\nHost: t\r\n\r\n",
            "GET / http/1.1\r\nHost: t\r\n\r\n",
        ])
    func protocols(text: String) throws {
        let server = try TestServer()
        let client = try TestClient(server)
        client.send(text)
        client.shutdownWriting()
        while client.skip(4096) > 0 {}
        #expect(server.handler.seen.withLock { $0.isEmpty })
        #expect(try TestClient(server).post("/later", "x").text == "x")
        try server.stop()
    }

    @Test("thousands of fields are 431, and memory stays")
    func manyFields() throws {
        let server = try TestServer()
        let client = try TestClient(server)
        client.send("GET /now HTTP/1.1\r\nHost: t\r\n" + String(repeating: "a:\r\n", count: 20_000) + "\r\n")
        #expect(try client.receive().status == 431)
        #expect(server.handler.seen.withLock { $0.isEmpty })
        try server.stop()
    }

    @Test("a client may leave by a reset or half-close at every byte of a chunked request")
    func everyByte() throws {
        let server = try TestServer()
        let request = Array(
            "POST /later HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".utf8)
        for count in 0..<request.count {
            for isReset in [true, false] {
                let client = try TestClient(server)
                client.send(Array(request[..<count]))
                if isReset {
                    client.reset()
                } else {
                    client.shutdownWriting()
                    while client.skip(4096) > 0 {}
                }
            }
        }
        #expect(server.handler.seen.withLock { $0.isEmpty })
        #expect(try TestClient(server).post("/later", "x").text == "x")
        try server.stop()
    }
}
