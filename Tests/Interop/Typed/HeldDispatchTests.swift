import Glibc
import Ice
import InteropTypes
import Testing

/// Real clients whose calls are pending in generated servants when something ends.
@Suite("Pending dispatches of real Ice clients", .timeLimit(.minutes(5)))
struct HeldDispatchTests {
    private static let count = 20

    /// Runs `body` with a client whose calls are all pending, and the connection that they came over.
    private func withPending(
        _ peer: Peer, _ transport: String, end: String = "wait",
        _ body: (TypedServer, ChildProcess, Connection) async throws -> Void
    ) async throws {
        let authority = try TypedServer.authority(for: transport)
        let properties = authority.map { TransportTests.properties($0, "client") } ?? [:]
        try await TypedServer.with(transport, authority) { server in
            let arguments = ["echo:\(server.endpoint)", "\(Self.count)", end]
            try await peer.withOwnClient("pending", arguments, properties: properties) { client in
                _ = try await client.line(containing: "CALLED")
                let waiting = await server.echo.waiting.wait(for: Self.count)
                try await body(server, client, try #require(waiting.first ?? nil))
            }
        }
    }

    /// All answers come, and nothing else.
    private func expectAnswers(_ client: ChildProcess) async throws {
        #expect(await client.remainingLines() == ["ANSWERED \(Self.count)"])
        #expect(try await client.waitForExit() == 0, "\(client.standardError)")
    }

    /// Calls the client, which has no such object, until the connection takes no more calls.
    private static func untilClosing(_ connection: Connection) async throws {
        let nobody = try connection.createProxy(Identity(name: "nobody"))
        var code = LocalException.Code.objectNotExist
        while code == .objectNotExist {
            do {
                try await nobody.ice_ping()
            } catch let error as LocalException { code = error.code }
        }
        #expect(code == .connectionClosed)
    }

    private func closing(_ connection: Connection) -> Notes<Bool> {
        let closed = Notes<Bool>()
        connection.setCloseCallback { _ in closed.add(true) }
        return closed
    }

    @Test(
        "the adapter is deactivated: they are answered first", arguments: Peer.allCases, TypedServantTests.transports)
    func deactivated(peer: Peer, transport: String) async throws {
        try await withPending(peer, transport) { server, client, _ in
            server.adapter.deactivate()
            #expect(server.adapter.isDeactivated())
            server.echo.ticks.release()
            try await expectAnswers(client)
            await server.adapter.waitForDeactivate()
        }
    }

    @Test(
        "the server closes the connection: they are answered first", arguments: Peer.allCases,
        TypedServantTests.transports)
    func closedByServer(peer: Peer, transport: String) async throws {
        try await withPending(peer, transport) { server, client, connection in
            async let closed: Void = connection.close()
            try await Self.untilClosing(connection)
            server.echo.ticks.release()
            try await closed
            try await expectAnswers(client)
            #expect(server.echo.waiting.all.count == Self.count, "none is repeated")
        }
    }

    @Test(
        "the client closes the connection: it is answered first", arguments: Peer.allCases,
        TypedServantTests.transports)
    func closedByClient(peer: Peer, transport: String) async throws {
        try await withPending(peer, transport, end: "close") { server, client, connection in
            let closed = closing(connection)
            server.echo.ticks.release()
            try await expectAnswers(client)
            #expect(await closed.wait(for: 1) == [true])
        }
    }

    @Test(
        "the client is killed: late replies are dropped, and the server goes on", arguments: Peer.allCases,
        TypedServantTests.transports)
    func killed(peer: Peer, transport: String) async throws {
        try await withPending(peer, transport) { server, client, connection in
            let closed = closing(connection)
            client.send(SIGKILL)
            #expect(await closed.wait(for: 1) == [true])
            server.echo.ticks.release()
            #expect(try await client.waitForExit() == -SIGKILL)
            let value = try await TypedServer.withEcho(server.endpoint, server.authority) { try await $0.fetch("k") }
            #expect(value == "value of k")
        }
    }
}
