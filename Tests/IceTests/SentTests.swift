import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Futures: sent", .timeLimit(.minutes(5)))
struct SentTests {
    /// More than a loopback connection whose other end does not read can hold.
    static let large = Encapsulation.make { $0.append([UInt8](repeating: 7, count: 24 << 20)) }

    /// Runs `body` with a proxy that is connected to a peer; the peer reads on when the gate opens.
    static func withConnected(
        executor: (any TaskExecutor)? = nil, _ body: (ObjectPrx, Gate, Notes<String>) async throws -> Void
    ) async throws {
        let gate = Gate()
        let operations = Notes<String>()
        try await withRawPeer(executor: executor) { connection, _ in
            try connection.send(RawConnection.validation)
            try connection.send(RawMessages.reply(to: try connection.receiveMessage()))
            try gate.wait()
            try connection.answer(operations.add)
        } _: { proxy, _ in
            try await proxy.ice_ping()
            try await body(proxy, gate, operations)
        }
    }

    @Test("28, 31, 34, 35: on a connection that has nothing to write the call itself sends")
    func synchronously() async throws {
        let gate = Gate()
        try await withRawPeer { connection, _ in
            try gate.wait()
            try connection.serve()
        } _: { proxy, _ in
            let first = try proxy.ice_pingAsync()
            #expect(!first.isSent)
            gate.open()
            #expect(try await first.sent() == false)
            #expect(first.isSent && !first.isSentSynchronously)
            try await first.value
            try await onThread { () throws -> Void in
                let second = try proxy.ice_pingAsync()
                #expect(second.isSent && second.isSentSynchronously)
                let here = currentThread()
                let notes = Notes<Bool>()
                second.onSent { isSynchronous in notes.add(isSynchronous && currentThread() == here) }
                #expect(notes.all == [true])
                #expect(try second.waitForSent() == true)
                try second.wait()
            }
        }
    }

    @Test("27, 28, 29, 31: behind a request that does not fit all others are queued, and leave in their order")
    func queued() async throws {
        let notes = Notes<String>()
        try await ThreadExecutor.run { executor in
            try await Self.withConnected(executor: executor) { proxy, gate, operations in
                let large = try proxy.ice_invokeAsync(operation: "large", mode: .normal, inEncaps: Self.large)
                let others = try (0..<5).map { try proxy.ice_invokeAsync(operation: "\($0)", mode: .normal) }
                for (index, future) in ([large] + others).enumerated() {
                    #expect(!future.isSent && !future.isSentSynchronously && !future.isDone)
                    future.onSent { isSynchronous in notes.add("\(index) \(isSynchronous) \(executor.isCurrent)") }
                }
                gate.open()
                for future in [large] + others {
                    #expect(try await future.sent() == false)
                    #expect(future.isSent && !future.isSentSynchronously)
                    _ = try await future.value
                }
                #expect(operations.all == ["large", "0", "1", "2", "3", "4"])
                let all = await notes.wait(for: 6)
                #expect(all == (0..<6).map { "\($0) false true" })
            }
        }
    }

    @Test("30: a sent callback is called once although the request is sent twice")
    func retried() async throws {
        let gate = Gate()
        let notes = Notes<Bool>()
        try await ThreadExecutor.run { executor in
            try await withRawPeer(executor: executor) { connection, index in
                try gate.wait()
                gate.open()
                guard index == 0 else { return try connection.serve() }
                try connection.send(RawConnection.validation)
                _ = try connection.receiveMessage()
            } _: { proxy, peer in
                let future = try proxy.ice_invokeAsync(operation: "op", mode: .idempotent)
                future.onSent(notes.add)
                gate.open()
                _ = try await future.value
                #expect(peer.connectionCount == 2)
                await executor.run {}
                #expect(notes.all == [false])
            }
        }
    }

    @Test("30, 34: of a request that fails or is cancelled before it leaves nobody hears that it was sent")
    func neverSent() async throws {
        let notes = Notes<Bool>()
        let port = try DeafPort()
        try await ThreadExecutor.run { executor in
            try await withCommunicator(executor: executor) { communicator in
                let proxy = try #require(try communicator.makeProxy("o:tcp -h 127.0.0.1 -p \(port.port)"))
                let refused = try proxy.ice_pingAsync()
                refused.onSent(notes.add)
                await #expect(throws: LocalException(.connectionRefused, "")) { try await refused.sent() }
                try await onThread { () throws -> Void in
                    #expect(throws: LocalException(.connectionRefused, "")) { try refused.waitForSent() }
                }
                refused.onSent(notes.add)
                #expect(!refused.isSent)
            }
            try await Self.withConnected(executor: executor) { proxy, gate, _ in
                let large = try proxy.ice_invokeAsync(operation: "large", mode: .normal, inEncaps: Self.large)
                let queued = try proxy.ice_pingAsync()
                queued.onSent(notes.add)
                queued.cancel()
                await #expect(throws: FutureCancelTests.canceled) { try await queued.sent() }
                gate.open()
                _ = try await large.value
                try await proxy.ice_ping()
                #expect(!queued.isSent)
            }
            await executor.run {}
            #expect(notes.all.isEmpty)
        }
    }

