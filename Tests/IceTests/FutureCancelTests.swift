import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Futures: cancelling", .timeLimit(.minutes(5)))
struct FutureCancelTests {
    static let canceled = LocalException(.invocationCanceled, "")

    @Test("12: a queued request that is cancelled never leaves; the next one does")
    func cancelQueued() async throws {
        let gate = Gate()
        let operations = Notes<String>()
        try await withRawPeer { connection, _ in
            try gate.wait()
            try connection.serve(operations.add)
        } _: { proxy, _ in
            let first = try proxy.ice_invokeAsync(operation: "first", mode: .normal)
            let second = try proxy.ice_invokeAsync(operation: "second", mode: .normal)
            #expect(first.cancel())
            gate.open()
            _ = try await second.value
            #expect(operations.all == ["second"])
            #expect(!first.isSent)
        }
    }

    @Test("12: a request behind one that the peer does not take yet is cancelled without a trace")
    func cancelBehindLarge() async throws {
        let gate = Gate()
        let operations = Notes<String>()
        try await withRawPeer { connection, _ in
            try connection.send(RawConnection.validation)
            try connection.send(RawMessages.reply(to: try connection.receiveMessage()))
            try gate.wait()
            try connection.answer(operations.add)
        } _: { proxy, _ in
            try await proxy.ice_ping()
            let large = try proxy.ice_invokeAsync(operation: "large", mode: .normal, inEncaps: SentTests.large)
            let second = try proxy.ice_invokeAsync(operation: "second", mode: .normal)
            let third = try proxy.ice_invokeAsync(operation: "third", mode: .normal)
            #expect(second.cancel())
            gate.open()
            _ = try await large.value
            _ = try await third.value
            #expect(operations.all == ["large", "third"])
        }
    }

    @Test("12: the server executes a cancelled request that was sent; its reply is ignored, the connection stays")
    func cancelSent() async throws {
        let (whenCancelled, cancelled) = AsyncStream.makeStream(of: Void.self)
        try await withGreeter { proxy, servant in
            servant.on("slow") { request in
                for await _ in whenCancelled {}
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
            let future = try proxy.ice_invokeAsync(operation: "slow", mode: .normal)
            await servant.waitForCalls("slow", count: 1)
            #expect(future.cancel())
            cancelled.finish()
            let answer = try await Greeter.greet("still", proxy)
            #expect(answer == "Hello, still!")
            #expect(future.isCancelled && future.isSent)
            #expect(servant.callCount("slow") == 1)
        }
    }

    @Test("13, 14, 15, 16: after a cancel it is done, and stays so")
    func afterCancel() async throws {
        let gate = Gate()
        try await withRawPeer { connection, _ in
            try gate.wait()
            try connection.serve()
        } _: { proxy, _ in
            let future = try proxy.ice_invokeAsync(operation: "op", mode: .normal)
            #expect(future.cancel())
            #expect(future.isDone && future.isCancelled && !future.isRunning)
            #expect(future.cancel(), "cancelled already")
            await #expect(throws: Self.canceled) { try await future.value }
            await #expect(throws: Self.canceled) { try await future.exception }
            try await onThread { () throws -> Void in
                #expect(throws: Self.canceled) { try future.wait() }
                #expect(throws: Self.canceled) { try future.waitForException() }
            }
            gate.open()
            try await proxy.ice_ping()
            #expect(future.isCancelled)
        }
    }

    @Test("13, 66: cancelling any task that waits, for the result or for the request to leave, cancels the invocation")
    func cancelTasks() async throws {
        let gate = Gate()
        try await withRawPeer { connection, _ in
            try gate.wait()
            try connection.serve()
        } _: { proxy, _ in
            let first = try proxy.ice_invokeAsync(operation: "op", mode: .normal)
            let other = Task { try await first.value }
            let task = Task { try await first.value }
            task.cancel()
            await #expect(throws: Self.canceled) { try await task.value }
            await #expect(throws: Self.canceled) { try await other.value }
            let second = try proxy.ice_invokeAsync(operation: "op", mode: .normal)
            let sending = Task { try await second.sent() }
            sending.cancel()
            await #expect(throws: Self.canceled) { try await sending.value }
            #expect(second.isCancelled)
            gate.open()
            try await proxy.ice_ping()
        }
    }

    @Test("14, 15: a cancel after the end changes nothing and says so")
    func cancelAfterEnd() async throws {
        try await withGreeter { proxy, _ in
            let future = try proxy.ice_pingAsync()
            try await future.value
            #expect(!future.cancel())
            #expect(!future.isCancelled && future.isDone && future.isSent)
            try await future.value
            let failed = try proxy.ice_facet("none").ice_pingAsync()
            #expect((try await failed.exception as? LocalException)?.code == .facetNotExist)
            #expect(!failed.cancel())
            await #expect(throws: LocalException.self) { try await failed.value }
        }
    }
}

@Suite("Futures: cancelling what is just being sent", .timeLimit(.minutes(5)))
struct CancelRaceTests {
    @Test("12, 27: what a server executed was sent, however a cancel and the write met")
    func sentAndCancelled() async throws {
        let executed = Notes<Int32>()
        let servant = MockServant(operations: [
            "op": { request in
                executed.add(try Encapsulation.read(request.inEncaps) { try $0.read(Int32.self) })
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
        ])
        try await withCommunicator { server in
            let adapter = try server.createObjectAdapterWithEndpoints(name: "A", endpoints: "tcp -h 127.0.0.1 -p 0")
            let target = try adapter.add(servant: servant, identity: Identity(name: "o"))
            try adapter.activate()
            try await withCommunicator { client in
                let proxy = try #require(try client.makeProxy("\(target)"))
                try await proxy.ice_ping()
                let sent = try await withThrowingTaskGroup(of: [Int32].self) { group in
                    for task in 0..<8 as Range<Int32> {
                        group.addTask {
                            var sent: [Int32] = []
                            for id in task * 200..<(task + 1) * 200 {
                                // A call made on the loop is written at the end of its turn: about now.
                                let future = try await Task(executorPreference: proxy.ice_loopExecutor) {
                                    try proxy.ice_invokeAsync(
                                        operation: "op", mode: .normal, inEncaps: Encapsulation.make { $0.append(id) })
                                }.value
                                future.cancel()
                                if future.isSent { sent.append(id) }
                            }
                            return sent
                        }
                    }
                    return try await group.reduce(into: Set()) { $0.formUnion($1) }
                }
                // On the same connection: what was sent before has been executed.
                try await proxy.ice_ping()
                #expect(Set(executed.all).subtracting(sent).isEmpty)
            }
        }
    }
}
