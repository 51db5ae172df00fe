import Ice
import IceEncoding
import IceTesting
import Synchronization
import Testing

@Suite("Object adapters", .timeLimit(.minutes(5)))
struct ServerTests {
    static func port(_ proxy: ObjectPrx) throws -> UInt16 {
        guard case .ip(let endpoint)? = proxy.ice_getEndpoints().first else { throw LocalException(.noEndpoint, "") }
        return endpoint.port
    }

    @Test("a client that leaves anywhere in a request harms nobody", arguments: [false, true])
    func cutRequests(resets: Bool) async throws {
        try await withGreeter { proxy, servant in
            let port = try Self.port(proxy)
            let request = RawMessages.request()
            for length in 0..<request.count {
                try await RawConnection.run(port: port) { connection in
                    if length % 2 == 0 { try connection.receiveValidation() }
                    try connection.send(request.prefix(length))
                    if resets { try connection.reset() }
                }
            }
            #expect(servant.calls.isEmpty)
            let answer = try await Greeter.greet("survivor", proxy)
            #expect(answer == "Hello, survivor!")
        }
    }

    @Test("a client that leaves before its answer, or in the middle of it, harms nobody", arguments: [false, true])
    func cutReplies(resets: Bool) async throws {
        try await withGreeter { proxy, _ in
            let port = try Self.port(proxy)
            for length in 0..<40 {
                try await RawConnection.run(port: port) { connection in
                    try connection.receiveValidation()
                    try connection.send(RawMessages.request())
                    _ = try connection.receive(length % 37)
                    if resets { try connection.reset() }
                }
            }
            let answer = try await Greeter.greet("survivor", proxy)
            #expect(answer == "Hello, survivor!")
        }
    }

    @Test("an identity of many accents costs what its bytes cost, a context key of them ends the connection")
    func accents() async throws {
        let accents = "a" + String(repeating: "\u{301}\u{316}", count: 200_000)
        try await withGreeter { proxy, _ in
            let port = try Self.port(proxy)
            let reply = try await RawConnection.run(port: port) { connection in
                try connection.receiveValidation()
                try connection.send(RawMessages.request(identity: accents))
                return try connection.receiveMessage()
            }
            // ObjectNotExist, behind the header and the id.
            #expect(reply[18] == 2)
            let rest = try await RawConnection.run(port: port) { connection in
                try connection.receiveValidation()
                try connection.send(RawMessages.request(context: [(accents, "")]))
                return try connection.receiveToEnd()
            }
            #expect(rest.isEmpty)
        }
    }

    @Test(
        "an operation of many accents ends the connection, a type id of them the call",
        arguments: ["greet", "ice_ping", ""])
    func operationOfAccents(prefix: String) async throws {
        let accents = String(repeating: "\u{301}\u{316}", count: 2_000)
        try await withGreeter { proxy, _ in
            let port = try Self.port(proxy)
            let rest = try await RawConnection.run(port: port) { connection in
                try connection.receiveValidation()
                try connection.send(RawMessages.request(operation: prefix + accents))
                return try connection.receiveToEnd()
            }
            #expect(rest.isEmpty)
            await #expect(throws: LocalException.self) { try await proxy.ice_isA(prefix + accents) }
        }
    }

    @Test("a request in any two pieces is answered")
    func splitRequests() async throws {
        try await withGreeter { proxy, _ in
            let port = try Self.port(proxy)
            let request = RawMessages.request()
            let replies = try await RawConnection.run(port: port) { connection in
                try connection.receiveValidation()
                return try (1..<request.count).map { split in
                    try connection.send(request.prefix(split))
                    try connection.send(request.dropFirst(split))
                    return try connection.receiveMessage()
                }
            }
            let body = Encapsulation.make { $0.appendString("Hello, raw!") }
            #expect(Set(replies) == [RawMessages.reply(id: [1, 0, 0, 0], body: body)])
        }
    }

