import EventLoop
import Gateway
import GatewayHTTP
import Synchronization
import Testing

/// What libmicrohttpd refuses by itself is told without the connection; the right one gets our answer all the same.
@Suite("One refused request among many connections", .blocking, .timeLimit(.minutes(5)), .serialized)
struct RefusedAmongOthersTests {
    static let refused: [(name: String, request: String, status: Int)] = [
        ("a negative length", "POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: -5\r\n\r\n", 400),
        ("a bad chunk size", "POST /now HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 400),
        ("a line without a colon", "POST /now HTTP/1.1\r\nHost: t\r\nnothing\r\n\r\n", 400),
        ("no Host", "POST /now HTTP/1.1\r\n\r\n", 400),
        ("a long field", "GET /now HTTP/1.1\r\nHost: t\r\nX: \(String(repeating: "a", count: 50_000))\r\n\r\n", 431),
        ("a long target", "GET /\(String(repeating: "a", count: 50_000)) HTTP/1.1\r\nHost: t\r\n\r\n", 414),
        ("another version", "GET /now HTTP/2.0\r\nHost: t\r\n\r\n", 400),
        ("no request line", "NONSENSE\r\n\r\n", 400),
        ("no version", "GET /now\r\n\r\n", 400),
    ]

    /// What other clients have sent: nothing, a part of a line, of the fields, of a body, of a chunked body.
    static let halves = [
        "", "POST /no", "POST /now HTTP/1.1\r\nHost: t\r\nContent-Le",
        "POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nh",
        "POST /now HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nh",
    ]
    static let rests = [
        "POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nhi",
        "w HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nhi",
        "ngth: 2\r\n\r\nhi", "i", "i\r\n0\r\n\r\n",
    ]

    /// Refused for their request line, of which nobody knows whose it was: they get libmicrohttpd's page rather than somebody else
    /// an answer that isn't theirs.
    static let lines = ["a long target", "another version", "no version"]

    @Test(
        "it gets one answer, a problem document, and nothing else; the others go on", arguments: refused, [false, true])
    func amongHalfRead(refused: (name: String, request: String, status: Int), isUsed: Bool) throws {
        let server = try TestServer()
        var others: [TestClient] = []
        for number in 0..<50 {
            let other = try TestClient(server)
            other.send(Self.halves[number % Self.halves.count])
            others.append(other)
        }
        // They are read now, so that not two request lines come in the same turn.
        let last = try TestClient(server)
        last.send(TestClient.post("/later", "x", fields: "Connection: close\r\n"))
        #expect(try last.receive().text == "x")
        #expect(try last.isClosedByServer())
        let client = try TestClient(server)
        if isUsed { #expect(try client.post("/later", "x").text == "x") }
        client.send(refused.request)
        let answer = try client.receive()
        if Self.lines.contains(refused.name), answer.fields["content-type"] == nil {
            #expect(answer.status == refused.status || answer.status == 505)
            #expect(answer.text.hasPrefix("<html>"))
        } else {
            #expect(answer.status == refused.status)
            #expect(answer.fields["content-type"] == "application/problem+json")
            #expect(answer.text == "{}")
            #expect(try client.isClosedByServer())
            #expect(server.handler.failures.withLock { $0.count } == 1)
        }
        for (number, other) in others.enumerated() {
            other.send(Self.rests[number % Self.rests.count])
            #expect(try other.receive().text == "hi")
            // And is used again.
            #expect(try other.post("/later", "again").text == "again")
        }
        try server.stop()
    }

    @Test("many refused at once get one each, among others that are answered")
    func manyAtOnce() throws {
        // Two request lines that libmicrohttpd refuses in the same turn get its page.
        let refused = Self.refused.filter { !Self.lines.contains($0.name) }
        let server = try TestServer()
        var clients: [TestClient] = []
        for _ in 0..<90 { clients.append(try TestClient(server)) }
        // All have come when the loop looks.
        let isBlocked = Semaphore()
        let goOn = Semaphore()
        server.thread.loop.execute {
            isBlocked.post()
            _ = goOn.wait()
        }
        #expect(isBlocked.wait())
        for (number, client) in clients.enumerated() {
            client.send(
                number % 3 == 0 ? TestClient.post("/later", "\(number)") : refused[number % refused.count].request)
        }
        goOn.post()
        for (number, client) in clients.enumerated() {
            let answer = try client.receive()
            if number % 3 == 0 {
                #expect(answer.text == "\(number)")
                #expect(try client.post("/later", "again").text == "again")
            } else {
                #expect(
                    answer.status == refused[number % refused.count].status, "\(refused[number % refused.count].name)")
                #expect(answer.fields["content-type"] == "application/problem+json")
                #expect(try client.isClosedByServer())
            }
        }
        try server.stop()
    }

    @Test("nothing is said behind the last answer of a connection")
    func behindTheLast() throws {
        let server = try TestServer()
        for fields in ["Connection: close\r\n", "Expect: tea\r\n"] {
            let client = try TestClient(server)
            client.send(TestClient.post("/now", "x", fields: fields) + "NONSENSE\r\n\r\n")
            _ = try client.receive()
            #expect(try client.isClosedByServer())
        }
        let gone = try TestClient(server)
        gone.send("NONSENSE")
        gone.close()
        #expect(try TestClient(server).post("/later", "x").text == "x")
        #expect(server.handler.failures.withLock { $0 } == [.expectationFailed])
        try server.stop()
    }

    @Test("what is no request line is answered also behind another request")
    func pipelined() throws {
        let server = try TestServer()
        let client = try TestClient(server)
        client.send(TestClient.post("/later", "x") + "NONSENSE\r\n\r\n")
        #expect(try client.receive().text == "x")
        let answer = try client.receive()
        #expect(answer.status == 400 && answer.fields["content-type"] == "application/problem+json")
        #expect(try client.isClosedByServer())
        try server.stop()
    }
}
