import EventLoop
import IceEncoding
import IceTesting
import Testing
@testable import Ice

/// The numbers are those of docs/ami-amd.md.
@Suite("Connections of datagram proxies", .timeLimit(.minutes(5)))
struct DatagramConnectionTests {
    @Test("6: ice_getConnection tells what it is; proxies share it unless they say otherwise")
    func connection() async throws {
        try await DatagramClientTests.withPeer { proxy, peer in
            let connection = try #require(try await proxy.ice_getConnection())
            #expect(connection.type() == "udp")
            let info = try connection.getInfo()
            #expect(!info.incoming && info.transport == .udp && info.remotePort == peer.port)
            #expect(info.remoteAddress == "127.0.0.1" && info.localPort != 0)
            #expect(connection.getEndpoint().description == "udp -h 127.0.0.1 -p \(peer.port)")
            let sibling = try #require(try await proxy.ice_identity(Identity(name: "other")).ice_getConnection())
            #expect(sibling === connection)
            let communicator = proxy.ice_getCommunicator()
            for options in ["--ttl 3", "--interface 127.0.0.1", "--sourceAddress 127.0.0.1"] {
                let text = "greeter -d:udp -h 127.0.0.1 -p \(peer.port) \(options)"
                let other = try #require(try communicator.makeProxy(text))
                let apart = try #require(try await other.ice_getConnection())
                #expect(apart !== connection)
                #expect("\(apart.getEndpoint())" == text.dropFirst("greeter -d:".count))
            }
        }
    }

    @Test("26: close() and abort() end it and nobody is told on the wire; the next request takes a new one")
    func ends() async throws {
        try await DatagramClientTests.withPeer { proxy, peer in
            let first = try #require(try await proxy.ice_getConnection())
            let closed = Notes<String>()
            first.setCloseCallback { _ in closed.add("closed") }
            try await first.close()
            _ = await closed.wait(for: 1)
            #expect(throws: LocalException.self) { try first.throwException() }
            let second = try #require(try await proxy.ice_getConnection())
            #expect(second !== first)
            second.setCloseCallback { _ in closed.add("aborted") }
            second.abort()
            let ends = await closed.wait(for: 2)
            #expect(ends == ["closed", "aborted"])
            await #expect(throws: LocalException.self) { try await proxy.ice_fixed(second).ice_ping() }
            try await proxy.ice_ping()
            let (datagram, _) = try await peer.next()
            #expect(RawMessages.operation(of: datagram) == "ice_ping")
            #expect(try peer.receiveAtOnce() == nil)
        }
    }

    @Test("a proxy has endpoints for its mode or none, also when it is fixed to a connection")
    func modes() async throws {
        let none = LocalException(.noEndpoint, "")
        try await withGreeter(endpoint: "tcp -h 127.0.0.1 -p 0:udp -h 127.0.0.1 -p 0") { proxy, servant in
            let stream = try #require(try await proxy.ice_getConnection())
            let datagrams = try #require(try await proxy.ice_datagram().ice_getConnection())
            #expect(stream.type() == "tcp" && datagrams.type() == "udp")
            await #expect(throws: none) { try await proxy.ice_datagram().ice_fixed(stream).ice_ping() }
            await #expect(throws: none) { try await proxy.ice_fixed(datagrams).ice_ping() }
            await #expect(throws: none) { try await proxy.ice_fixed(datagrams).ice_oneway().ice_ping() }
            let endpoints = proxy.ice_getEndpoints()
            await #expect(throws: none) { try await proxy.ice_endpoints([endpoints[0]]).ice_datagram().ice_ping() }
            await #expect(throws: none) { try await proxy.ice_endpoints([endpoints[1]]).ice_ping() }
            let greet = Encapsulation.make { $0.appendString("udp") }
            _ = try await proxy.ice_datagram().ice_invoke(operation: "greet", mode: .normal, inEncaps: greet)
            _ = try await proxy.ice_fixed(datagrams).ice_datagram().ice_invoke(
                operation: "greet", mode: .normal, inEncaps: greet)
            await servant.waitForCalls("greet", count: 2)
        }
    }

    @Test("29: what the system does not take waits, each request whole; a cancelled one is never sent")
    func blocked() throws {
        // A pair of sockets with a queue, which loses nothing.
        let lone = try LoneConnection(kind: .udp)
        #expect(lone.owner.isValidated)
        let recorders = (0..<2_000).map { _ in Recorder() }
        var invocations = recorders.enumerated().map { lone.request($1, operation: "op\($0)", isTwoway: false) }
        lone.connection.flush()
        let begun = invocations.count { $0.isDone }
        try #require(begun > 0 && begun < 1_000)
        invocations[1_000].cancel()
        invocations.remove(at: 1_000)
        var received: [String] = []
        while !invocations.allSatisfy(\.isDone) {
            let before = received.count
            while case let datagram = lone.sent(), !datagram.isEmpty { received.append(Self.operation(of: datagram)) }
            try #require(received.count > before)
            lone.connection.ready(lone.connection.descriptor, .writable)
        }
        while case let datagram = lone.sent(), !datagram.isEmpty { received.append(Self.operation(of: datagram)) }
        #expect(received == (0..<2_000).filter { $0 != 1_000 }.map { "op\($0)" })
        #expect(lone.connection.unsentBytes == 0 && lone.connection.unsentRequests == 0)
    }

    /// Of a request to the object `o`; says so when the datagram is not one whole message.
    private static func operation(of datagram: [UInt8]) -> String {
        guard datagram.count > 23, datagram.count == Int(datagram[10]), datagram.count > 23 + Int(datagram[22]) else {
            return "\(datagram)"
        }
        return String(decoding: datagram[23..<23 + Int(datagram[22])], as: UTF8.self)
    }
}
