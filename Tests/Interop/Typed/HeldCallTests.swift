import Glibc
import Ice
import InteropTypes
import Testing

/// Calls of generated proxies that are pending in real servers when something ends.
@Suite("Pending calls of generated proxies", .timeLimit(.minutes(5)))
struct HeldCallTests {
    private static let count = 20

    /// Runs `body` with an Echo whose calls of `awaitTicks` are all pending.
    private func withPending(
        _ peer: Peer, _ transport: String,
        _ body: (PeerServer, EchoPrx, [InvocationFuture<Int32>]) async throws -> Void
    ) async throws {
        let authority = try TypedServer.authority(for: transport)
        // Servants that block their thread need one each.
        var properties = ["Ice.ThreadPool.Server.Size": "32", "Ice.ThreadPool.Server.SizeMax": "32"]
        if let authority { properties.merge(TransportTests.properties(authority, "server")) { $1 } }
        try await peer.withServer(endpoint: "\(transport) -h 127.0.0.1 -p 0", properties: properties) { server in
            try await TypedServer.withEcho(server.endpoint, authority) { echo in
                let futures = try (0..<Self.count).map { _ in try echo.awaitTicksAsync(1) }
                // Requests of a connection arrive in their order.
                #expect(try await echo.fetch("k") == "value of k")
                try await body(server, echo, futures)
            }
        }
    }

    @Test("we close the connection: they are answered first", arguments: Peer.allCases, TypedServantTests.transports)
    func closed(peer: Peer, transport: String) async throws {
        try await withPending(peer, transport) { _, echo, futures in
            let connection = try #require(try await echo.ice_getConnection())
            async let closed: Void = connection.close()
            // Over another connection, or that one would wait for itself.
            try await echo.ice_connectionId("other").tick()
            for future in futures { #expect(try await future.value == 1) }
            try await closed
            #expect(try await echo.fetch("k") == "value of k")
            let other = try await echo.ice_getConnection()
            #expect(other !== connection)
        }
    }

    @Test("the server is killed: each fails once", arguments: Peer.allCases, TypedServantTests.transports)
    func killed(peer: Peer, transport: String) async throws {
        try await withPending(peer, transport) { server, echo, futures in
            let ends = Notes<Bool>()
            for future in futures { future.onCompletion { _ in ends.add(true) } }
            server.process.send(SIGKILL)
            for future in futures {
                await #expect(throws: LocalException(.connectionLost, "")) { try await future.value }
            }
            try await server.process.waitForExit()
            await #expect(throws: LocalException(.connectionRefused, "")) { try await echo.tick() }
            #expect(await ends.wait(for: Self.count).count == Self.count)
        }
    }

    @Test(
        "an invocation times out, and its connection serves the next; a late answer is dropped",
        arguments: Peer.allCases, TypedServantTests.transports)
    func timeout(peer: Peer, transport: String) async throws {
        try await withPending(peer, transport) { _, echo, futures in
            let connection = try #require(try await echo.ice_getConnection())
            await #expect(throws: LocalException(.invocationTimeout, "")) {
                try await echo.ice_invocationTimeout(1).awaitTicks(1)
            }
            #expect(futures.allSatisfy { !$0.isDone })
            try await echo.tick()
            for future in futures { #expect(try await future.value == 1) }
            #expect(try await echo.fetch("k") == "value of k")
            let same = try await echo.ice_getConnection()
            #expect(same === connection)
        }
    }
}
