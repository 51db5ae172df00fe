import EventLoop
import IceEncoding
import IceTesting
import Synchronization
import Testing

@testable import Ice

@Suite("Hostile peers", .timeLimit(.minutes(5)))
struct HostileTests {
    @Test("a proxy with more endpoints than a stack has frames is tried to its end")
    func manyEndpoints() async throws {
        try await withCommunicator { communicator in
            // The system refuses at once to connect to a broadcast address.
            let endpoint = Endpoint.ip(IPEndpoint(.tcp, host: "255.255.255.255", port: 1))
            let proxy = try #require(try communicator.makeProxy("o:tcp -h 127.0.0.1 -p 1"))
                .ice_endpoints(Array(repeating: endpoint, count: 20_000))
            await #expect(throws: LocalException(.connectFailed, "")) { try await proxy.ice_ping() }
        }
    }

    @Test("forty bombs that arrive together are not inflated in one turn of the loop, but all in the end")
    func bombs() throws {
        let bomb = try Compression.compressed(
            RawMessages.reply(id: [9, 0, 0, 0], body: Array(repeating: 0, count: 1_000_000)), level: 9)
        let scene = try LoneConnection()
        scene.receive(RawConnection.validation)
        scene.receive(repeatElement(bomb, count: 40).joined())
        #expect(scene.connection.repliesRead == 2)
        for turn in 2...21 {
            scene.loop.stop()
            scene.loop.run()
            #expect(scene.connection.repliesRead == min(2 * turn, 40))
        }
        // What follows needs no turn of its own.
        scene.receive(RawMessages.reply(id: [9, 0, 0, 0]))
        #expect(scene.connection.repliesRead == 41)
        #expect(scene.owner.failures.isEmpty)
    }

    @Test("what timed out while a locator gives no answer takes no memory", arguments: [true, false])
    func silentLocator(isConnectionCached: Bool) async throws {
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation)
            while try connection.receiveMessage() != RawConnection.closeConnection {}
        } _: { peer in
            try await LoopClient.run { client in
                client.communicator.setDefaultLocator(try client.communicator.makeProxy(peer.proxy()))
                let proxy = try #require(try client.communicator.makeProxy("o @ A"))
                let invoker = client.communicator.makeInvoker(
                    proxy.ice_connectionCached(isConnectionCached), on: client.loop)
                weak var first: Invocation?
                for index in 0..<100 {
                    let recorder = await client.start(invoker, timeout: 1_000_000)
                    #expect(await recorder.end() == .failed(.invocationTimeout, wasSent: false))
                    if index == 0 { first = recorder.invocation }
                    recorder.invocation = nil
                }
                #expect(await client.onLoop { invoker.unsentBytes } == 0)
                #expect(first == nil)
            }
        }
    }

    @Test("12: tens of thousands of requests that wait for a full socket are cancelled, latest first; none leaves")
    func cancelMany() async throws {
        let operations = Notes<String>()
        let gate = Gate()
        try await withRawPeer { connection, _ in
            try connection.send(RawConnection.validation)
            try gate.wait()
            try connection.answer(operations.add)
        } _: { proxy, _ in
            _ = try await proxy.ice_getConnection()
            let large = Encapsulation.make { $0.append(Array(repeating: 1, count: 8_000_000)) }
            let first = try proxy.ice_invokeAsync(operation: "first", mode: .normal, inEncaps: large)
            let futures = try (0..<20_000).map { _ in try proxy.ice_pingAsync() }
            #expect(futures.reversed().allSatisfy { $0.cancel() })
            let last = try proxy.ice_invokeAsync(operation: "last", mode: .normal)
            gate.open()
            for future in [first, last] { _ = try await future.value }
        }
        #expect(operations.all == ["first", "last"])
    }

    @Test("37: a oneway request that fills the socket of a WebSocket is told to be sent when it is")
    func webSocketFull() async throws {
        let server = try LoopClient()
        let adapter = try server.communicator.createObjectAdapterWithEndpoints(
            name: "A", endpoints: "ws -h 127.0.0.1 -p 0")
        let greeter = try adapter.add(servant: Greeter.servant(), identity: Identity(name: "greeter"))
        try adapter.activate()
        let gate = Gate()
        try await withCommunicator { communicator in
            let proxy = try #require(try communicator.makeProxy("\(greeter)")).ice_oneway()
            _ = try await proxy.ice_getConnection()
            await endOfTurn(proxy)
            server.loop.execute { gate.hold() }
            let text = Encapsulation.make { $0.append(Array(repeating: 1, count: 10_000)) }
            var futures: [InvocationFuture<InvocationResult>] = []
            repeat {
                futures.append(try proxy.ice_invokeAsync(operation: "op", mode: .normal, inEncaps: text))
            } while futures.last?.isSentSynchronously == true
            gate.open()
            for future in futures { #expect(try await future.value.ok) }
        }
        await server.communicator.destroy()
        try await server.thread.end()
    }

    @Test("12: a request that waits in a connection which is closing is cancelled before cancel() returns")
    func cancelWhileDraining() async throws {
        let gate = Gate()
        let loopGate = Gate()
        try await withRawPeer(["Ice.Connection.Client.CloseTimeout": "0"]) { connection, index in
            try connection.send(RawConnection.validation)
            if index == 0 { try gate.wait() }
            try connection.answer()
        } _: { proxy, _ in
            let old = try #require(try await proxy.ice_getConnection())
            let large = Encapsulation.make { $0.append(Array(repeating: 1, count: 8_000_000)) }
            let first = try proxy.ice_invokeAsync(operation: "first", mode: .normal, inEncaps: large)
            let second = try proxy.ice_pingAsync()
            async let closed: Void = old.close()
            while try await proxy.ice_getConnection() === old {}
            try await proxy.ice_ping()
            old.loop.execute { loopGate.hold() }
            #expect(old.unsentRequests == 2)
            #expect(second.cancel() && !second.isSent)
            #expect(old.unsentRequests == 1)
            loopGate.open()
            gate.open()
            _ = try await first.value
            try await closed
        }
    }
}
