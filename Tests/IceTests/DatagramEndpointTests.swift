import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Udp endpoints of object adapters", .timeLimit(.minutes(5)))
struct DatagramEndpointTests {
    @Test("an adapter has several, each with a port of its own; a proxy carries all of them")
    func several() async throws {
        try await withGreeter(
            endpoint: "udp -h 127.0.0.1 -p 0:tcp -h 127.0.0.1 -p 0:udp -h 127.0.0.1 -p 0"
        ) { proxy, servant in
            let endpoints = proxy.ice_getEndpoints()
            let datagrams = [endpoints[0], endpoints[2]]
            #expect(endpoints.map { "\($0)".prefix(3) } == ["udp", "tcp", "udp"] && datagrams[0] != datagrams[1])
            for endpoint in datagrams {
                let datagram = proxy.ice_endpoints([endpoint]).ice_datagram()
                for name in ["alice", "bob"] {
                    let parameters = Encapsulation.make { $0.appendString(name) }
                    _ = try await datagram.ice_invoke(operation: "greet", mode: .normal, inEncaps: parameters)
                }
            }
            await servant.waitForCalls("greet", count: 4)
            let answer = try await Greeter.greet("carol", proxy)
            #expect(answer == "Hello, carol!")
        }
    }

    @Test("a port that is taken is refused")
    func taken() async throws {
        let taken = try RawDatagrams()
        try await withCommunicator { communicator in
            #expect(throws: LocalException(.socket, "")) {
                try communicator.createObjectAdapterWithEndpoints(
                    name: "A", endpoints: "udp -h 127.0.0.1 -p 0:udp -h 127.0.0.1 -p \(taken.port)")
            }
        }
    }

    @Test("what is sent before the adapter is activated is dispatched then; an adapter never activated ends, too")
    func holding() async throws {
        try await withCommunicator { communicator in
            let endpoint = "udp -h 127.0.0.1 -p 0"
            _ = try communicator.createObjectAdapterWithEndpoints(name: "Idle", endpoints: endpoint)
            let adapter = try communicator.createObjectAdapterWithEndpoints(name: "A", endpoints: endpoint)
            let servant = MockServant()
            let proxy = try adapter.add(servant: servant, identity: Identity(name: "t")).ice_datagram()
            _ = try await proxy.ice_invoke(operation: "op", mode: .normal)
            #expect(servant.calls.isEmpty)
            try adapter.activate()
            await servant.waitForCalls("op", count: 1)
        }
    }

    @Test(
        "a multicast reaches every member of its group",
        arguments: ["239.255.31.7", "239.255.31.8 --ttl 0"],
        ["--interface 127.0.0.1", "--interface lo", "--interface 1"])
    func multicast(_ group: String, _ interface: String) async throws {
        try await withCommunicator { communicator in
            var port: UInt16 = 0
            var servants: [MockServant] = []
            for name in ["First", "Second"] {
                let adapter = try communicator.createObjectAdapterWithEndpoints(
                    name: name, endpoints: "udp -h \(group) -p \(port) \(interface)")
                let servant = MockServant()
                let proxy = try adapter.add(servant: servant, identity: Identity(name: "all"))
                port = try ServerTests.port(proxy)
                servants.append(servant)
                try adapter.activate()
            }
            let text = "all -d:udp -h \(group) -p \(port) \(interface)"
            let proxy = try #require(try communicator.makeProxy(text))
            for _ in 0..<3 { _ = try await proxy.ice_invoke(operation: "tell", mode: .normal) }
            for servant in servants { await servant.waitForCalls("tell", count: 3) }
        }
    }

    @Test("a multicast on an interface that does not exist is refused, on both sides")
    func noInterface() async throws {
        try await withCommunicator { communicator in
            for interface in ["nowhere0", "192.0.2.77"] {
                let endpoint = "udp -h 239.255.31.9 -p 4999 --interface \(interface)"
                #expect(throws: LocalException(.socket, "")) {
                    try communicator.createObjectAdapterWithEndpoints(name: "A", endpoints: endpoint)
                }
                let proxy = try #require(try communicator.makeProxy("all -d:\(endpoint)"))
                await #expect(throws: LocalException(.connectFailed, "")) { try await proxy.ice_ping() }
            }
        }
    }
}
