import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Cancel and timeouts", .timeLimit(.minutes(5)))
struct CancelAndTimeoutTests {
    /// In nanoseconds.
    static let soon: UInt64 = 30_000_000

    @Test("an answer that does not come is InvocationTimeout; the connection stays, the late reply is ignored")
    func timeout() async throws {
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation)
            try connection.send(RawMessages.reply(to: try connection.receiveMessage()))
            let first = try connection.receiveMessage()
            let second = try connection.receiveMessage()
            try connection.send(RawMessages.reply(to: first) + RawMessages.reply(to: second))
            try connection.receiveCloseConnection()
        } _: { peer in
            try await LoopClient.run { client in
                let invoker = try client.invoker(peer.proxy())
                #expect(await client.start(invoker).end() == RetryTests.ok)
                // Connected: it leaves in this turn, the timer fires in a later one.
                let first = await client.start(invoker, mode: .idempotent, timeout: Self.soon)
                #expect(await first.end() == .failed(.invocationTimeout, wasSent: true))
                let second = await client.start(invoker)
                #expect(await second.end() == RetryTests.ok)
                #expect(first.events == [.sent, .failed(.invocationTimeout, wasSent: true)])
            }
            #expect(peer.connectionCount == 1)
            #expect(peer.failures.isEmpty)
        }
    }

    /// Validates when the gate is open, and answers the only request that comes, `second`.
    private static func answersSecond(behind gate: Gate) -> RawPeer.Script {
        { connection, _ in
            try gate.wait()
            try connection.send(RawConnection.validation)
            let message = try connection.receiveMessage()
            #expect(String(decoding: message, as: UTF8.self).contains("second"))
            try connection.send(RawMessages.reply(to: message))
            try connection.receiveCloseConnection()
        }
    }

    @Test("the timeout covers connecting; the request is never sent")
    func timeoutWhileConnecting() async throws {
        let gate = Gate()
        try await RawPeer.run(Self.answersSecond(behind: gate)) { peer in
            try await LoopClient.run { client in
                let invoker = try client.invoker(peer.proxy())
                let first = await client.start(invoker, operation: "first", timeout: Self.soon)
                let second = await client.start(invoker, operation: "second")
                #expect(await first.end() == .failed(.invocationTimeout, wasSent: false))
                gate.open()
                #expect(await second.end() == RetryTests.ok)
                #expect(first.events.count == 1)
            }
            #expect(peer.failures.isEmpty)
        }
    }

    @Test("a cancelled request that waits for the connection is never sent and nothing is told")
    func cancelWhileConnecting() async throws {
        let gate = Gate()
        try await RawPeer.run(Self.answersSecond(behind: gate)) { peer in
            try await LoopClient.run { client in
                let invoker = try client.invoker(peer.proxy())
                let first = await client.start(invoker, operation: "first")
                let second = await client.start(invoker, operation: "second")
                let results = await client.onLoop { [first.invocation?.cancel(), first.invocation?.cancel()] }
                #expect(results == [true, false])
                gate.open()
                #expect(await second.end() == RetryTests.ok)
                #expect(first.events.isEmpty)
                let inFlight = await client.onLoop { invoker.inFlight }
                #expect(inFlight == 0)
            }
            #expect(peer.failures.isEmpty)
        }
    }

    @Test("a cancelled request in the send buffer leaves no byte; one that was sent keeps the connection usable")
    func cancelQueued() async throws {
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation)
            for operation in ["warmup", "first", "third"] {
                let message = try connection.receiveMessage()
                #expect(String(decoding: message, as: UTF8.self).contains(operation))
                if operation != "first" { try connection.send(RawMessages.reply(to: message)) }
            }
            try connection.receiveCloseConnection()
        } _: { peer in
            try await LoopClient.run { client in
                let invoker = try client.invoker(peer.proxy())
                #expect(await client.start(invoker, operation: "warmup").end() == RetryTests.ok)
                let first = await client.start(invoker, operation: "first")
                _ = await first.events { $0 == [.sent] }
                let (second, third) = await client.onLoop {
                    let second = LoopClient.startHere(invoker, operation: "second")
                    let third = LoopClient.startHere(invoker, operation: "third")
                    second.invocation?.cancel()
                    first.invocation?.cancel()
                    return (second, third)
                }
                #expect(await third.end() == RetryTests.ok)
                #expect(second.events.isEmpty)
                #expect(first.events == [.sent])
            }
            #expect(peer.failures.isEmpty)
        }
    }

    @Test("cancelling a future that waits for the connection ends it at once")
    func cancelFuture() async throws {
        try await RawPeer.run { connection, _ in
            try connection.receiveToEnd()
        } _: { peer in
            let communicator = try Communicator(patient())
            let proxy = try #require(try communicator.makeProxy(peer.proxy()))
            let future = try proxy.ice_invokeAsync(operation: "op", mode: .normal)
            #expect(!future.isDone && !future.isSent && !future.isSentSynchronously)
            #expect(future.cancel())
            #expect(future.cancel())
            #expect(future.isCancelled && future.isDone)
            await #expect(throws: LocalException(.invocationCanceled, "")) { try await future.value }
            await #expect(throws: LocalException(.invocationCanceled, "")) { try await future.sent() }
            await communicator.destroy()
        }
    }

    @Test("cancelling the waiting task cancels the invocation")
    func cancelTask() async throws {
        let (whenOver, over) = AsyncStream.makeStream(of: Void.self)
        try await withGreeter { proxy, servant in
            servant.on("never") { request in
                for await _ in whenOver {}
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
            let task = Task { try await proxy.ice_invoke(operation: "never", mode: .normal) }
            await servant.waitForCalls("never", count: 1)
            task.cancel()
            await #expect(throws: LocalException(.invocationCanceled, "")) { try await task.value }
            let answer = try await Greeter.greet("still", proxy)
            #expect(answer == "Hello, still!")
            over.finish()
        }
    }

    @Test("a proxy's invocation timeout ends the call")
    func proxyTimeout() async throws {
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation)
            _ = try connection.receiveMessage()
            try connection.receiveCloseConnection()
        } _: { peer in
            let communicator = try Communicator(patient())
            let proxy = try #require(try communicator.makeProxy(peer.proxy())).ice_invocationTimeout(30)
            #expect(proxy.ice_getInvocationTimeout() == 30)
            await #expect(throws: LocalException(.invocationTimeout, "")) {
                try await proxy.ice_invoke(operation: "op", mode: .normal)
            }
            await communicator.destroy()
        }
    }
}
