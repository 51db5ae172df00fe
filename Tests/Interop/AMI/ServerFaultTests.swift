import Glibc
import Ice
import IceEncoding
import Testing

/// The numbers are those of docs/ami-amd.md.
@Suite("AMI when a real server dies, stops or comes back", .serialized, .timeLimit(.minutes(5)))
struct ServerFaultTests {
    static let peers = Peer.allCases
    /// An address of which no other test has ports: one that was free once still is when a server is started again.
    static let endpoint = "tcp -h 127.77.0.1 -p 0"
    static let lost = LocalException(.connectionLost, "")

    /// Runs `body` with a proxy for the probe of a server that does not exist yet.
    private static func withCaller(
        _ properties: Properties = [:], _ body: (Communicator) async throws -> Void
    ) async throws {
        let properties = properties.clone()
        properties["Ice.MessageSizeMax"] = "0"
        try await Communicator.with(properties, body)
    }

    @Test(
        "25: killed with calls in flight, all fail once; the next call finds the server that follows", arguments: peers)
    func killed(peer: Peer) async throws {
        try await Self.withCaller { communicator in
            let (proxy, endpoint) = try await peer.withAMIServer([Self.endpoint]) { server in
                let proxy = try #require(try communicator.makeProxy("probe:\(server.endpoint)"))
                try await server.control.read()
                let ends = Notes<Int>()
                let futures = try (0..<100).map { index in
                    let future = try proxy.begin("hold") { $0.appendString("never") }
                    future.onCompletion { _ in ends.add(index) }
                    return future
                }
                try await server.control.awaitCount("hold", 100)
                server.process.send(SIGKILL)
                for future in futures {
                    await #expect(throws: Self.lost) { try await future.value }
                    #expect(future.isSent)
                }
                try await server.process.waitForExit()
                // Nobody listens any more.
                await #expect(throws: LocalException(.connectionRefused, "")) { try await proxy.call("op") }
                #expect(await ends.wait(for: 100).sorted() == Array(0..<100))
                return (proxy, server.endpoint)
            }
            try await peer.withAMIServer([endpoint]) { server in
                #expect(server.endpoint == endpoint)
                try await server.control.read()
                try await proxy.call("op")
                #expect(try await server.control.count("hold") == 0)
            }
        }
    }

    @Test("25, 101: idempotent calls of a killed server are answered by the one that follows", arguments: peers)
    func repeated(peer: Peer) async throws {
        // Long enough for a server to start.
        let intervals = [String](repeating: "20", count: 5000).joined(separator: " ")
        try await Self.withCaller(["Ice.RetryIntervals": intervals]) { communicator in
            let ends = Notes<Int>()
            let (proxy, futures, endpoint) = try await peer.withAMIServer([Self.endpoint]) { server in
                let proxy = try #require(try communicator.makeProxy("probe:\(server.endpoint)"))
                try await server.control.read()
                let futures = try (0..<20).map { index in
                    let future = try proxy.begin("holdIdempotent", mode: .idempotent) { $0.appendString("gate") }
                    future.onCompletion { _ in ends.add(index) }
                    return future
                }
                try await server.control.awaitCount("holdIdempotent", 20)
                server.process.send(SIGKILL)
                try await server.process.waitForExit()
                return (proxy, futures, server.endpoint)
            }
            try await peer.withAMIServer([endpoint]) { server in
                try await server.control.open("gate")
                try await server.control.read()
                for future in futures { #expect(try await future.value.ok) }
                #expect(try await server.control.count("holdIdempotent") == 20)
                #expect(await ends.wait(for: 20).sorted() == Array(0..<20))
                try await proxy.call("op")
            }
        }
    }

    @Test("24: calls of a stopped server time out; when it goes on the connection is usable again", arguments: peers)
    func stopped(peer: Peer) async throws {
        let timeout = LocalException(.invocationTimeout, "")
        try await Self.withCaller { communicator in
            try await peer.withAMIServer([Self.endpoint]) { server in
                let proxy = try #require(try communicator.makeProxy("probe:\(server.endpoint)"))
                try await server.control.read()
                try await proxy.ice_ping()
                let connection = try #require(proxy.ice_getCachedConnection())
                try await server.process.pause()
                let impatient = proxy.ice_invocationTimeout(50)
                let futures = try (0..<20).map { id in try impatient.begin("execute") { $0.appendString("\(id)") } }
                // The system takes only the beginning of it.
                let large = try TransmissionTests.upload(impatient)
                let behind = try impatient.begin("execute") { $0.appendString("behind") }
                for future in futures {
                    await #expect(throws: timeout) { try await future.value }
                    #expect(future.isSent)
                }
                for future in [large, behind] {
                    await #expect(throws: timeout) { try await future.value }
                    #expect(!future.isSent)
                }
                let patient = try proxy.begin("execute") { $0.appendString("patient") }
                server.process.send(SIGCONT)
                _ = try await patient.value
                #expect(proxy.ice_getCachedConnection() === connection)
                // What was sent is executed, late; what was not never is.
                let executed = try await server.control.executed(21)
                #expect(Set(executed) == Set((0..<20).map { "\($0)" } + ["patient"]))
                #expect(try await server.control.awaitCount("execute", 21) == 21)
                #expect(try await server.control.count("behind") == 0)
            }
        }
    }

    @Test("25: a stopped server that owes an answer is given up after the idle timeout", arguments: peers)
    func givenUp(peer: Peer) async throws {
        try await Self.withCaller(["Ice.Connection.Client.IdleTimeout": "0.2"]) { communicator in
            try await peer.withAMIServer([Self.endpoint]) { server in
                let proxy = try #require(try communicator.makeProxy("probe:\(server.endpoint)"))
                try await server.control.read()
                let connection = try #require(try await proxy.ice_getConnection())
                try await server.process.pause()
                let future = try proxy.begin("hold") { $0.appendString("never") }
                await #expect(throws: LocalException(.connectionAborted, "")) { try await future.value }
                #expect(future.isSent && proxy.ice_getCachedConnection() !== connection)
                server.process.send(SIGCONT)
                try await server.control.awaitCount("hold", 1)
            }
        }
    }

    @Test("12: a call of a stopped server can be cancelled; the others wait for it to go on", arguments: peers)
    func cancelledWhileStopped(peer: Peer) async throws {
        try await Self.withCaller { communicator in
            try await peer.withAMIServer([Self.endpoint]) { server in
                let proxy = try #require(try communicator.makeProxy("probe:\(server.endpoint)"))
                try await server.control.read()
                try await proxy.ice_ping()
                try await server.process.pause()
                let futures = try (0..<20).map { id in try proxy.begin("execute") { $0.appendString("\(id)") } }
                for future in futures[..<10] { #expect(future.cancel() && future.isSent) }
                server.process.send(SIGCONT)
                for future in futures[10...] { #expect(try await future.value.ok) }
                for future in futures[..<10] {
                    await #expect(throws: LocalException(.invocationCanceled, "")) { try await future.value }
                }
                // The server is not told.
                #expect(Set(try await server.control.executed(20)) == Set((0..<20).map { "\($0)" }))
            }
        }
    }
}
