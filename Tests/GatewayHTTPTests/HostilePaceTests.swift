import Gateway
import GatewayHTTP
import Glibc
import Synchronization
import Testing

@Suite("Clients that take their time, and all of them at once", .blocking, .timeLimit(.minutes(5)), .serialized)
struct HostilePaceTests {
    @Test(
        "a request that comes byte by byte for ever is cut off though its bytes keep coming",
        arguments: [
            "POST /now HTTP/1.1\r\nHost: t\r\nX: ",
            "POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: 100000\r\n\r\n",
            "POST /now HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n",
        ])
    func dribble(start: String) throws {
        let server = try TestServer(limits: HTTPLimits(slowClient: 1))
        let client = try TestClient(server)
        // One that goes on is none the worse for its connection's age.
        for _ in 0..<15 {
            #expect(try client.post("/later", "x").text == "x")
            _ = client.pause()
        }
        client.send(start)
        while !client.pause(), client.send("a") {}
        let answer = try client.receive()
        #expect(answer.status == 408 && answer.fields["content-type"] == "application/problem+json")
        #expect(answer.fields["connection"]?.lowercased() == "close")
        #expect(try client.isClosedByServer())
        #expect(server.handler.failures.withLock { $0 } == [.slowClient])
        #expect(try TestClient(server).post("/later", "next").text == "next")
        try server.stop()
    }

    @Test("a request line that comes byte by byte for ever is cut off without a word")
    func dribbledLine() throws {
        let server = try TestServer(limits: HTTPLimits(slowClient: 1))
        let client = try TestClient(server)
        client.send("POST /")
        while !client.pause(), client.send("a") {}
        #expect(try client.isClosedByServer())
        try server.stop()
    }

    @Test("an answer that is read too slowly is cut off though the reading goes on")
    func slowReader() throws {
        let server = try TestServer(limits: HTTPLimits(slowClient: 1))
        let client = try TestClient(server)
        // More than the system's buffers take.
        client.limitBuffer()
        let size = 8 << 20
        client.send("GET /big?\(size) HTTP/1.1\r\nHost: t\r\n\r\n")
        var read = 0
        while read < size {
            let count = client.skip(16 << 10)
            if count == 0 { break }
            read += count
            client.rest()
        }
        #expect(read < size)
        #expect(try TestClient(server).post("/later", "next").text == "next")
        try server.stop()
    }

    @Test("a held request may take as long as it likes")
    func held() throws {
        let server = try TestServer(limits: HTTPLimits(slowClient: 1))
        let client = try TestClient(server)
        client.send(TestClient.post("/held", "x"))
        for _ in 0..<25 { #expect(!client.pause()) }
        try server.release()
        #expect(try client.receive().text == "x")
        try server.stop()
    }

    @Test("two thousand connections that say nothing, or half of something, keep nobody from an answer")
    func idle() throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let server = try TestServer(limits: HTTPLimits(connections: 3000, slowClient: Semaphore.patience))
        var clients: [TestClient] = []
        for number in 0..<2000 {
            let client = try TestClient(server)
            if number % 2 == 0 { client.send("POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc") }
            clients.append(client)
        }
        let client = try TestClient(server)
        for round in 0..<50 { #expect(try client.post("/later", "\(round)").text == "\(round)") }
        // Those that were half-way can go on.
        for client in clients.prefix(20) where clients.firstIndex(where: { $0 === client }).map({ $0 % 2 }) == 0 {
            client.send("defghij")
            #expect(try client.receive().text == "abcdefghij")
        }
        for (number, client) in clients.enumerated() { if number % 3 == 0 { client.reset() } else { client.close() } }
        #expect(try client.post("/later", "end").text == "end")
        try server.stop()
    }
}
