import EventLoop
import Gateway
import GatewayHTTP
import Glibc
import Synchronization
import Testing

@Suite("Clients that leave, servers that stop", .blocking, .timeLimit(.minutes(5)), .serialized)
struct DisconnectTests {
    @Test(
        "a client that leaves before the answer cancels its request once, and the answer is dropped",
        arguments: [false, true])
    func clientGone(byReset: Bool) throws {
        let server = try TestServer()
        let clients = try (0..<20).map { _ in try TestClient(server) }
        for client in clients {
            client.send(TestClient.post("/held", "x"))
            try server.handler.await(.held)
        }
        for client in clients {
            if byReset { client.reset() } else { client.close() }
            try server.handler.await(.gone)
        }
        // Answers after that reach nobody; nor do they the connections that follow.
        let next = try TestClient(server)
        #expect(try next.post("/later", "next").text == "next")
        _ = try server.onLoop { [handler = server.handler] _ in for _ in 0..<20 { handler.releaseOne() } }
        #expect(try next.post("/later", "again").text == "again")
        #expect(server.handler.goneCount.load(ordering: .relaxed) == 20)
        try server.stop()
        #expect(server.handler.goneCount.load(ordering: .relaxed) == 20)
    }

    @Test("a half-closed client counts as gone")
    func halfClosed() throws {
        let server = try TestServer()
        let client = try TestClient(server)
        client.send(TestClient.post("/held", "x"))
        client.shutdownWriting()
        try server.handler.await(.gone)
        #expect(try client.isClosedByServer())
        try server.stop()
    }

    @Test("a client may leave at every byte of a request")
    func everyByte() throws {
        let server = try TestServer()
        let request = Array(TestClient.post("/later", "twelve bytes").utf8)
        for count in 0...request.count {
            let client = try TestClient(server)
            #expect(try client.post("/later", "a").text == "a")
            client.send(Array(request[..<count]))
            if count % 2 == 0 { client.reset() } else { client.close() }
        }
        #expect(try TestClient(server).post("/later", "x").text == "x")
        try server.stop()
    }

    @Test("a client may leave while a large answer is on its way")
    func duringAnswer() throws {
        let server = try TestServer()
        for _ in 0..<5 {
            let client = try TestClient(server)
            client.send("GET /big?8000000 HTTP/1.1\r\nHost: t\r\n\r\n")
            client.reset()
        }
        #expect(try TestClient(server).post("/later", "x").text == "x")
        try server.stop()
    }

    @Test("a stop tells waiting requests that their clients are gone and closes all connections")
    func stop() throws {
        let server = try TestServer()
        let waiting = try (0..<10).map { _ in try TestClient(server) }
        for client in waiting { client.send(TestClient.post("/held")) }
        for _ in waiting { try server.handler.await(.held) }
        let idle = try TestClient(server)
        #expect(try idle.post("/later", "x").text == "x")
        let half = try TestClient(server)
        half.send("POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc")
        #expect(try TestClient(server).post("/later", "y").text == "y")
        _ = try server.onLoop { $0.stop() }
        #expect(server.handler.goneCount.load(ordering: .relaxed) == 10)
        for client in waiting + [idle, half] { #expect(try client.isClosedByServer()) }
        // Answers that come now find nobody.
        _ = try server.onLoop { [handler = server.handler] _ in for _ in 0..<10 { handler.releaseOne() } }
        server.thread.stopAndJoin()
    }

    @Test("a draining server answers what is in flight, takes nothing new and says close")
    func drain() throws {
        let server = try TestServer()
        let busy = try TestClient(server)
        let idle = try TestClient(server)
        #expect(try idle.post("/later", "x").text == "x")
        busy.send(TestClient.post("/held", "work"))
        try server.handler.await(.held)
        let done = Box<Bool>()
        _ = try server.onLoop { $0.drain(deadline: UInt64(Semaphore.patience) * 1_000_000_000) { done.put($0) } }
        #expect(throws: (any Error).self) { try TestClient(server) }
        let answer = try idle.post("/later", "last")
        #expect(answer.text == "last")
        #expect(answer.fields["connection"] == "close")
        #expect(try idle.isClosedByServer())
        _ = try server.onLoop { [handler = server.handler] _ in handler.releaseOne() }
        #expect(try busy.receive().text == "work")
        #expect(done.take() == true)
        #expect(try busy.isClosedByServer())
        try server.stop()
    }

    @Test("a drain ends at its deadline")
    func drainDeadline() throws {
        let server = try TestServer()
        let client = try TestClient(server)
        client.send(TestClient.post("/held"))
        try server.handler.await(.held)
        let done = Box<Bool>()
        _ = try server.onLoop { $0.drain(deadline: 1_000_000) { done.put($0) } }
        #expect(done.take() == false)
        try server.stop()
        #expect(server.handler.goneCount.load(ordering: .relaxed) == 1)
    }

    @Test("a stop ends a drain")
    func stopWhileDraining() throws {
        let server = try TestServer()
        let client = try TestClient(server)
        client.send(TestClient.post("/held"))
        try server.handler.await(.held)
        let done = Box<Bool>()
        _ = try server.onLoop { $0.drain(deadline: UInt64(Semaphore.patience) * 1_000_000_000) { done.put($0) } }
        try server.stop()
        #expect(done.take() == false)
        #expect(try client.isClosedByServer())
    }

    @Test("connections over the limit wait until others end")
    func connectionLimit() throws {
        let server = try TestServer(limits: HTTPLimits(connections: 4))
        var clients = try (0..<4).map { _ in try TestClient(server) }
        for client in clients { #expect(try client.post("/later", "x").text == "x") }
        let waiting = try (0..<3).map { _ in try TestClient(server) }
        for client in waiting { client.send(TestClient.post("/later", "late")) }
        #expect(try clients[0].post("/later", "still").text == "still")
        clients = []
        for client in waiting { #expect(try client.receive().text == "late") }
        try server.stop()
    }

    /// A client of a server with little patience that got an answer, and sent this behind its request. One that is too late on a
    /// busy machine is replaced.
    private static func client(of server: TestServer, sending start: String) throws -> TestClient {
        for _ in 0..<100 {
            let client = try TestClient(server)
            client.send(TestClient.post("/later", "x") + start)
            guard try !client.isClosedByServer() else { continue }
            #expect(try client.receive().text == "x")
            return client
        }
        throw SystemError("patience", code: ETIMEDOUT)
    }

    @Test("an idle connection is closed after a while, without a word", arguments: ["", "POST /now"])
    func idleClient(start: String) throws {
        let server = try TestServer(limits: HTTPLimits(slowClient: 1))
        let client = try Self.client(of: server, sending: start)
        #expect(try client.isClosedByServer())
        try server.stop()
    }

    @Test(
        "a request that stops half-way is 408",
        arguments: ["POST /now HTTP/1.1\r\n", "POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\nab"])
    func slowClient(start: String) throws {
        let server = try TestServer(limits: HTTPLimits(slowClient: 1))
        let client = try Self.client(of: server, sending: start)
        #expect(try client.receive().status == 408)
        #expect(try client.isClosedByServer())
        #expect(server.handler.failures.withLock { $0 } == [.slowClient])
        try server.stop()
    }
}
