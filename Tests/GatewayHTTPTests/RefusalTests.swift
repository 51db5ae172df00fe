import Gateway
import GatewayHTTP
import Synchronization
import Testing

@Suite("Refused requests", .blocking, .timeLimit(.minutes(5)), .serialized)
struct RefusalTests {
    static let ambiguousFields: [(name: String, request: String)] = [
        ("Content-Length beside chunked", "Host: t\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n"),
        ("chunked beside Content-Length", "Host: t\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n"),
        ("two lengths", "Host: t\r\nContent-Length: 3\r\nContent-Length: 4\r\n"),
        ("the same length twice", "Host: t\r\nContent-Length: 3\r\nContent-Length: 3\r\n"),
        ("a list of lengths", "Host: t\r\nContent-Length: 3, 3\r\n"),
        ("a signed length", "Host: t\r\nContent-Length: +3\r\n"),
        ("a negative length", "Host: t\r\nContent-Length: -3\r\n"),
        ("an empty length", "Host: t\r\nContent-Length:\r\n"),
        ("a hexadecimal length", "Host: t\r\nContent-Length: 0x3\r\n"),
        ("another coding", "Host: t\r\nTransfer-Encoding: gzip\r\n"),
        ("chunked inside another coding", "Host: t\r\nTransfer-Encoding: gzip, chunked\r\n"),
        ("chunked twice", "Host: t\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
        ("chunked and identity", "Host: t\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"),
        ("a vertical tab before chunked", "Host: t\r\nTransfer-Encoding: \u{0B}chunked\r\n"),
        ("a blank before the colon", "Host: t\r\nContent-Length : 3\r\n"),
        ("a tab before the colon", "Host: t\r\nTransfer-Encoding\t: chunked\r\n"),
        ("a blank before the first name", " Host: t\r\n"),
        ("a continuation line", "Host: t\r\nX: a\r\n b\r\n"),
        ("a continued length", "Host: t\r\nContent-Length: 1\r\n 0\r\n"),
        ("a bare LF between fields", "Host: t\nX: y\r\n"),
        ("a bare LF at the end", "Host: t\r\nX: y\n"),
        ("a NUL byte in a value", "Host: t\r\nX: a\0b\r\n"),
        ("a NUL byte behind a length", "Host: t\r\nContent-Length: 3\0\r\n"),
        ("a bare CR in a value", "Host: t\r\nX: a\rTransfer-Encoding: chunked\r\n"),
        ("no name", "Host: t\r\n: x\r\n"),
        ("no colon", "Host: t\r\nnothing\r\n"),
        ("no Host", "X: y\r\n"),
        ("two Hosts", "Host: t\r\nHost: u\r\n"),
        ("two content types", "Host: t\r\nContent-Type: a/b\r\nContent-Type: c/d\r\n"),
        ("two origins", "Host: t\r\nOrigin: a\r\nOrigin: b\r\n"),
    ]

    @Test("what two implementations might read differently is 400 and ends the connection", arguments: ambiguousFields)
    func ambiguous(name: String, fields: String) throws {
        let server = try TestServer()
        let client = try TestClient(server)
        #expect(try client.post("/now", "warm").text == "warm")
        client.send("POST /now HTTP/1.1\r\n\(fields)\r\n")
        let answer = try client.receive()
        #expect(answer.status == 400)
        #expect(answer.fields["content-type"] == "application/problem+json")
        #expect(try client.isClosedByServer())
        #expect(server.handler.seen.withLock { $0.count } == 1)
        try server.stop()
    }

    @Test(
        "malformed targets are 400",
        arguments: [
            "/a b", "/a\tb", "/a\u{01}", "/a\u{7F}", "relative", "*x", "/nul\0more", "ftp://x/y", "http://hostonly",
        ])
    func targets(target: String) throws {
        let server = try TestServer()
        let client = try TestClient(server)
        client.send("GET \(target) HTTP/1.1\r\nHost: t\r\n\r\n")
        #expect(try client.receive().status == 400)
        #expect(try client.isClosedByServer())
        #expect(server.handler.seen.withLock { $0.isEmpty })
        #expect(server.handler.failures.withLock { $0 } == [.badRequest])
        try server.stop()
    }

    @Test(
        "bad chunk sizes end the connection",
        arguments: ["x\r\n", "-1\r\n", "\r\n", "5 5\r\n", "ffffffffffffffffff\r\n", "3\r\nabcX"])
    func chunkSizes(chunk: String) throws {
        let server = try TestServer()
        let client = try TestClient(server)
        client.send("POST /now HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)\r\n")
        let answer = try client.receive()
        #expect([400, 413].contains(answer.status))
        #expect(answer.fields["content-type"] == "application/problem+json")
        #expect(try client.isClosedByServer())
        #expect(server.handler.seen.withLock { $0.isEmpty })
        try server.stop()
    }

    @Test("a body over the limit is 413, also when it was sent at once")
    func bodyTooLarge() throws {
        let server = try TestServer(maximumBodySize: 1000)
        let exact = try TestClient(server)
        #expect(try exact.post("/now", String(repeating: "a", count: 1000)).status == 200)
        for count in [1001, 100_000] {
            let client = try TestClient(server)
            let answer = try client.post("/now", String(repeating: "a", count: count))
            #expect(answer.status == 413)
            #expect(answer.fields["connection"]?.lowercased() == "close")
            #expect(try client.isClosedByServer())
        }
        let announced = try TestClient(server)
        announced.send("POST /now HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n")
        #expect(try announced.receive().status == 413)
        let huge = try TestClient(server)
        huge.send("POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: 999999999999\r\n\r\n")
        #expect(try huge.receive().status == 413)
        #expect(server.handler.seen.withLock { $0.count } == 1)
        try server.stop()
    }

    @Test("a chunked body over the limit is 413 at its end; one without end is cut off")
    func chunkedTooLarge() throws {
        let server = try TestServer(maximumBodySize: 1000)
        let client = try TestClient(server)
        let head = "POST /now HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
        client.send(head + "800\r\n" + String(repeating: "a", count: 2048) + "\r\n0\r\n\r\n")
        #expect(try client.receive().status == 413)
        #expect(try client.isClosedByServer())

        let endless = try TestClient(server)
        endless.send(head)
        let chunk = Array(("10000\r\n" + String(repeating: "a", count: 65536) + "\r\n").utf8)
        var accepted = 0
        while accepted < 1000, endless.send(chunk) { accepted += 1 }
        #expect(accepted < 1000)
        #expect(server.handler.seen.withLock { $0.isEmpty })
        try server.stop()
    }

    @Test("long targets are 414, large heads 431, in the handler's words")
    func longHeads() throws {
        let server = try TestServer(limits: HTTPLimits(header: 4096, uri: 1000))
        let cases: [(String, Int)] = [
            ("GET /\(String(repeating: "a", count: 1100)) HTTP/1.1\r\nHost: t\r\n\r\n", 414),
            ("GET /\(String(repeating: "a", count: 50_000)) HTTP/1.1\r\nHost: t\r\n\r\n", 414),
            ("GET / HTTP/1.1\r\nHost: t\r\nX: \(String(repeating: "a", count: 50_000))\r\n\r\n", 431),
        ]
        for (request, status) in cases {
            let client = try TestClient(server)
            client.send(request)
            let answer = try client.receive()
            #expect(answer.status == status)
            #expect(answer.fields["content-type"] == "application/problem+json")
        }
        #expect(server.handler.seen.withLock { $0.isEmpty })
        try server.stop()
    }

    @Test("a query may have as many parameters as fit into the target")
    func manyParameters() throws {
        let server = try TestServer()
        let client = try TestClient(server)
        for query in [Array(repeating: "v=1", count: 1000).joined(separator: "&"), String(repeating: "&", count: 4000)]
        {
            client.send("GET /now?\(query) HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(try client.receive().status == 200)
            let isWhole = server.handler.seen.withLock { $0.last?.query == query }
            #expect(isWhole)
        }
        try server.stop()
    }

    @Test(
        "a request that is being read gets no answer to another client's nonsense, told by libmicrohttpd's epoll first")
    func othersNonsense() throws {
        let server = try TestServer()
        let hostile = try TestClient(server)
        #expect(try hostile.post("/now", "warm").text == "warm")
        let reading = try TestClient(server)
        reading.send("POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\nab")
        let held = try TestClient(server)
        held.send(TestClient.post("/held", "x"))
        try server.handler.await(.held)
        let confined = Confined(hostile)
        _ = try server.onLoop { [handler = server.handler] _ in
            // In the middle of a turn; the answer makes libmicrohttpd run at its end.
            confined.value.send("GET / HTTP/2.0\r\nHost: t\r\n\r\n")
            handler.releaseOne()
        }
        #expect(try held.receive().text == "x")
        #expect(try [400, 505].contains(hostile.receive().status))
        #expect(try hostile.isClosedByServer())
        reading.send("cd")
        #expect(try reading.receive().text == "abcd")
        try server.stop()
    }

    @Test("who was told that nothing was executed is told the truth")
    func lastWords() throws {
        let server = try TestServer()
        let hostile = try TestClient(server)
        #expect(try hostile.post("/now", "warm").text == "warm")
        let reading = try TestClient(server)
        let held = try TestClient(server)
        held.send(TestClient.post("/held", "x"))
        try server.handler.await(.held)
        reading.send("PO")
        let confined = Confined(hostile)
        _ = try server.onLoop { [handler = server.handler] _ in
            confined.value.send("GET / HTTP/2.0\r\nHost: t\r\n\r\n")
            handler.releaseOne()
        }
        #expect(try held.receive().text == "x")
        reading.send("ST /later HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\nabcd")
        let answer = try reading.receive()
        // Which connection sent the nonsense nobody knows for sure.
        #expect([200, 400].contains(answer.status))
        try server.stop()
        #expect(server.handler.seen.withLock { $0.contains { $0.path == "/later" } } == (answer.status == 200))
    }

    @Test("other expectations are 417")
    func expectations() throws {
        let server = try TestServer()
        let client = try TestClient(server)
        client.send("POST /now HTTP/1.1\r\nHost: t\r\nExpect: tea\r\nContent-Length: 2\r\n\r\nhi")
        #expect(try client.receive().status == 417)
        #expect(try client.isClosedByServer())
        try server.stop()
    }

    @Test(
        "what is not HTTP is refused",
        arguments: [
            "\r\n\r\nnonsense\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/2.0\r\nHost: t\r\n\r\n",
            "\u{16}\u{03}\u{01}\r\n\r\n",
        ])
    func nonsense(text: String) throws {
        let server = try TestServer()
        let client = try TestClient(server)
        client.send(text)
        client.shutdownWriting()
        while try !client.isClosedByServer() { _ = try? client.receive() }
        #expect(server.handler.seen.withLock { $0.isEmpty })
        // The server is as good as before.
        #expect(try TestClient(server).post("/later", "x").text == "x")
        try server.stop()
    }
}
