import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Graceful ends of connections that carry calls both ways", .timeLimit(.minutes(5)))
struct BidirectionalCloseTests {
    @Test("one side closes while both dispatch: all is answered", arguments: [true, false])
    func close(byClient: Bool) async throws {
        try await CallbackScene.run { scene in
            let clientGate = scene.callback.hold("held")
            let serverGate = scene.servant.hold("held")
            let connections = Notes<Connection>()
            scene.servant.on("callBack") { request in
                if let connection = request.current.con { connections.add(connection) }
                return try await CallbackScene.callBack("held", request)
            }
            // Two requests of the client, one of which waits for one of the server.
            let calls = try ["held", "callBack"].map { name in
                try scene.proxy.ice_invokeAsync(
                    operation: name, mode: .normal, inEncaps: Encapsulation.make { $0.appendString(name) })
            }
            await scene.servant.waitForCalls("held", count: 1)
            await scene.callback.waitForCalls("held", count: 1)
            let incoming = try #require(connections.all.first)
            let connection = byClient ? try await scene.connection() : incoming
            let end = Task { try await connection.close() }
            // A closing connection takes no new requests: a fixed proxy sees that it closes.
            let fixed =
                byClient ? scene.proxy.ice_fixed(connection) : try connection.createProxy(CallbackScene.identity)
            while (try? await fixed.ice_invocationTimeout(1000).ice_ping()) != nil {}
            clientGate.open()
            serverGate.open()
            for (call, name) in zip(calls, ["held", "callBack"]) {
                let result = try await call.value
                #expect(result.outEncaps == Encapsulation.make { $0.appendString(name) })
            }
            try await end.value
            #expect(throws: LocalException.self) { try connection.throwException() }
        }
    }

    @Test("both sides close at the same time with dispatches pending on both: all is answered")
    func both() async throws {
        try await CallbackScene.run { scene in
            let clientGate = scene.callback.hold("held")
            let connections = Notes<Connection>()
            scene.servant.on("callBack") { request in
                if let connection = request.current.con { connections.add(connection) }
                return try await CallbackScene.callBack("held", request)
            }
            let call = Task { try await scene.callBack("x") }
            await scene.callback.waitForCalls("held", count: 1)
            let (connection, incoming) = (try await scene.connection(), try #require(connections.all.first))
            let ends = [connection, incoming].map { connection in Task { try await connection.close() } }
            clientGate.open()
            let answer = try await call.value
            #expect(answer == "x")
            for end in ends { try await end.value }
        }
    }

    @Test("a deactivated object adapter lets its dispatches finish, also those that call back")
    func deactivate() async throws {
        try await CallbackScene.run { scene in
            let clientGate = scene.callback.hold("held")
            let begun = Notes<Void>()
            scene.servant.on("callBack") { request in
                let answer = try await CallbackScene.callBack("held", request)
                begun.add(())
                return answer
            }
            let call = Task { try await scene.callBack("x") }
            await scene.callback.waitForCalls("held", count: 1)
            scene.serverAdapter.deactivate()
            clientGate.open()
            let answer = try await call.value
            #expect(answer == "x" && begun.all.count == 1)
            await scene.serverAdapter.waitForDeactivate()
        }
    }

    @Test("destroying the server's communicator waits for no answer of a client")
    func destroyServer() async throws {
        try await CallbackScene.run(serverProperties: ["Ice.Connection.Server.CloseTimeout": "0"]) { scene in
            let clientGate = scene.callback.hold("held")
            let failures = Notes<LocalException>()
            scene.servant.on("callBack") { request in
                do {
                    return try await CallbackScene.callBack("held", request)
                } catch let error as LocalException {
                    failures.add(error)
                    throw error
                }
            }
            let call = Task { try await scene.callBack("x") }
            await scene.callback.waitForCalls("held", count: 1)
            let destroyed = Task { await scene.server.destroy() }
            let failure = await failures.wait(for: 1)
            #expect(failure == [LocalException(.communicatorDestroyed, "")])
            _ = await call.result
            clientGate.open()
            await destroyed.value
        }
    }

    @Test("destroying the client's communicator waits for what it dispatches")
    func destroyClient() async throws {
        try await CallbackScene.run { scene in
            let clientGate = scene.callback.hold("held")
            let answers = Notes<Bool>()
            scene.servant.on("callBack") { request in
                let answer = try? await CallbackScene.callBack("held", request)
                answers.add(answer != nil)
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
            let call = Task { try await scene.callBack("x") }
            await scene.callback.waitForCalls("held", count: 1)
            let destroyed = Task { await scene.client.destroy() }
            let result = await call.result
            #expect(throws: LocalException(.communicatorDestroyed, "")) { try result.get() }
            clientGate.open()
            let answer = await answers.wait(for: 1)
            #expect(answer == [true])
            await destroyed.value
        }
    }

    @Test("an inactive connection is closed, but not while the peer's request is dispatched")
    func liveness() async throws {
        try await CallbackScene.run(
            serverProperties: ["Ice.Connection.Server.EnableIdleCheck": "0"],
            clientProperties: [
                "Ice.Connection.Client.IdleTimeout": "1", "Ice.Connection.Client.InactivityTimeout": "1",
                "Ice.Connection.Client.EnableIdleCheck": "0",
            ], isAttached: false
        ) { scene in
            // On a slow machine a connection may be closed before it is called over.
            scene.client.setDefaultObjectAdapter(scene.adapter)
            let gate = scene.callback.hold("held")
            let calls = Notes<InvocationFuture<InvocationResult>>()
            scene.servant.on("later") { request in
                let callback = try #require(request.current.con).createProxy(CallbackScene.identity)
                calls.add(try callback.ice_invokeAsync(operation: "held", mode: .normal, inEncaps: request.inEncaps))
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
            try await scene.proxy.call("later")
            let connection = try await scene.connection()
            let ended = Notes<Void>()
            connection.setCloseCallback { _ in ended.add(()) }
            await scene.callback.waitForCalls("held", count: 1)
            // Other connections pass their time unused.
            for index in 0..<2 {
                let other = try #require(try await scene.proxy.ice_connectionId("\(index)").ice_getConnection())
                let closed = Notes<Void>()
                other.setCloseCallback { _ in closed.add(()) }
                _ = await closed.wait(for: 1)
            }
            #expect(ended.all.isEmpty)
            gate.open()
            _ = try await calls.all.first?.value
            _ = await ended.wait(for: 1)
            #expect(throws: LocalException(.connectionClosed, "")) { try connection.throwException() }
        }
    }
}
