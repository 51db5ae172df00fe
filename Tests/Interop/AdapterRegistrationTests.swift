import Ice
import IceTesting
import Testing

@Suite("Our object adapters in an IceGrid", .serialized, .timeLimit(.minutes(5)))
struct AdapterRegistrationTests {
    /// A server of ours that registers an adapter with the grid.
    private struct Replica {
        let communicator: Communicator
        let adapter: ObjectAdapter

        init(_ id: String, _ group: String, _ grid: IceGrid) throws {
            communicator = try Communicator([
                "Ice.Default.Locator": grid.locator, "Volunteer.Endpoints": "tcp -h 127.0.0.1 -p 0",
                "Volunteer.AdapterId": id, "Volunteer.ReplicaGroupId": group,
            ])
            adapter = try communicator.createObjectAdapter("Volunteer")
            try adapter.add(servant: Greeter.servant(), id: Identity(name: "greeter"))
        }

        static func with(
            _ id: String, _ group: String, _ grid: IceGrid, _ body: (Replica) async throws -> Void
        ) async throws {
            let replica = try Replica(id, group, grid)
            do {
                try await body(replica)
            } catch {
                await replica.communicator.destroy()
                throw error
            }
            await replica.communicator.destroy()
        }

        func start() async throws {
            try adapter.activate()
            try await adapter.waitForActivate()
        }
    }

    private static func withClient(_ grid: IceGrid, _ body: (Communicator) async throws -> Void) async throws {
        let communicator = try Communicator(["Ice.Default.Locator": grid.locator])
        do {
            try await body(communicator)
        } catch {
            await communicator.destroy()
            throw error
        }
        await communicator.destroy()
    }

    @Test("each is found by its id, all by their group, and none when it is gone")
    func found() async throws {
        try await IceGrid.with { grid in
            try await Replica.with("A", "Volunteers", grid) { first in
                try await first.start()
                let indirect = try first.adapter.createProxy(Identity(name: "greeter")).ice_toString()
                #expect(indirect == "greeter @ Volunteers")
                try await Replica.with("B", "Volunteers", grid) { second in
                    try await second.start()
                    try await Self.withClient(grid) { client in
                        for text in ["greeter @ A", "greeter @ B", indirect] {
                            let proxy = try #require(try client.makeProxy(text))
                            let answer = try await Greeter.greet("Zoë", proxy)
                            #expect(answer == "Hello, Zoë!", "\(text)")
                        }
                    }
                }
                try await Self.withClient(grid) { client in
                    let gone = try #require(try client.makeProxy("greeter @ B"))
                    await #expect(throws: LocalException.self) { try await gone.ice_ping() }
                    let group = try #require(try client.makeProxy(indirect))
                    try await group.ice_ping()
                }
                for peer in [Peer.python38, .python37, .cpp37] {
                    let lines = try await peer.runClient(indirect, properties: ["Ice.Default.Locator": grid.locator])
                    #expect(lines.count == ServantTests.expected.count, "\(peer)")
                }
            }
        }
    }

    @Test("a replica that is shut down costs its clients nothing", arguments: [Peer.python38, .python37])
    func replicaEnds(peer: Peer) async throws {
        try await IceGrid.with { grid in
            try await Replica.with("A", "Volunteers", grid) { first in
                try await first.start()
                try await Replica.with("B", "Volunteers", grid) { second in
                    try await second.start()
                    try await Self.withClient(grid) { client in
                        let proxy = try #require(try client.makeProxy("greeter @ Volunteers"))
                            .ice_connectionCached(false)
                        let command = [
                            "\(Repository.builtPeers)/\(peer.rawValue)/bin/python",
                            "\(Repository.peers)/replica_client.py", "greeter @ Volunteers", "\(grid.folder)/ended",
                            "--Ice.Default.Locator=\(grid.locator)",
                        ]
                        try await peer.withServer(command: command) { caller in
                            try await withThrowingTaskGroup(of: Void.self) { group in
                                for task in 0..<4 {
                                    group.addTask {
                                        for number in 0..<200 {
                                            let answer = try await Greeter.greet("\(task)/\(number)", proxy)
                                            #expect(answer == "Hello, \(task)/\(number)!")
                                            if task == 0, number == 50 { await second.communicator.destroy() }
                                        }
                                    }
                                }
                                try await group.waitForAll()
                            }
                            try TemporaryFolder.write([], to: "\(grid.folder)/ended")
                            _ = try await caller.process.line(containing: "DONE ")
                            let status = try await caller.process.waitForExit()
                            #expect(status == 0)
                        }
                    }
                }
            }
        }
    }

    @Test("the id of a running server is in use; what the deployment does not know is refused")
    func refused() async throws {
        try await IceGrid.with { grid in
            let cases = [
                ("Greeter-1.Interop", "Greeters", LocalException.Code.objectAdapterIdInUse),
                ("Greeter-1.Interop", "Nonsense", .notRegistered),
            ]
            for (id, group, code) in cases {
                try await Replica.with(id, group, grid) { replica in
                    try replica.adapter.activate()
                    let failure = await #expect(throws: LocalException.self) {
                        try await replica.adapter.waitForActivate()
                    }
                    #expect(failure?.code == code, "\(id) \(group): \(failure.map { "\($0)" } ?? "")")
                }
            }
        }
    }
}
