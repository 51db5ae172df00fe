import Foundation
import Gateway
import Ice
import IceEncoding
import IceTesting
import Synchronization
import Testing

/// Whatever happens to the server, a status says the truth about what it executed.
@Suite("Truth", .serialized, .timeLimit(.minutes(5))) struct TruthTests {
    /// Calls `greet` of a service from many clients until there were enough requests.
    private func hammer(
        _ gateway: TestGateway, _ service: String, _ ledger: Ledger, clients: Int = 12, seed: UInt64,
        timeouts: ClosedRange<Int>? = nil
    ) async throws {
        try await withThrowingTaskGroup { group in
            for client in 0..<clients {
                group.addTask {
                    var random = SplitMix64(seed: seed &* 1000 &+ UInt64(client))
                    while let name = ledger.next() {
                        var headers: [String: String] = [:]
                        if let timeouts {
                            headers["Ice-Timeout-Ms"] = "\(Int.random(in: timeouts, using: &random))"
                        }
                        let answer = try await gateway.client.post(
                            "/\(service)/greet", #"{"name":"\#(name)"}"#, headers: headers)
                        try ledger.answered(name, answer)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("of a server that ends its connections in every way", arguments: [1, 2, 3, 4] as [UInt64])
    func faults(_ seed: UInt64) async throws {
        let count = 400
        let ledger = Ledger(count)
        let faulty = FaultyServer(ledger, seed: seed)
        let peer = try RawPeer { connection, _ in try faulty.run(connection) }
        try await TestGateway.with(proxies: ["faulty": peer.proxy()]) { configuration in
            configuration.ice["Ice.Connection.Client.ConnectTimeout"] = "0.2"
        } _: { gateway in
            try await hammer(gateway, "faulty", ledger, seed: seed, timeouts: 20...400)
        }
        try await onThread { peer.stop() }
        ledger.check(answerCount: count, "seed \(seed)")
        // Otherwise nothing was proved.
        #expect(ledger.count(200) > 0 && ledger.codes.count > 2, "\(ledger.codes)")
    }

    @Test("of a server that is destroyed and comes back again and again", arguments: [1, 2] as [UInt64])
    func restarts(_ seed: UInt64) async throws {
        let count = 400
        let ledger = Ledger(count)
        let servers = Servers(ledger)
        let port = try await servers.start()
        try await TestGateway.with(proxies: ["mortal": "mortal:tcp -h \(Servers.host) -p \(port)"]) { gateway in
            let lives = Task { try await servers.restart() }
            defer { lives.cancel() }
            try await hammer(gateway, "mortal", ledger, seed: seed)
            lives.cancel()
            try await lives.value
        }
        await servers.stop()
        ledger.check(answerCount: count, "seed \(seed)")
        #expect(ledger.count(200) > 0)
    }

    @Test("of a gateway with too much to do: what it refuses never runs, the rest once")
    func overload() async throws {
        let count = 600
        let ledger = Ledger(count)
        try await TestGateway.with { configuration in
            configuration.threads = 2
            configuration.limits.inFlight = 3
            configuration.limits.inFlightPerTarget = 2
            configuration.limits.requestsPerClient = 6
        } _: { gateway in
            gateway.servant.on("greet") { request in
                ledger.executed(try Encapsulation.read(request.inEncaps) { try $0.readString() })
                await Task.yield()
                return OutgoingResponse(outEncaps: Encapsulation.make { $0.appendString("done") })
            }
            try await hammer(gateway, "shop", ledger, clients: 24, seed: 1)
            let after = try await gateway.client.post("/shop/greet", #"{"name":"after"}"#)
            #expect(after.status == 200, "it recovers by itself")
        }
        ledger.check(answerCount: count, "overload")
        #expect(ledger.count(200) > 0)
        #expect(ledger.count(503) + ledger.count(429) > 0)
        #expect(ledger.count(200) + ledger.count(503) + ledger.count(429) == count)
    }

    @Test("of a gateway that is shut down meanwhile", arguments: [1, 2, 3] as [UInt64])
    func shutdown(_ seed: UInt64) async throws {
        let count = 2000
        let ledger = Ledger(count)
        let gateway = try await TestGateway(configure: { $0.shutdownDeadline = .milliseconds(1) })
        gateway.servant.on("greet") { request in
            ledger.executed(try Encapsulation.read(request.inEncaps) { try $0.readString() })
            await Task.yield()
            return OutgoingResponse(outEncaps: Encapsulation.make { $0.appendString("done") })
        }
        await withTaskGroup { group in
            for _ in 0..<12 {
                group.addTask {
                    while let name = ledger.next() {
                        // Without an answer nothing was said.
                        guard let answer = try? await gateway.client.post("/shop/greet", #"{"name":"\#(name)"}"#)
                        else { return }
                        do { try ledger.answered(name, answer) } catch { Issue.record(error) }
                    }
                }
            }
            await gateway.servant.waitForCalls("greet", count: 20 * Int(seed))
            _ = try? await gateway.shutdownServer()
        }
        await gateway.destroyCommunicator()
        ledger.check(answerCount: nil, "seed \(seed)")
    }
}

/// One server of this runtime after the other, at the same port.
private final class Servers: Sendable {
    private let ledger: Ledger
    private let state = Mutex((communicator: Communicator?.none, servant: MockServant?.none, port: UInt16(0)))
    /// Of its own: nobody else can take the port meanwhile.
    static let host = "127.77.0.5"

    init(_ ledger: Ledger) { self.ledger = ledger }

    func start() async throws -> UInt16 {
        let port = state.withLock { $0.port }
        let communicator = try Communicator()
        let adapter = try communicator.createObjectAdapterWithEndpoints(
            name: "Mortal", endpoints: "tcp -h \(Self.host) -p \(port)")
        let servant = MockServant(["::Test::Shop"])
        servant.on("greet") { [ledger] request in
            ledger.executed(try Encapsulation.read(request.inEncaps) { try $0.readString() })
            await Task.yield()
            return OutgoingResponse(outEncaps: Encapsulation.make { $0.appendString("done") })
        }
        try adapter.add(servant: servant, identity: Identity(name: "mortal"))
        let bound = try adapter.createProxy(Identity(name: "mortal"))
        try adapter.activate()
        let text = "\(bound)".split(separator: " ")
        let found = text.firstIndex(of: "-p").flatMap { UInt16(text[text.index(after: $0)]) }
        let realPort = try #require(found, "\(bound)")
        state.withLock {
            $0.communicator = communicator
            $0.servant = servant
            $0.port = realPort
        }
        return realPort
    }

    /// Until it is cancelled: each lives for a number of calls.
    func restart() async throws {
        while !Task.isCancelled {
            await state.withLock { $0.servant }?.waitForCalls("greet", count: 15)
            await stop()
            _ = try await start()
        }
    }

    func stop() async {
        let communicator = state.withLock { state in
            defer { state.communicator = nil }
            return state.communicator
        }
        await communicator?.destroy()
    }
}
