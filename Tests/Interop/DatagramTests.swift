import Ice
import IceEncoding
import IceTesting
import Testing

/// The numbers are those of docs/ami-amd.md.
@Suite("Datagrams with real Ice peers")
struct DatagramTests {
    /// Endpoints of servers: the interface, and what clients add for themselves.
    private static let endpoints = [
        ("udp -h 127.0.0.1 -p 0", "", ""),
        ("udp -h 239.255.31.20 -p 0", " --interface 127.0.0.1", " --ttl 0"),
    ]

    @Test(
        "37: real servers take our datagrams: alone, in a batch, compressed", .timeLimit(.minutes(5)),
        arguments: Peer.allCases, endpoints)
    func client(peer: Peer, endpoint: (text: String, interface: String, ttl: String)) async throws {
        try await peer.withServer(endpoint: endpoint.text + endpoint.interface) { server in
            let communicator = try Communicator()
            do {
                let text = "echo -d:\(server.endpoint)\(endpoint.interface)\(endpoint.ttl)"
                let proxy = try #require(try communicator.makeProxy(text))
                // The servant prints a line with each call.
                try await Self.sleep(proxy)
                let batch = proxy.ice_batchDatagram()
                for _ in 0..<3 { try await Self.sleep(batch) }
                try await batch.ice_flushBatchRequests()
                try await Self.sleep(proxy.ice_compress(true).ice_context(["long": String(repeating: "x", count: 999)]))
                // Threads may print two words before the end of either line.
                var calls = 0
                while calls < 5 {
                    calls += try await server.process.line(containing: "SLEEP").ranges(of: "SLEEP").count
                }
            } catch {
                await communicator.destroy()
                throw error
            }
            await communicator.destroy()
        }
    }

    private static func sleep(_ proxy: ObjectPrx) async throws {
        let none = Encapsulation.make { $0.append(0 as Int32) }
        _ = try await proxy.ice_invoke(operation: "sleep", mode: .normal, inEncaps: none)
    }

    @Test(
        "our server takes datagrams of real clients: alone, in a batch, compressed", .timeLimit(.minutes(5)),
        arguments: [Peer.python38, .python37], endpoints)
    func server(peer: Peer, endpoint: (text: String, interface: String, ttl: String)) async throws {
        let names = (0..<10).map { "a \($0)" } + (0..<10).map { "b \($0)" } + ["c"]
        let servant = MockServant()
        for name in names { servant.on(name) { OutgoingResponse(emptyFor: $0.current.encoding) } }
        let communicator = try Communicator()
        do {
            let adapter = try communicator.createObjectAdapterWithEndpoints(
                name: "A", endpoints: endpoint.text + endpoint.interface)
            try adapter.add(servant: servant, identity: Identity(name: "o"))
            try adapter.activate()
            // As in Ice, it says how this side receives no more.
            let published = try #require(adapter.endpoints.first)
            try await peer.runPython(
                "datagram_client", ["o:\(published)\(endpoint.interface)\(endpoint.ttl)"])
            await servant.waitForCalls("c", count: 1)
            #expect(servant.calls == names)
        } catch {
            await communicator.destroy()
            throw error
        }
        await communicator.destroy()
    }
}