    @Test("86: requests begin in their order and end in any")
    func order() async throws {
        let begun = Mutex<[Int32]>([])
        let count: Int32 = 200
        try await withGreeter(serverProperties: ["Ice.Connection.Server.MaxDispatches": "0"]) { proxy, servant in
            servant.on("begin") { [weak servant] request in
                begun.withLock { $0.append(request.current.requestId) }
                // The first one ends when the last one has begun.
                if request.current.requestId == 1 { await servant?.waitForCalls("begin", count: Int(count)) }
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
            let ids = try await RawConnection.run(port: try Self.port(proxy)) { connection in
                try connection.receiveValidation()
                for id in 1...count {
                    try connection.send(
                        RawMessages.request(id: id, operation: "begin", parameters: Encapsulation.make()))
                }
                return try (0..<count).map { _ in try connection.receiveMessage()[14] }
            }
            #expect(begun.withLock { $0 } == Array(1...count))
            #expect(ids.count == Int(count) && ids.first != 1)
        }
    }

    @Test("89: no more is read than may be dispatched, and all is answered")
    func backPressure() async throws {
        let running = Mutex((now: 0, most: 0))
        try await withGreeter(serverProperties: ["Ice.Connection.Server.MaxDispatches": "3"]) { proxy, servant in
            servant.on("work") { request in
                running.withLock {
                    $0.now += 1
                    $0.most = max($0.most, $0.now)
                }
                await Task.yield()
                await Task.yield()
                running.withLock { $0.now -= 1 }
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
            let futures = try (0..<500).map { _ in try proxy.ice_invokeAsync(operation: "work", mode: .normal) }
            for future in futures {
                let result = try await future.value
                #expect(result.ok)
            }
            #expect(running.withLock { $0.most } <= 3)
        }
    }

    private static func failure(_ proxy: ObjectPrx, _ operation: String) async -> LocalException? {
        do {
            _ = try await proxy.ice_invoke(operation: operation, mode: .normal)
            return nil
        } catch {
            return error as? LocalException
        }
    }

    @Test("80: what a servant throws becomes the reply Ice says")
    func failures() async throws {
        struct Other: Error {}
        try await withGreeter { proxy, servant in
            let nested = LocalException.Target(identity: Identity(name: "inner"), facet: "f", operation: "o")
            servant.on("local") { _ in throw LocalException(.connectionLost, "gone") }
            servant.on("marshal") { _ in throw MarshalError(.truncated, "short") }
            servant.on("other") { _ in throw Other() }
            servant.on("notExist") { _ in throw LocalException(.objectNotExist, "") }
            servant.on("nested") { _ in
                var exception = LocalException(.facetNotExist, "")
                exception.target = nested
                throw exception
            }
            servant.on("unknownUser") { _ in throw LocalException(.unknownUser, "text") }
            servant.on("status") { _ in
                var exception = LocalException(.dispatch, "text")
                exception.replyStatus = ReplyStatus(rawValue: 42)
                throw exception
            }
            servant.on("user") { _ in OutgoingResponse(ok: false, outEncaps: [7, 0, 0, 0, 1, 1, 9]) }
            let local = await Self.failure(proxy, "local")
            #expect(local?.code == .unknownLocal)
            #expect(local?.message.contains("::Ice::ConnectionLostException") == true)
            #expect(await Self.failure(proxy, "marshal")?.code == .unknownLocal)
            #expect(await Self.failure(proxy, "other")?.code == .unknown)
            let missing = await Self.failure(proxy, "notExist")
            #expect(missing?.code == .objectNotExist)
            #expect(missing?.target?.identity == proxy.ice_getIdentity())
            #expect(missing?.target?.operation == "notExist")
            #expect(await Self.failure(proxy, "nested")?.target == nested)
            #expect(await Self.failure(proxy, "unknownUser")?.code == .unknownUser)
            #expect(await Self.failure(proxy, "unknownUser")?.message == "text")
            #expect(await Self.failure(proxy, "status")?.code == .dispatch)
            #expect(await Self.failure(proxy, "status")?.replyStatus?.rawValue == 42)
            #expect(await Self.failure(proxy, "absent")?.code == .operationNotExist)
            let user = try await proxy.ice_invoke(operation: "user", mode: .normal)
            #expect(user == InvocationResult(ok: false, outEncaps: [7, 0, 0, 0, 1, 1, 9]))
            await #expect(throws: LocalException.self) { try await proxy.ice_facet("other").ice_ping() }
            await #expect(throws: LocalException.self) { try await proxy.ice_identity(Identity(name: "x")).ice_ping() }
        }
    }

    @Test("51, 85: a batch is dispatched in order and never answered; a bad entry fails alone")
    func batch() async throws {
        try await withGreeter { proxy, servant in
            servant.on("note") { request in OutgoingResponse(emptyFor: request.current.encoding) }
            var buffer = OutputBuffer()
            let start = buffer.beginMessage(.batchRequest)
            let operations = ["note", "absent", "greet", "note"]
            buffer.append(Int32(operations.count))
            for operation in operations {
                buffer.append(
                    Array(RawMessages.request(operation: operation, parameters: Encapsulation.make()).dropFirst(18)))
            }
            buffer.endMessage(start)
            let message = Array(buffer.bytes)
            let reply = try await RawConnection.run(port: try Self.port(proxy)) { connection in
                try connection.receiveValidation()
                try connection.send(message + RawMessages.request())
                return try connection.receiveMessage()
            }
            #expect(reply[14] == 1 && reply[18] == 0)
            #expect(servant.calls == operations + ["greet"])
        }
    }

    @Test("87: deactivation answers what is being dispatched, then closes gracefully")
    func deactivation() async throws {
        let communicator = try Communicator(patient())
        let adapter = try communicator.createObjectAdapterWithEndpoints(name: "A", endpoints: "tcp -h 127.0.0.1 -p 0")
        let servant = Greeter.servant()
        let (stream, continue_) = AsyncStream<Void>.makeStream()
        servant.on("slow") { request in
            for await _ in stream { break }
            return OutgoingResponse(emptyFor: request.current.encoding)
        }
        let proxy = try adapter.add(servant: servant, identity: Identity(name: "greeter"))
        try adapter.activate()
        let port = try Self.port(proxy)
        async let messages = RawConnection.run(port: port) { connection in
            try connection.receiveValidation()
            try connection.send(RawMessages.request(operation: "slow", parameters: Encapsulation.make()))
            return [try connection.receiveMessage(), try connection.receiveMessage()]
        }
        await servant.waitForCalls("slow", count: 1)
        adapter.deactivate()
        continue_.yield()
        let received = try await messages
        #expect(received == [RawMessages.reply(id: [1, 0, 0, 0]), RawConnection.closeConnection])
        await adapter.waitForDeactivate()
        #expect(throws: LocalException.self) { try adapter.activate() }
        await adapter.destroy()
        #expect(throws: LocalException(.objectAdapterDestroyed, "")) {
            try adapter.add(servant: servant, identity: Identity(name: "late"))
        }
        await communicator.destroy()
        #expect(throws: LocalException.self) { try communicator.createObjectAdapter("") }
    }

    @Test("25, 68, 102: destroying a client fails what is pending with CommunicatorDestroyed and closes gracefully")
    func destroyPending() async throws {
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation)
            _ = try connection.receiveMessage()
            try connection.receiveCloseConnection()
        } _: { peer in
            let client = try Communicator(patient())
            let proxy = try #require(try client.makeProxy(peer.proxy()))
            let future = try proxy.ice_invokeAsync(operation: "op", mode: .idempotent)
            _ = try await future.sent()
            await client.destroy()
            await #expect(throws: LocalException(.communicatorDestroyed, "")) { try await future.value }
            #expect(throws: LocalException(.communicatorDestroyed, "")) {
                try proxy.ice_invokeAsync(operation: "op", mode: .normal)
            }
            await client.destroy()
            #expect(peer.failures.isEmpty)
        }
    }

    @Test("servants are added and removed by identity and facet")
    func servants() async throws {
        let communicator = try Communicator(patient())
        let adapter = try communicator.createObjectAdapter("")
        let id = Identity(name: "o", category: "c")
        let proxy = try adapter.add(servant: Greeter.servant(), identity: id, facet: "f")
        #expect(proxy.description == "c/o -f f")
        #expect(throws: LocalException(.alreadyRegistered, "")) {
            try adapter.add(servant: Greeter.servant(), identity: id, facet: "f")
        }
        #expect(adapter.find(id) == nil)
        #expect(adapter.findFacet(id: id, facet: "f") != nil)
        try adapter.removeFacet(id: id, facet: "f")
        #expect(throws: LocalException(.notRegistered, "")) { try adapter.removeFacet(id: id, facet: "f") }
        await communicator.destroy()
    }

    @Test("thousands of requests from several tasks are all answered, each with its own result")
    func manyRequests() async throws {
        try await withGreeter { proxy, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        let futures = try (0..<500).map { index in
                            try proxy.ice_invokeAsync(
                                operation: "greet", mode: .normal,
                                inEncaps: Encapsulation.make { $0.appendString("\(worker)/\(index)") })
                        }
                        for (index, future) in futures.enumerated() {
                            let result = try await future.value
                            let text = try Encapsulation.read(result.outEncaps) { try $0.readString() }
                            #expect(text == "Hello, \(worker)/\(index)!")
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
