import EventLoop
import Ice
import IceEncoding
import IceTesting
import Testing

/// Reference: ice-protocol, "Choosing and sharing connections".
@Suite("Endpoints: which of them is used", .timeLimit(.minutes(5)))
struct EndpointTests {
    private func port(_ proxy: ObjectPrx) throws -> UInt16 {
        guard case .ip(let endpoint)? = proxy.ice_getEndpoints().first else { throw LocalException(.noEndpoint, "") }
        return endpoint.port
    }

    /// Runs `body` with a communicator for which a name has these addresses.
    private func withNames(
        _ names: [String: [String]], _ body: (Communicator) async throws -> Void
    ) async throws {
        let resolver = Resolver { host in
            let addresses = (names[host] ?? []).compactMap { SocketAddress(numeric: $0, port: 0) }
            return addresses.isEmpty
                ? .failure(Resolver.Failure(host: host, message: "no such name")) : .success(addresses)
        }
        let thread = try LoopThread(try EventLoop(), name: "test-loop")
        let communicator = try Communicator(loops: [thread.loop], resolver: resolver)
        do {
            try await body(communicator)
        } catch {
            await communicator.destroy()
            try await thread.end()
            throw error
        }
        await communicator.destroy()
        try await thread.end()
    }

    @Test("the addresses of a name are tried one after the other")
    func addresses() async throws {
        try await withGreeter { target, servant in
            let port = try port(target)
            // The server listens at 127.0.0.1 only.
            let names = [
                "two.test": ["127.0.0.2", "127.0.0.3", "127.0.0.1"], "dead.test": ["127.0.0.2", "127.0.0.3"],
            ]
            try await withNames(names) { communicator in
                let proxy = try #require(try communicator.makeProxy("greeter:tcp -h two.test -p \(port)"))
                let greeting = try await Greeter.greet("x", proxy)
                #expect(greeting == "Hello, x!")
                let remote = try #require(try await proxy.ice_getConnection()).getInfo().remoteAddress
                #expect(remote == "127.0.0.1")
                let dead = try #require(try communicator.makeProxy("greeter:tcp -h dead.test -p \(port)"))
                await #expect(throws: LocalException(.connectionRefused, "")) { try await dead.ice_ping() }
                let unknown = try #require(try communicator.makeProxy("greeter:tcp -h none.test -p \(port)"))
                await #expect(throws: LocalException(.dns, "")) { try await unknown.ice_ping() }
                let later = try #require(
                    try communicator.makeProxy("greeter:tcp -h none.test -p \(port):tcp -h two.test -p \(port)"))
                try await later.ice_endpointSelection(.ordered).ice_connectionId("later").ice_ping()
            }
            #expect(servant.callCount("greet") == 1)
        }
    }

    @Test("endpoints that refuse, or connect and say nothing, are passed over")
    func deadEndpoints() async throws {
        let refusing = try DeafPort()
        try await RawPeer.run { connection, _ in
            _ = try connection.receiveToEnd()
        } _: { silent in
            try await withGreeter(clientProperties: ["Ice.Connection.Client.ConnectTimeout": "0.2"]) {
                target, servant in
                let proxy = try #require(
                    try target.ice_getCommunicator().makeProxy(
                        "greeter:tcp -h 127.0.0.1 -p \(refusing.port):tcp -h 127.0.0.1 -p \(silent.port)"
                            + ":tcp -h 127.0.0.1 -p \(try port(target))")
                ).ice_endpointSelection(.ordered)
                // On a busy machine the live one may be late, too; it is asked again.
                var greeting: String?
                while greeting == nil {
                    do {
                        greeting = try await Greeter.greet("x", proxy)
                    } catch let error as LocalException where error.code == .connectTimeout {}
                }
                #expect(greeting == "Hello, x!" && servant.callCount("greet") == 1)
                let deadOnly = proxy.ice_endpoints(Array(proxy.ice_getEndpoints().dropLast())).ice_connectionId("d")
                // That of the last one.
                await #expect(throws: LocalException(.connectTimeout, "")) { try await deadOnly.ice_getConnection() }
            }
        }
    }

    @Test("ordered tries them in their order, random does not")
    func selection() async throws {
        try await withGreeter { first, _ in
            try await withGreeter { second, _ in
                let both = first.ice_endpoints(first.ice_getEndpoints() + second.ice_getEndpoints())
                var ports: [EndpointSelectionType: Set<UInt16>] = [:]
                for type in [EndpointSelectionType.ordered, .random] {
                    // With ids of their own no proxy finds the connection of another one.
                    for id in 0..<100 {
                        let proxy = both.ice_endpointSelection(type).ice_connectionId("\(type) \(id)")
                        let connection = try #require(try await proxy.ice_getConnection())
                        ports[type, default: []].insert(try connection.getInfo().remotePort)
                        connection.abort()
                    }
                }
                let expected = (try port(first), try port(second))
                #expect(ports[.ordered] == [expected.0])
                // The chance that one is never chosen is 2 in 2^100.
                #expect(ports[.random] == [expected.0, expected.1])
            }
        }
    }

    @Test("a connection to any of the endpoints is used before a new one is made, in the order of the list")
    func reuse() async throws {
        try await withGreeter { first, _ in
            try await withGreeter { second, _ in
                let own = second.ice_endpoints(second.ice_getEndpoints())
                let communicator = first.ice_getCommunicator()
                let copied = try #require(try communicator.makeProxy("\(own)"))
                let known = try #require(try await copied.ice_getConnection())
                let both = first.ice_endpoints(first.ice_getEndpoints() + second.ice_getEndpoints())
                    .ice_endpointSelection(.ordered)
                let used = try #require(try await both.ice_getConnection())
                #expect(used === known)
                let other = try #require(try await first.ice_getConnection())
                #expect(other !== known)
                let copy = both.ice_invocationTimeout(9999)
                let ordered = try #require(try await copy.ice_getConnection())
                #expect(ordered === other)
                // One that has a connection keeps to it.
                let kept = try #require(try await both.ice_getConnection())
                #expect(kept === known)
            }
        }
    }
}
