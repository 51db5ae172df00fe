import Gateway
import GatewayHTTP
import Synchronization
import Testing

@Suite("Requests and answers", .blocking, .timeLimit(.minutes(5)), .serialized)
struct KeepAliveTests {
    @Test("a connection takes request after request", arguments: ["/now", "/later"])
    func keepAlive(path: String) throws {
        let server = try TestServer()
        let client = try TestClient(server)
        for number in 0..<500 {
            let answer = try client.post(path, "body \(number)")
            #expect(answer.status == 200)
            #expect(answer.text == "body \(number)")
            #expect(answer.fields["content-type"] == "application/json")
            #expect(answer.fields["x-test"] == "yes")
        }
        try server.stop()
    }

    @Test("inline and later answers, good and bad ones, mix on one connection")
    func mixed() throws {
        let server = try TestServer()
        let client = try TestClient(server)
        for _ in 0..<50 {
            #expect(try client.post("/later", "a").text == "a")
            #expect(try client.post("/missing").status == 404)
            #expect(try client.post("/now", "b").text == "b")
            #expect(try client.post("/empty").status == 204)
            #expect(try client.post("/missing").fields["content-type"] == "application/problem+json")
        }
        try server.stop()
    }

    @Test("an exchange is answered once")
    func answeredOnce() throws {
        let server = try TestServer()
        let client = try TestClient(server)
        #expect(try client.post("/twice").text == "first")
        #expect(try client.post("/now", "next").text == "next")
        try server.stop()
    }

