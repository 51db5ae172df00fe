import Glibc
import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("IceGrid", .serialized, .timeLimit(.minutes(5)))
struct IceGridTests {
    private static let proxies = [
        "greeter", "greeter @ Greeters", "greeter @ Greeter-1.Interop", "greeter @ Greeter-2.Interop",
        "greeter -e 1.0 @ Greeters",
    ]

    /// Runs `body` with a client of the grid.
    private static func withClient(
        _ grid: IceGrid, threads: Int = 2, _ body: (Communicator) async throws -> Void
    ) async throws {
        let communicator = try Communicator(["Ice.Default.Locator": grid.locator], threads: threads)
        do {
            try await body(communicator)
        } catch {
            await communicator.destroy()
            throw error
        }
        await communicator.destroy()
    }

    private static func withGateway(
        _ grid: IceGrid, services: [String: String], _ body: (GatewayProcess) async throws -> Void
    ) async throws {
        let entries = services.sorted { $0.key < $1.key }.map {
            "  \($0.key): {proxy: \"\($0.value)\", interface: \"::VisitorCenter::Greeter\"}"
        }
        let configuration = """
            threads: 2
            slice: {files: ["\(Repository.slice)/Greeter.ice"]}
            services:
            \(entries.joined(separator: "\n"))
            ice: {Ice.Default.Locator: "\(grid.locator)"}
            """
        try await GatewayProcess.withConfiguration(configuration, body)
    }

    @Test("well-known objects, adapters and replica groups are found")
    func finds() async throws {
        try await IceGrid.with { grid in
            try await Self.withClient(grid) { communicator in
                for text in Self.proxies {
                    let proxy = try #require(try communicator.makeProxy(text))
                    let answer = try await Greeter.greet("Zoë", proxy)
                    #expect(answer == "Hello, Zoë!", "\(text)")
                }
                for text in ["nobody", "greeter @ Nowhere"] {
                    let proxy = try #require(try communicator.makeProxy(text))
                    await #expect(throws: LocalException(.notRegistered, "")) { try await proxy.ice_ping() }
                }
                let registry = try #require(try communicator.makeProxy("IceGrid/Registry"))
                let isRegistry = try await registry.ice_isA("::IceGrid::Registry")
                #expect(isRegistry)
            }
        }
    }

