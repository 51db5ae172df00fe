import EventLoop
import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Futures: what the call throws, and what comes later", .timeLimit(.minutes(5)))
struct FutureErrorTests {
    @Test("7: no endpoint, nobody at the port, no such transport or mode: all of it comes with the future")
    func onTheWayOut() async throws {
        let port = try DeafPort()
        let proxies: [(String, LocalException.Code)] = [
            ("o", .noEndpoint), ("o:udp -h 127.0.0.1 -p 1", .noEndpoint),
            ("o:tcp -h 127.0.0.1 -p \(port.port)", .connectionRefused),
        ]
        try await withCommunicator { communicator in
            for (text, code) in proxies {
                let proxy = try #require(try communicator.makeProxy(text))
                let future = try proxy.ice_invokeAsync(operation: "op", mode: .normal)
                await #expect(throws: LocalException(code, "")) { try await future.value }
                #expect(!future.isSent && !future.isSentSynchronously && !future.isCancelled)
                await #expect(throws: LocalException(code, "")) { try await future.sent() }
            }
        }
    }

    @Test("1, 7: the call does not wait for a name, and the failure of its look-up comes with the future")
    func nameLookUp() async throws {
        let gate = Gate()
        let resolver = Resolver { host in
            gate.hold()
            gate.open()
            return .failure(Resolver.Failure(host: host, message: "no such name"))
        }
        let thread = try LoopThread(try EventLoop(), name: "test-loop")
        let communicator = try Communicator(loops: [thread.loop], resolver: resolver)
        let proxy = try #require(try communicator.makeProxy("o:tcp -h nowhere.invalid -p 1"))
        let future = try proxy.ice_pingAsync()
        #expect(future.isRunning)
        gate.open()
        await #expect(throws: LocalException(.dns, "")) { try await future.value }
        await communicator.destroy()
        try await thread.end()
    }

    @Test("8: of a destroyed communicator every call throws at once")
    func destroyed() async throws {
        let communicator = try Communicator()
        let proxy = try #require(try communicator.makeProxy("o:tcp -h 127.0.0.1 -p 1"))
        await communicator.destroy()
        let destroyed = LocalException(.communicatorDestroyed, "")
        #expect(throws: destroyed) { try proxy.ice_invokeAsync(operation: "op", mode: .normal) }
        #expect(throws: destroyed) { try proxy.ice_pingAsync() }
        #expect(throws: destroyed) { try proxy.ice_isAAsync("::T") }
        #expect(throws: destroyed) { try proxy.ice_idAsync() }
        #expect(throws: destroyed) { try proxy.ice_idsAsync() }
        await #expect(throws: destroyed) { try await proxy.ice_ping() }
    }

    @Test("9: an operation with results on a oneway proxy throws TwowayOnly at once, and nothing is sent")
    func twowayOnly() async throws {
        let twowayOnly = LocalException(.twowayOnly, "")
        try await withRawPeer { connection, _ in
            try connection.serve()
        } _: { proxy, peer in
            let oneway = proxy.ice_oneway()
            #expect(throws: twowayOnly) { try oneway.ice_isAAsync("::T") }
            #expect(throws: twowayOnly) { try oneway.ice_idAsync() }
            #expect(throws: twowayOnly) { try oneway.ice_idsAsync() }
            await #expect(throws: twowayOnly) { try await oneway.ice_isA("::T") }
            await #expect(throws: twowayOnly) { try await oneway.ice_id() }
            await #expect(throws: twowayOnly) { try await oneway.ice_ids() }
            #expect(peer.connectionCount == 0)
            try await oneway.ice_ping()
            _ = try await oneway.ice_invoke(operation: "op", mode: .normal)
        }
    }

    @Test("10: an operation that is oneway by its definition throws OnewayOnly on a twoway proxy at once")
    func onewayOnly() async throws {
        try await withRawPeer { connection, _ in
            try connection.serve()
        } _: { proxy, _ in
            #expect(throws: LocalException(.onewayOnly, "")) {
                try proxy.invokeAsync("op", .normal, requires: .oneway, context: nil) { _ in }
            }
            try await proxy.ice_oneway().invokeAsync("op", .normal, requires: .oneway, context: nil) { _ in }.value
        }
    }

    @Test("11: a user exception is no failure of ice_invoke; built-in operations have none")
    func userExceptions() async throws {
        try await withRawPeer { connection, _ in
            try connection.send(RawConnection.validation)
            for _ in 0..<2 {
                try connection.send(RawMessages.reply(to: try connection.receiveMessage(), status: .userException))
            }
            try connection.receiveCloseConnection()
        } _: { proxy, _ in
            let result = try await proxy.ice_invokeAsync(operation: "op", mode: .normal).value
            #expect(result == InvocationResult(ok: false, outEncaps: [6, 0, 0, 0, 1, 1]))
            await #expect(throws: LocalException(.unknownUser, "")) { try await proxy.ice_ping() }
        }
    }

    @Test("17: a result that cannot be read fails the future, not the connection")
    func unreadable() async throws {
        try await withRawPeer { connection, _ in
            try connection.serve()
        } _: { proxy, peer in
            for _ in 0..<2 {
                await #expect(throws: LocalException(.marshal, "")) { try await proxy.ice_idAsync().value }
            }
            #expect(peer.connectionCount == 1)
        }
    }
}