    @Test("three hundred connections at once are all answered, more than one epoll_wait of libmicrohttpd takes")
    func manyConnections() throws {
        let server = try TestServer()
        let clients = try (0..<300).map { _ in try TestClient(server) }
        for round in 0..<5 {
            let path = round % 2 == 0 ? "/later" : "/now"
            for (index, client) in clients.enumerated() { client.send(TestClient.post(path, "\(round) \(index)")) }
            for (index, client) in clients.enumerated() { #expect(try client.receive().text == "\(round) \(index)") }
        }
        // All in flight at once, then released one by one.
        for (index, client) in clients.enumerated() { client.send(TestClient.post("/held", "\(index)")) }
        try server.release(300)
        for (index, client) in clients.enumerated() { #expect(try client.receive().text == "\(index)") }
        try server.stop()
    }

    @Test("pipelined requests are answered in order", arguments: ["/now", "/later"])
    func pipelined(path: String) throws {
        let server = try TestServer()
        let client = try TestClient(server)
        // Far more than a connection's buffer holds.
        let count = 200
        client.send((0..<count).map { TestClient.post($0 % 3 == 0 ? "/now" : path, "number \($0)") }.joined())
        for number in 0..<count { #expect(try client.receive().text == "number \(number)") }
        // In two halves that meet in the middle of a request.
        let all = Array((0..<4).map { TestClient.post(path, "again \($0)") }.joined().utf8)
        client.send(Array(all[..<(all.count / 2 + 7)]))
        #expect(try client.receive().text == "again 0")
        client.send(Array(all[(all.count / 2 + 7)...]))
        for number in 1..<4 { #expect(try client.receive().text == "again \(number)") }
        try server.stop()
    }

    @Test("a request sent while another one is in flight waits for it")
    func pipelinedBehindHeld() throws {
        let server = try TestServer()
        let client = try TestClient(server)
        client.send(TestClient.post("/held", "first"))
        try server.handler.await(.held)
        client.send(TestClient.post("/later", "second"))
        // The loop has seen the second request's bytes when it has gone round after them.
        let other = try TestClient(server)
        #expect(try other.post("/later", "x").text == "x")
        _ = try server.onLoop { [handler = server.handler] _ in handler.releaseOne() }
        #expect(try client.receive().text == "first")
        #expect(try client.receive().text == "second")
        try server.stop()
    }

    @Test("requests and bodies may come byte by byte", arguments: ["/now", "/later"])
    func byteByByte(path: String) throws {
        let server = try TestServer()
        let client = try TestClient(server)
        for _ in 0..<2 {
            for byte in TestClient.post(path, "drop by drop").utf8 { client.send([byte]) }
            #expect(try client.receive().text == "drop by drop")
        }
        try server.stop()
    }

    @Test("chunked bodies are put together, with extensions and trailers")
    func chunked() throws {
        let server = try TestServer()
        let client = try TestClient(server)
        for path in ["/now", "/later", "/later"] {
            client.send("POST \(path) HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.send("5\r\nhello\r\n1;name=value\r\n \r\n5\r\nworld\r\n0\r\nTrailer: x\r\n\r\n")
            #expect(try client.receive().text == "hello world")
        }
        let count = 3000
        let pieces = (0..<count).map { "1\r\n\($0 % 10)\r\n" }.joined()
        client.send("POST /later HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n\(pieces)0\r\n\r\n")
        #expect(try client.receive().body.count == count)
        try server.stop()
    }

    @Test("HEAD gets the length without the body")
    func head() throws {
        let server = try TestServer()
        let client = try TestClient(server)
        client.send("HEAD /big?1000 HTTP/1.1\r\nHost: test\r\n\r\n")
        let answer = try client.receive(headOnly: true)
        #expect(answer.status == 200)
        #expect(answer.fields["content-length"] == "1000")
        #expect(try client.post("/now", "next").text == "next")
        #expect(server.handler.seen.withLock { $0.first?.method } == .head)
        try server.stop()
    }

    @Test("bodies of four megabytes go both ways", arguments: ["/now", "/later"])
    func largeBodies(path: String) throws {
        let server = try TestServer()
        let client = try TestClient(server)
        let body = String(repeating: "0123456789abcdef", count: 1 << 18)
        for _ in 0..<2 {
            let answer = try client.post(path, body)
            #expect(answer.body.count == 4 << 20)
            #expect(answer.text == body)
        }
        try server.stop()
    }

    @Test("100-continue is sent before the body is asked for")
    func expectContinue() throws {
        let server = try TestServer()
        let client = try TestClient(server)
        for path in ["/now", "/later"] {
            client.send("POST \(path) HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            #expect(try client.receive().status == 100)
            client.send("hello")
            #expect(try client.receive().text == "hello")
        }
        try server.stop()
    }

    @Test("an HTTP/1.0 connection ends with the answer, unless kept alive")
    func version10() throws {
        let server = try TestServer()
        for path in ["/now", "/later"] {
            let client = try TestClient(server)
            client.send("POST \(path) HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi")
            #expect(try client.receive().text == "hi")
            client.send("POST \(path) HTTP/1.0\r\nContent-Length: 3\r\n\r\nend")
            #expect(try client.receive().text == "end")
            #expect(try client.isClosedByServer())
        }
        try server.stop()
    }

    @Test("Connection: close is obeyed", arguments: ["close", "Close", "keep-alive, close"])
    func connectionClose(value: String) throws {
        let server = try TestServer()
        for path in ["/now", "/later"] {
            let client = try TestClient(server)
            client.send("POST \(path) HTTP/1.1\r\nHost: test\r\nConnection: \(value)\r\nContent-Length: 2\r\n\r\nhi")
            let answer = try client.receive()
            #expect(answer.text == "hi")
            #expect(answer.fields["connection"]?.lowercased() == "close")
            #expect(try client.isClosedByServer())
        }
        try server.stop()
    }

    @Test("targets arrive as they were sent")
    func targets() throws {
        let server = try TestServer()
        let client = try TestClient(server)
        let targets = ["/a%2Fb/c", "/x?q=a%20b&c=&&=d", "/x?", "/x?a?b", "http://other/abs?z=1", "/+%zz%", "//double"]
        for target in targets { #expect(try client.post(target).status == 404) }
        let seen = server.handler.seen.withLock { $0 }
        #expect(seen.map(\.path) == ["/a%2Fb/c", "/x", "/x", "/x", "/abs", "/+%zz%", "//double"])
        #expect(seen.map(\.query) == [nil, "q=a%20b&c=&&=d", "", "a?b", "z=1", nil, nil])
        try server.stop()
    }

    @Test("fields arrive without blanks around them, lists joined, contexts one by one")
    func fields() throws {
        let server = try TestServer()
        let client = try TestClient(server)
        let fields = "PREFER:  wait=5 \t\r\nprefer: respond-async\r\nIce-Context: a=1\r\nice-context: b=2\r\n"
        client.send(TestClient.post("/later", fields: fields))
        #expect(try client.receive().status == 200)
        let seen = try #require(server.handler.seen.withLock { $0.first })
        #expect(seen.prefer == "wait=5, respond-async")
        #expect(seen.contexts == ["a=1", "b=2"])
        try server.stop()
    }
}
