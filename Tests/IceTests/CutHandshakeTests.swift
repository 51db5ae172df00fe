@testable import Ice
import IceEncoding
import IceTesting
import Synchronization
import Testing

/// Peers that leave in the middle of a handshake, at each of its bytes.
@Suite("Cut handshakes", .serialized, .timeLimit(.minutes(5)))
struct CutHandshakeTests {
    static let transports: [IPEndpoint.Transport] = [.ssl, .ws, .wss]

    @Test("a client that leaves harms nobody", arguments: transports)
    func client(transport: IPEndpoint.Transport) async throws {
        let authority = try TestAuthority()
        let security = try TLSContextSource(try properties(authority, "client"))
        try await withGreeter(
            endpoint: "\(transport) -h 127.0.0.1 -p 0", serverProperties: try properties(authority, "server"),
            clientProperties: try properties(authority, "client")
        ) { proxy, _ in
            let port = try port(of: proxy)
            let key = ConnectionKey(
                transport: transport, host: "127.0.0.1", port: port, sourceAddress: "", resource: "/", connectionId: "")
            let whole = try await Self.play(key, security, limit: .max)
            #expect(whole.isComplete)
            for limit in stride(from: 0, to: whole.sent, by: Self.step(transport)) {
                let cut = try await Self.play(key, security, limit: limit)
                // A signature may be some bytes shorter than another one.
                #expect(!cut.isComplete || limit > whole.sent - 16)
            }
            let answer = try await Greeter.greet("alice", proxy)
            #expect(answer == "Hello, alice!")
        }
    }

    @Test("a server that leaves fails the call", arguments: transports)
    func server(transport: IPEndpoint.Transport) async throws {
        let authority = try TestAuthority()
        let security = try TLSContextSource(try properties(authority, "server"))
        let limit = Mutex(Int.max)
        let sent = Mutex(0)
        let peer = try RawPeer { connection, _ in
            let machine = try #require(try Transport.server(transport, peer: "client", security: security))
            var player = HandshakePlayer(machine, isSecure: transport.isSecure)
            _ = try player.play(on: connection, limit: limit.withLock { $0 })
            sent.withLock { $0 = player.sent }
            // The client sees the end and not a reset: what it sent is read.
            try connection.finishSending()
            try connection.receiveToEnd()
        }
        let clientProperties = try properties(authority, "client")
        clientProperties["Ice.RetryIntervals"] = "-1"
        let client = try Communicator(patient(clientProperties))
        let proxy = try #require(try client.makeProxy("greeter:\(transport) -h 127.0.0.1 -p \(peer.port)"))
        await #expect(throws: LocalException(.connectionLost, "")) { _ = try await Greeter.greet("alice", proxy) }
        for cut in stride(from: 0, to: sent.withLock { $0 }, by: Self.step(transport)) {
            limit.withLock { $0 = cut }
            await #expect(throws: LocalException(.connectionLost, "")) { _ = try await Greeter.greet("alice", proxy) }
        }
        await client.destroy()
        try await peer.end()
        #expect(peer.failures.isEmpty)
    }

    /// What is both is cut less often than its parts.
    private static func step(_ transport: IPEndpoint.Transport) -> Int { transport == .wss ? 7 : 1 }

    private static func play(
        _ key: ConnectionKey, _ security: TLSContextSource, limit: Int
    ) async throws -> (isComplete: Bool, sent: Int) {
        try await RawConnection.run(port: key.port) { connection in
            let machine = try #require(try Transport.client(key, peer: "server", security: security))
            var player = HandshakePlayer(machine, isSecure: key.transport.isSecure)
            let isComplete = try player.play(on: connection, limit: limit)
            return (isComplete, player.sent)
        }
    }
}