    @Test("34: a failure after the request left is no failure to send it")
    func failedAfterwards() async throws {
        try await withRawPeer { connection, _ in
            try connection.send(RawConnection.validation)
            _ = try connection.receiveMessage()
        } _: { proxy, _ in
            let future = try proxy.ice_invokeAsync(operation: "op", mode: .normal)
            #expect(try await future.sent() == false)
            await #expect(throws: LocalException(.connectionLost, "")) { try await future.value }
            #expect(try await future.sent() == false)
        }
    }

    @Test("35: a connection that is there serves the first call of every proxy for its server")
    func otherProxies() async throws {
        try await Self.withConnected { proxy, gate, _ in
            gate.open()
            for other in [proxy.ice_oneway(), proxy.ice_facet("f"), proxy.ice_context(["a": "b"])] {
                let future = try other.ice_pingAsync()
                #expect(future.isSentSynchronously)
                try await future.value
            }
            let stranger = try proxy.ice_endpoints([]).ice_pingAsync()
            #expect(!stranger.isSentSynchronously)
            await #expect(throws: LocalException(.noEndpoint, "")) { try await stranger.value }
        }
    }

    @Test("35, 36: one after the other they are all sent synchronously, however quick the replies are")
    func quickReplies() async throws {
        try await withGreeter { proxy, _ in
            try await proxy.ice_ping()
            let count = try await onThread {
                var count = 0
                for _ in 0..<1000 {
                    let future = try proxy.ice_pingAsync()
                    if future.isSent, future.isSentSynchronously { count += 1 }
                    try future.wait()
                }
                return count
            }
            #expect(count == 1000)
        }
    }

    @Test("29, 40: requests of one caller arrive in the order of the calls, from the first to those sent synchronously")
    func order() async throws {
        let operations = Notes<String>()
        let rounds = 100
        let expected = Notes<String>()
        try await withRawPeer { connection, _ in
            try connection.serve(operations.add)
        } _: { proxy, _ in
            for round in 0..<rounds {
                // Each with a connection of its own, so that the first requests have to wait for it.
                let oneway = proxy.ice_connectionId("\(round)").ice_oneway()
                try await onThread { () throws -> Void in
                    var number = 0
                    while true {
                        let future = try oneway.ice_invokeAsync(operation: "\(round) \(number)", mode: .normal)
                        expected.add("\(round) \(number)")
                        if future.isSentSynchronously || number == 500 { break }
                        number += 1
                    }
                    try oneway.ice_twoway().ice_pingAsync().wait()
                }
            }
            // The ping of another proxy may have been first: only requests of one proxy keep their order while the connection
            // is being made.
            _ = await operations.wait(for: expected.all.count + rounds)
        }
        func byRound(_ operations: [String]) -> [Substring: [String]] {
            Dictionary(grouping: operations.filter { $0 != "ice_ping" }) { $0.prefix { $0 != " " } }
        }
        #expect(byRound(operations.all) == byRound(expected.all))
    }

    @Test("37, 38: a oneway invocation is over when it is sent, without an answer; a failure before is reported")
    func oneway() async throws {
        try await Self.withConnected { proxy, gate, operations in
            let oneway = proxy.ice_oneway()
            gate.open()
            let first = try oneway.ice_invokeAsync(operation: "first", mode: .normal)
            #expect(try await first.value == InvocationResult(ok: true, outEncaps: []))
            #expect(first.isSent)
            try await oneway.ice_ping()
            try await onThread { () throws -> Void in
                let second = try oneway.ice_invokeAsync(operation: "second", mode: .normal)
                #expect(second.isSentSynchronously && second.isDone)
                let notes = Notes<Bool>()
                second.onCompletion { if case .success = $0 { notes.add(true) } }
                #expect(notes.all == [true])
            }
            try await proxy.ice_ping()
            #expect(operations.all == ["first", "ice_ping", "second", "ice_ping"])
        }
        try await withCommunicator { communicator in
            let proxy = try #require(try communicator.makeProxy("o -o"))
            await #expect(throws: LocalException(.noEndpoint, "")) { try await proxy.ice_ping() }
        }
    }
}
