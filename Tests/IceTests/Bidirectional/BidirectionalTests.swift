import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Calls of the peer over a connection that this side made", .timeLimit(.minutes(5)))
struct BidirectionalTests {
    @Test("a server calls back the client", arguments: ["tcp", "ssl", "ws", "wss"])
    func callBack(transport: String) async throws {
        let authority = try TestAuthority()
        try authority.issue("server")
        try authority.issue("client")
        func properties(_ name: String) -> Properties {
            [
                "IceSSL.DefaultDir": authority.folder, "IceSSL.CAs": TestAuthority.file,
                "IceSSL.CertFile": "\(name).p12", "IceSSL.Password": TestAuthority.password,
            ]
        }
        try await CallbackScene.run(
            endpoint: "\(transport) -h 127.0.0.1 -p 0", serverProperties: properties("server"),
            clientProperties: properties("client")
        ) { scene in
            for count in [0, 5, 300_000] {
                let text = String(repeating: "x", count: count)
                let answer = try await scene.callBack(text)
                #expect(answer == text)
            }
            try await withThrowingTaskGroup(of: Bool.self) { group in
                // Fewer than MaxDispatches: a full connection isn't read, and so hears no answers.
                for number in 0..<50 {
                    group.addTask { try await scene.callBack("\(number)") == "\(number)" }
                }
                for try await isRight in group { #expect(isRight) }
            }
            #expect(scene.callback.callCount("echo") == 53)
        }
    }

    @Test("what both sides know of the connection")
    func known() async throws {
        let (currents, callbacks) = (Notes<Current>(), Notes<Current>())
        try await CallbackScene.run { scene in
            scene.servant.on("callBack") { request in
                currents.add(request.current)
                return try await CallbackScene.callBack("echo", request)
            }
            scene.callback.on("echo") { request in
                callbacks.add(request.current)
                return OutgoingResponse(outEncaps: request.inEncaps)
            }
            _ = try await scene.callBack("x")
            let connection = try await scene.connection()
            #expect(connection.getAdapter() === scene.adapter)
            #expect(try connection.getInfo().adapterName == "Callbacks" && !connection.getInfo().incoming)
            let called = try #require(callbacks.all.first)
            #expect(called.con === connection && called.adapter === scene.adapter)
            let incoming = try #require(currents.all.first?.con)
            #expect(incoming.getAdapter() === scene.serverAdapter)
            #expect(try incoming.getInfo().incoming && incoming.getInfo().adapterName == "A")
            let proxy = try incoming.createProxy(CallbackScene.identity)
            #expect(proxy.ice_isFixed() && proxy.ice_isTwoway() && proxy.ice_getEndpoints().isEmpty)
            let used = try await proxy.ice_getConnection()
            #expect(used === incoming)
            #expect(throws: LocalException(.featureNotSupported, "")) { try incoming.setAdapter(nil) }
        }
    }

    @Test("without an object adapter the peer's requests find no object; it may come and go")
    func noAdapter() async throws {
        try await CallbackScene.run(isAttached: false) { scene in
            let connection = try await scene.connection()
            func expectNobody() async {
                let failure = await #expect(throws: LocalException.self) { _ = try await scene.callBack("x") }
                #expect(failure?.code == .objectNotExist && failure?.target?.identity == CallbackScene.identity)
            }
            #expect(connection.getAdapter() == nil)
            await expectNobody()
            try connection.setAdapter(scene.adapter)
            let answer = try await scene.callBack("x")
            #expect(answer == "x")
            try connection.setAdapter(nil)
            #expect(connection.getAdapter() == nil)
            await expectNobody()
            try connection.setAdapter(scene.adapter)
            try scene.adapter.remove(CallbackScene.identity)
            await expectNobody()
            scene.adapter.deactivate()
            await scene.adapter.waitForDeactivate()
            #expect(connection.getAdapter() == nil)
            await expectNobody()
            #expect(throws: LocalException(.objectAdapterDeactivated, "")) { try connection.setAdapter(scene.adapter) }
        }
    }

    @Test("new connections start with the communicator's default object adapter")
    func defaultAdapter() async throws {
        try await CallbackScene.run(isAttached: false) { scene in
            let before = try await scene.connection()
            #expect(scene.client.getDefaultObjectAdapter() == nil)
            scene.client.setDefaultObjectAdapter(scene.adapter)
            #expect(scene.client.getDefaultObjectAdapter() === scene.adapter)
            #expect(before.getAdapter() == nil)
            let other = scene.proxy.ice_connectionId("other")
            let connection = try #require(try await other.ice_getConnection())
            #expect(connection.getAdapter() === scene.adapter)
            let result = try await other.ice_invoke(
                operation: "callBack", mode: .normal, inEncaps: Encapsulation.make { $0.append(7 as Int32) })
            #expect(result.outEncaps == Encapsulation.make { $0.append(7 as Int32) })
            scene.client.setDefaultObjectAdapter(nil)
            let last = try await scene.proxy.ice_connectionId("last").ice_getConnection()
            #expect(last?.getAdapter() == nil)
        }
    }

    @Test("oneway, batches, contexts, encodings and failures go back as they go there")
    func kinds() async throws {
        let contexts = Notes<[String: String]>()
        try await CallbackScene.run { scene in
            scene.callback.on("note") { request in
                contexts.add(request.current.ctx)
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
            scene.callback.on("fail") { OutgoingResponse(ok: false, outEncaps: $0.inEncaps) }
            scene.servant.on("all") { request in
                let callback = try #require(request.current.con).createProxy(CallbackScene.identity)
                try await callback.ice_oneway().call("note", ["kind": "oneway"])
                let batch = callback.ice_batchOneway()
                for index in 0..<3 { try await batch.call("note", ["kind": "batch \(index)"]) }
                try await batch.ice_flushBatchRequests()
                try await callback.ice_encodingVersion(.v1_0).call("note", ["kind": "1.0"])
                let failed = try await callback.ice_invoke(operation: "fail", mode: .normal)
                #expect(!failed.ok)
                await #expect(throws: LocalException.self) { try await callback.call("missing", [:]) }
                await #expect(throws: LocalException(.invocationTimeout, "")) {
                    try await callback.ice_invocationTimeout(20).call("never", [:])
                }
                let isCompressed = try await callback.ice_compress(true).ice_invoke(
                    operation: "echo", mode: .normal, inEncaps: request.inEncaps)
                return OutgoingResponse(outEncaps: isCompressed.outEncaps)
            }
            let gate = scene.callback.hold("never")
            let text = Encapsulation.make { $0.appendString(String(repeating: "compressed ", count: 10_000)) }
            let result = try await scene.proxy.ice_invoke(operation: "all", mode: .normal, inEncaps: text)
            gate.open()
            #expect(result.outEncaps == text)
            let kinds = contexts.all.map { $0["kind"] ?? "" }
            #expect(kinds == ["oneway", "batch 0", "batch 1", "batch 2", "1.0"])
        }
    }

    @Test("MaxDispatches of a client's connections bounds what its peer calls at once")
    func maxDispatches() async throws {
        try await CallbackScene.run(clientProperties: ["Ice.Connection.Client.MaxDispatches": "2"]) { scene in
            let gate = scene.callback.hold("wait")
            scene.servant.on("five") { request in
                let callback = try #require(request.current.con).createProxy(CallbackScene.identity)
                let calls = try (0..<5).map { _ in try callback.ice_invokeAsync(operation: "wait", mode: .normal) }
                await scene.callback.waitForCalls("wait", count: 2)
                // Read behind the two, were it read: the third would have begun before.
                let ping = try callback.ice_invocationTimeout(50).ice_pingAsync()
                let failure = try await ping.exception as? LocalException
                #expect(failure?.code == .invocationTimeout && scene.callback.callCount("wait") == 2)
                gate.open()
                for call in calls { _ = try await call.value }
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
            try await scene.proxy.call("five")
            #expect(scene.callback.callCount("wait") == 5)
        }
    }

    @Test("a proxy of a closed connection says why, and one of a destroyed communicator isn't made")
    func gone() async throws {
        try await CallbackScene.run { scene in
            let connections = Notes<Connection>()
            scene.servant.on("note") { request in
                if let connection = request.current.con { connections.add(connection) }
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
            try await scene.proxy.call("note", [:])
            let incoming = try #require(connections.all.first)
            let callback = try incoming.createProxy(CallbackScene.identity)
            try await callback.ice_ping()
            try await scene.connection().close()
            try await incoming.close()
            await #expect(throws: LocalException(.closeConnection, "")) { try await callback.ice_ping() }
            await scene.server.destroy()
            #expect(throws: LocalException(.communicatorDestroyed, "")) {
                try incoming.createProxy(CallbackScene.identity)
            }
        }
    }
}

extension ObjectPrx {
    /// Calls an operation without parameters or results.
    func call(_ operation: String, _ context: [String: String] = [:]) async throws {
        _ = try await ice_invoke(operation: operation, mode: .normal, context: context)
    }
}
