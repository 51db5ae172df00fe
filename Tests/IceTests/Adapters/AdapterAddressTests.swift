import EventLoop
import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Where object adapters listen", .timeLimit(.minutes(5)))
struct AdapterAddressTests {
    /// Runs `body` with a communicator whose names resolve as it says.
    private static func withNames(
        _ names: [String: [String]], _ properties: Properties = [:], _ body: (Communicator) async throws -> Void
    ) async throws {
        let thread = try LoopThread(try EventLoop(), name: "test")
        do {
            let resolver = Resolver { host in
                .success((names[host] ?? [host]).compactMap { SocketAddress(numeric: $0, port: 0) })
            }
            let communicator = try Communicator(loops: [thread.loop], properties: properties, resolver: resolver)
            do {
                try await body(communicator)
            } catch {
                await communicator.destroy()
                throw error
            }
            await communicator.destroy()
        } catch {
            thread.stopAndJoin()
            throw error
        }
        thread.stopAndJoin()
    }

    private static func greet(_ endpoint: Endpoint, in communicator: Communicator) async throws {
        let proxy = try #require(try communicator.makeProxy("greeter:\(endpoint)")).ice_collocationOptimized(false)
        #expect(try await Greeter.greet("there", proxy) == "Hello, there!", "\(endpoint)")
    }

    @Test("at all addresses of a name, each with a port of its own when the system chooses")
    func several() async throws {
        let addresses = ["127.0.0.1", "127.0.0.2", "127.0.0.1", "127.0.0.3"]
        try await Self.withNames(["many": addresses]) { communicator in
            let adapter = try communicator.createObjectAdapterWithEndpoints(
                name: "A", endpoints: "tcp -h many:ws -h 127.0.0.1")
            try adapter.add(servant: Greeter.servant(), id: Identity(name: "greeter"))
            try adapter.activate()
            let endpoints = adapter.getEndpoints()
            #expect(endpoints.count == 5 && adapter.getPublishedEndpoints() == endpoints)
            for endpoint in endpoints { try await Self.greet(endpoint, in: communicator) }
            adapter.deactivate()
            await adapter.waitForDeactivate()
            // All of them share the adapter's life.
            for endpoint in endpoints {
                let proxy = try #require(try communicator.makeProxy("greeter:\(endpoint)"))
                await #expect(throws: LocalException(.connectionRefused, "")) { try await proxy.ice_ping() }
            }
        }
    }

    @Test("one address that is taken is the end of all")
    func taken() async throws {
        let taken = try DeafPort()
        try await Self.withNames(["two": ["127.0.0.9", "127.0.0.1"]]) { communicator in
            #expect(throws: LocalException(.socket, "")) {
                try communicator.createObjectAdapterWithEndpoints(name: "A", endpoints: "tcp -h two -p \(taken.port)")
            }
            // The first one is free again.
            _ = try communicator.createObjectAdapterWithEndpoints(
                name: "A", endpoints: "tcp -h 127.0.0.9 -p \(taken.port)")
        }
    }

    @Test("everywhere is IPv4 and IPv6", arguments: ["tcp -h *", "tcp", "ws -h *"])
    func everywhere(text: String) async throws {
        try await Self.withNames([:]) { communicator in
            let adapter = try communicator.createObjectAdapterWithEndpoints(name: "A", endpoints: text)
            try adapter.add(servant: Greeter.servant(), id: Identity(name: "greeter"))
            try adapter.activate()
            guard case .ip(var endpoint)? = adapter.getEndpoints().first else { throw LocalException(.noEndpoint, "") }
            #expect(endpoint.host.isEmpty && !adapter.getPublishedEndpoints().isEmpty)
            for host in ["127.0.0.1", "::1"] {
                endpoint.host = host
                try await Self.greet(.ip(endpoint), in: communicator)
            }
        }
    }

    @Test("everywhere for datagrams is both, too")
    func everywhereDatagrams() async throws {
        try await Self.withNames([:]) { communicator in
            let adapter = try communicator.createObjectAdapterWithEndpoints(name: "A", endpoints: "udp -h *")
            let servant = MockServant()
            try adapter.add(servant: servant, id: Identity(name: "o"))
            try adapter.activate()
            guard case .ip(var endpoint)? = adapter.getEndpoints().first else { throw LocalException(.noEndpoint, "") }
            for (index, host) in ["127.0.0.1", "::1"].enumerated() {
                endpoint.host = host
                let proxy = try #require(try communicator.makeProxy("o -d:\(Endpoint.ip(endpoint))"))
                _ = try await proxy.ice_invoke(operation: "op", mode: .normal)
                await servant.waitForCalls("op", count: index + 1)
            }
        }
    }

    @Test("Ice.IPv4 and Ice.IPv6 say which", arguments: [("Ice.IPv4", "::1"), ("Ice.IPv6", "127.0.0.1")])
    func oneProtocol(_ unused: String, _ host: String) async throws {
        let other = host == "::1" ? "127.0.0.1" : "::1"
        try await Self.withNames(["both": ["127.0.0.1", "::1"]], Properties([(unused, "0")])) { communicator in
            let adapter = try communicator.createObjectAdapterWithEndpoints(name: "A", endpoints: "tcp -h both:tcp")
            let endpoints = adapter.getEndpoints()
            guard case .ip(let first)? = endpoints.first, case .ip(var second)? = endpoints.last, endpoints.count == 2
            else { throw LocalException(.noEndpoint, "") }
            #expect(first.host == host)
            second.host = other
            let proxy = try #require(try communicator.makeProxy("o:\(Endpoint.ip(second))"))
            // This side doesn't know the address, either.
            await #expect(throws: LocalException.self) { try await proxy.ice_ping() }
            try await withCommunicator { client in
                let proxy = try #require(try client.makeProxy("o:\(Endpoint.ip(second))"))
                await #expect(throws: LocalException(.connectionRefused, "")) { try await proxy.ice_ping() }
            }
            #expect(throws: LocalException(.dns, "")) {
                try communicator.createObjectAdapterWithEndpoints(name: "B", endpoints: #"tcp -h "\#(other)""#)
            }
        }
    }
}