    @Test("through the gateway")
    func gateway() async throws {
        try await IceGrid.with { grid in
            var services: [String: String] = ["nobody": "nobody", "nowhere": "greeter @ Nowhere"]
            for (index, proxy) in Self.proxies.enumerated() { services["greeter\(index)"] = proxy }
            try await Self.withGateway(grid, services: services) { gateway in
                for index in Self.proxies.indices {
                    let answer = try await gateway.post("greeter\(index)/greet", #"{"name":"Zoë"}"#)
                    #expect(answer.body == #"{"returnValue":"Hello, Zoë!"}"#)
                }
                for name in ["nobody", "nowhere"] {
                    let answer = try await gateway.post("\(name)/greet", #"{"name":"Zoë"}"#)
                    #expect(answer.status == 503)
                    #expect(
                        try answer.problem()
                            == ProblemDocument(status: 503, code: "not_registered", dispatched: "no", retryable: true))
                }
            }
        }
    }

    @Test("requests are spread over the replicas")
    func balance() async throws {
        try await IceGrid.with { grid in
            try await Self.withClient(grid, threads: 1) { communicator in
                let proxy = try #require(try communicator.makeProxy("greeter @ Greeters")).ice_connectionCached(false)
                var connections: [ObjectIdentifier: Connection] = [:]
                for _ in 0..<64 {
                    let connection = try #require(try await proxy.ice_getConnection())
                    connections[ObjectIdentifier(connection)] = connection
                }
                #expect(connections.count == 2)
            }
        }
    }

    @Test("the locator is found by its finder")
    func finder() async throws {
        try await IceGrid.with { grid in
            let communicator = try Communicator()
            let text = "Ice/LocatorFinder:\(grid.endpoint)"
            let finder = uncheckedCast(
                prx: try #require(try communicator.makeProxy(text)), type: LocatorFinderPrx.self)
            communicator.setDefaultLocator(try await finder.getLocator())
            let proxy = try #require(try communicator.makeProxy("greeter @ Greeters"))
            let answer = try await Greeter.greet("Zoë", proxy)
            #expect(answer == "Hello, Zoë!")
            await communicator.destroy()
        }
    }

    @Test("what docs/location.md says")
    func documented() async throws {
        try await IceGrid.with { grid in
            let configuration = try LocationPage().configuration(of: 0)
                .replacing("tcp -h localhost -p 4061", with: grid.endpoint)
            try await GatewayProcess.withConfiguration(configuration) { gateway in
                for service in ["greeter", "first", "any"] {
                    let answer = try await gateway.post("\(service)/greet", #"{"name":"Zoë"}"#)
                    #expect(answer.body == #"{"returnValue":"Hello, Zoë!"}"#)
                }
            }
        }
    }

    @Test("a replica is killed under load: no answer is wrong, and calls go on", arguments: [1, 3])
    func killed(threads: Int) async throws {
        try await IceGrid.with { grid in
            try await Self.withClient(grid, threads: threads) { communicator in
                let proxy = try #require(try communicator.makeProxy("greeter @ Greeters")).ice_connectionCached(false)
                _ = try await Greeter.greet("first", proxy)
                let failures = try await ReplicaLoad.run(grid) { number in
                    do {
                        let answer = try await Greeter.greet("\(number)", proxy)
                        #expect(answer == "Hello, \(number)!")
                        return true
                    } catch let error as LocalException where error.code == .connectionLost {
                        // It was on its way to the replica that died, and may have been executed.
                        return false
                    }
                }
                #expect(failures <= ReplicaLoad.mostFailures(connections: threads))
                let after = try await Greeter.greet("after", proxy)
                #expect(after == "Hello, after!")
            }
        }
    }

    @Test("the same through the gateway")
    func killedBehindGateway() async throws {
        try await IceGrid.with { grid in
            let services = ["group": "greeter @ Greeters", "one": "greeter @ Greeter-1.Interop"]
            try await Self.withGateway(grid, services: services) { gateway in
                let failures = try await ReplicaLoad.run(grid) { number in
                    let service = number % 2 == 0 ? "group" : "one"
                    var answer = try await gateway.post("\(service)/greet", #"{"name":"\#(number)"}"#)
                    while answer.status == 503 {
                        // The registry doesn't know yet that the replica died. Nothing was sent, so it may be repeated.
                        let problem = try answer.problem()
                        #expect(["connection_refused", "no_endpoint"].contains(problem.code))
                        #expect(problem.dispatched == "no" && problem.retryable == true)
                        answer = try await gateway.post("\(service)/greet", #"{"name":"\#(number)"}"#)
                    }
                    if answer.status == 200 {
                        #expect(answer.body == #"{"returnValue":"Hello, \#(number)!"}"#)
                        return true
                    }
                    // Sent to the replica that died.
                    #expect(
                        try answer.problem()
                            == ProblemDocument(
                                status: 502, code: "connection_lost", dispatched: "maybe", retryable: false))
                    return false
                }
                #expect(failures <= ReplicaLoad.mostFailures(connections: 2))
                for service in services.keys {
                    // The node has started the replica again, at another port.
                    let after = try await gateway.post("\(service)/greet", #"{"name":"after"}"#)
                    #expect(after.body == #"{"returnValue":"Hello, after!"}"#)
                }
            }
        }
    }

    @Test("servers that register themselves, alone and as replicas", arguments: Peer.allCases)
    func registered(peer: Peer) async throws {
        try await IceGrid.with { grid in
            func configure(_ name: String) throws -> [String: String] {
                let file = "\(grid.folder)/\(name).config"
                try TemporaryFolder.write(
                    [
                        ("Ice.Default.Locator", grid.locator), ("Interop.AdapterId", name),
                        ("Interop.ReplicaGroupId", "Volunteers"),
                    ], to: file)
                return ["Ice.Config": file]
            }
            try await peer.withServer(properties: try configure("A")) { _ in
                try await peer.withServer(properties: try configure("B")) { second in
                    try await Self.withClient(grid) { communicator in
                        for text in ["greeter @ A", "greeter @ B", "greeter @ Volunteers"] {
                            let proxy = try #require(try communicator.makeProxy(text))
                            let answer = try await Greeter.greet("Zoë", proxy)
                            #expect(answer == "Hello, Zoë!", "\(text)")
                        }
                        second.process.send(SIGKILL)
                        try await second.process.waitForExit()
                        let group = try #require(try communicator.makeProxy("greeter @ Volunteers"))
                        for _ in 0..<20 {
                            let answer = try await Greeter.greet("Zoë", group.ice_connectionCached(false))
                            #expect(answer == "Hello, Zoë!")
                        }
                    }
                }
            }
        }
    }
}
