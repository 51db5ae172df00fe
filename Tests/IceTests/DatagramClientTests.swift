import Ice
import IceEncoding
import IceTesting
import Logging
import Testing

/// The numbers are those of docs/ami-amd.md.
@Suite("Datagrams of clients", .timeLimit(.minutes(5)))
struct DatagramClientTests {
    /// Runs `body` with a datagram proxy and the socket behind its endpoint.
    static func withPeer(
        _ properties: Properties = [:], _ body: (ObjectPrx, RawDatagrams) async throws -> Void
    ) async throws {
        let peer = try RawDatagrams()
        try await withCommunicator(properties) { communicator in
            let text = "greeter -d:udp -h 127.0.0.1 -p \(peer.port)"
            try await body(#require(try communicator.makeProxy(text)), peer)
        }
    }

    /// The datagram that a real client sent.
    static func recorded(_ id: String) throws -> [UInt8] {
        struct Golden: Decodable {
            struct Vector: Decodable {
                var id: String
                var hex: String?
            }

            var vectors: [Vector]
        }
        let golden: Golden = try Vectors.load("transport")
        return Vectors.bytes(try #require(golden.vectors.first { $0.id == id }?.hex))
    }

    @Test("37: a request is one datagram with the bytes of a real client; the future is done when it is written")
    func bytes() async throws {
        let recorded = try Self.recorded("udp-oneway")
        try await Self.withPeer { proxy, peer in
            let future = try proxy.ice_identity(Identity(name: "r")).ice_invokeAsync(operation: "ok", mode: .normal)
            let result = try await future.value
            #expect(result == InvocationResult(ok: true, outEncaps: []))
            #expect(future.isSent && !future.isSentSynchronously)
            let (datagram, _) = try await peer.next()
            #expect(datagram == recorded)
        }
    }

    @Test("28, 40: on one connection datagrams leave in the order of the calls, and in the calls themselves")
    func order() async throws {
        try await Self.withPeer { proxy, peer in
            _ = try await proxy.ice_getConnection()
            await endOfTurn(proxy)
            let operations = (0..<100).map { "op\($0)" }
            for operation in operations {
                let future = try proxy.ice_invokeAsync(operation: operation, mode: .normal)
                #expect(future.isSentSynchronously && future.isDone)
            }
            for operation in operations {
                let (datagram, _) = try await peer.next()
                #expect(RawMessages.operation(of: datagram) == operation)
            }
        }
    }

    @Test("40: those that wait for the connection leave in their order, too, each as a datagram")
    func burst() async throws {
        try await Self.withPeer { proxy, peer in
            let operations = (0..<100).map { "op\($0)" }
            let futures = try operations.map { try proxy.ice_invokeAsync(operation: $0, mode: .normal) }
            for future in futures { _ = try await future.value }
            for operation in operations {
                let (datagram, _) = try await peer.next()
                #expect(RawMessages.operation(of: datagram) == operation)
            }
        }
    }

    @Test("39: the longest request is sent, a longer one is not", arguments: [0, 1_000, 100_000])
    func limit(sendSize: Int) async throws {
        let limit = min(65_535, sendSize > 0 ? sendSize : 65_535) - 28
        let empty = RawMessages.request(operation: "greet", parameters: []).count
        try await Self.withPeer(["Ice.UDP.SndSize": "\(sendSize)"]) { proxy, peer in
            for isConnected in [false, true] {
                let longest = [UInt8](repeating: 7, count: limit - empty)
                let tooLong = try proxy.ice_invokeAsync(operation: "greet", mode: .idempotent, inEncaps: longest + [7])
                await #expect(throws: LocalException(.datagramLimit, "")) { try await tooLong.value }
                #expect(!tooLong.isSent, "connected: \(isConnected)")
                _ = try await proxy.ice_invoke(operation: "greet", mode: .normal, inEncaps: longest)
                let (datagram, _) = try await peer.next()
                #expect(datagram.count == limit)
            }
        }
    }

    @Test("a send buffer that takes no datagram is refused", arguments: ["Ice.UDP.SndSize", "Ice.UDP.RcvSize"])
    func impossible(_ name: String) throws {
        for value in ["1", "41", "3000000000", "much"] {
            #expect(throws: LocalException(.property, "")) { try Communicator([name: value]) }
        }
    }

    @Test("9: what has results is refused, and nothing is sent")
    func twowayOnly() async throws {
        try await Self.withPeer { proxy, peer in
            #expect(throws: LocalException(.twowayOnly, "")) { try proxy.ice_isAAsync("::X") }
            try await proxy.ice_ping()
            let (datagram, _) = try await peer.next()
            #expect(RawMessages.operation(of: datagram) == "ice_ping")
        }
    }

    @Test("nobody at the port: datagrams leave all the same, over the same connection")
    func nobody() async throws {
        let notes = Notes<String>()
        let communicator = try Communicator(
            ["Ice.Warn.Datagrams": "1"], logger: Logger(label: "test") { _ in NotingLogHandler(notes) })
        var peer: RawDatagrams? = try RawDatagrams()
        let port = try #require(peer).port
        peer = nil
        let proxy = try #require(try communicator.makeProxy("greeter -d:udp -h 127.0.0.1 -p \(port)"))
        let connection = try #require(try await proxy.ice_getConnection())
        for _ in 0..<100 { try await proxy.ice_ping() }
        let fixed = proxy.ice_fixed(connection)
        for _ in 0..<100 { try await fixed.ice_ping() }
        let again = try #require(try await proxy.ice_getConnection())
        #expect(again === connection)
        let warnings = await notes.wait(for: 1)
        #expect(warnings.first?.hasPrefix("a datagram to 127.0.0.1:\(port) was lost") == true)
        await communicator.destroy()
    }

    @Test("datagrams to a client harm nobody: garbage, CloseConnection, requests, nothing at all")
    func answers() async throws {
        let notes = Notes<String>()
        let peer = try RawDatagrams()
        let communicator = try Communicator(
            ["Ice.Warn.Datagrams": "1"], logger: Logger(label: "test") { _ in NotingLogHandler(notes) })
        let proxy = try #require(try communicator.makeProxy("greeter -d:udp -h 127.0.0.1 -p \(peer.port)"))
        try await proxy.ice_ping()
        let (_, port) = try await peer.next()
        let unwanted = [
            [], [1, 2, 3], RawConnection.closeConnection, RawConnection.validation, RawMessages.request(),
            RawMessages.reply(id: [1, 0, 0, 0]), [UInt8](repeating: 0x49, count: 60_000),
        ]
        for datagram in unwanted { try peer.send(datagram, to: port) }
        let warnings = await notes.wait(for: unwanted.count)
        #expect(warnings.count == unwanted.count && warnings.allSatisfy { $0.contains("is ignored") })
        try await proxy.ice_ping()
        let (_, later) = try await peer.next()
        #expect(later == port)
        #expect(try peer.receiveAtOnce() == nil)
        await communicator.destroy()
    }
}
