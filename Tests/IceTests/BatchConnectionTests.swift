import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Batches: connections", .timeLimit(.minutes(5)))
struct BatchConnectionTests {
    @Test("44, 47, 56: proxies fixed to a connection share its batch, which a flush of any of them or of it sends")
    func fixed() async throws {
        try await withBatchPeer { proxy, _, messages in
            let connection = try #require(try await proxy.ice_twoway().ice_getConnection())
            let fixed = ["a", "b", "c"].map {
                proxy.ice_identity(Identity(name: $0)).ice_fixed(connection).ice_batchOneway()
            }
            for (index, proxy) in fixed.enumerated() { try proxy.collect("op\(index)") }
            try proxy.collect("own")
            let flush = connection.flushBatchRequestsAsync(.basedOnProxy)
            #expect(flush.isSent && flush.isSentSynchronously && flush.isDone)
            #expect(flush.connection === connection && flush.proxy == nil && flush.operation == "flushBatchRequests")
            #expect(flush.communicator === proxy.ice_getCommunicator())
            try await connection.flushBatchRequests(.yes)
            for (index, proxy) in fixed.enumerated() { try proxy.collect("op\(index + 3)") }
            try await fixed[0].ice_flushBatchRequests()
            try await proxy.ice_flushBatchRequests()
            #expect(
                try await messages.operations(of: 3) == [["op0", "op1", "op2"], ["op3", "op4", "op5"], ["own"]])
        }
    }

    @Test("47: the communicator flushes its connections, not the batches of other proxies")
    func communicator() async throws {
        try await withBatchPeer { proxy, _, messages in
            let communicator = proxy.ice_getCommunicator()
            let nothing = try communicator.flushBatchRequestsAsync(.no)
            #expect(nothing.isDone && nothing.isSent && nothing.isSentSynchronously)
            for id in ["a", "b"] {
                let connection = try #require(try await proxy.ice_twoway().ice_connectionId(id).ice_getConnection())
                try proxy.ice_fixed(connection).collect("fixed")
            }
            try proxy.collect("own")
            let flush = try communicator.flushBatchRequestsAsync(.basedOnProxy)
            #expect(flush.isDone && flush.isSent && flush.isSentSynchronously)
            #expect(flush.connection == nil && flush.proxy == nil && flush.communicator === communicator)
            try await communicator.flushBatchRequests(.basedOnProxy)
            // Connections may overtake each other.
            _ = await messages.wait(for: 2)
            try await proxy.ice_flushBatchRequests()
            #expect(try await messages.operations(of: 3) == [["fixed"], ["fixed"], ["own"]])
        }
    }

    @Test(
        "47: a batch is compressed as the flush says; based on the proxies, when one of them asks for it",
        arguments: [
            ([], .basedOnProxy, false), ([false], .basedOnProxy, false), ([true], .basedOnProxy, true),
            ([true, false], .basedOnProxy, true), ([false, true], .basedOnProxy, true), ([], .yes, true),
            ([false], .yes, true), ([true], .no, false),
        ] as [([Bool], CompressBatch, Bool)])
    func compressed(asked: [Bool], how: CompressBatch, expected: Bool) async throws {
        try await withBatchPeer { proxy, _, messages in
            let connection = try #require(try await proxy.ice_twoway().ice_getConnection())
            let fixed = proxy.ice_fixed(connection)
            let prose = Encapsulation.make { $0.append(Compression.prose(1000)) }
            try fixed.collect("unasked", prose)
            for compress in asked { try fixed.ice_compress(compress).collect("asked", prose) }
            try await connection.flushBatchRequests(how)
            // What a batch was asked for does not concern the next one.
            try fixed.collect("next", prose)
            try await fixed.ice_getCommunicator().flushBatchRequests(.basedOnProxy)
            let received = await messages.wait(for: 2)
            #expect(received.map { $0[9] == 2 } == [expected, false])
            let operations = ["unasked"] + asked.map { _ in "asked" }
            #expect(
                try received.map { try RawMessages.operations(in: Compression.inflated($0)) } == [operations, ["next"]])
        }
    }

    @Test("45: a proxy's flush is compressed as its other requests", arguments: [true, false])
    func compressedByProxy(compresses: Bool) async throws {
        try await withBatchPeer { proxy, _, messages in
            let prose = Encapsulation.make { $0.append(Compression.prose(1000)) }
            let asking = proxy.ice_compress(compresses)
            for _ in 0..<2 {
                try asking.collect("a", prose)
                try await asking.ice_flushBatchRequests()
            }
            #expect(await messages.wait(for: 2).map { $0[9] == 2 } == [compresses, compresses])
        }
    }

    @Test("46: after its connection is gone a batch proxy connects anew; the connection's own batch is lost")
    func gone() async throws {
        let messages = Notes<[UInt8]>()
        try await withRawPeer { connection, index in
            try connection.send(RawConnection.validation)
            if index == 0 {
                for _ in 0..<2 {
                    let request = try connection.receiveMessage()
                    if RawMessages.operation(of: request) == "end" { return }
                    try connection.send(RawMessages.reply(to: request))
                }
            }
            try receiveBatches(connection, messages)
        } _: { proxy, peer in
            let batch = proxy.ice_batchOneway()
            try await proxy.ice_ping()
            let connection = try #require(try await proxy.ice_getConnection())
            let fixed = proxy.ice_fixed(connection).ice_batchOneway()
            try batch.collect("a")
            try fixed.collect("lost")
            await #expect(throws: LocalException(.connectionLost, "")) {
                try await proxy.ice_invoke(operation: "end", mode: .normal)
            }
            await #expect(throws: LocalException(.connectionLost, "")) { try await fixed.collect("late").value }
            let flush = connection.flushBatchRequestsAsync(.basedOnProxy)
            await #expect(throws: LocalException(.connectionLost, "")) { try await flush.value }
            #expect(!flush.isSent && flush.connection === connection)
            #expect(connection.flushBatchRequestsAsync(.basedOnProxy).isSent)
            try await proxy.ice_getCommunicator().flushBatchRequests(.basedOnProxy)
            try await batch.ice_flushBatchRequests()
            #expect(try await messages.operations(of: 1) == [["a"]])
            #expect(peer.connectionCount == 2)
        }
    }

    @Test("46: a connection that the application closed takes its batch with it, a batch proxy connects anew")
    func closed() async throws {
        try await withBatchPeer { proxy, peer, messages in
            let connection = try #require(try await proxy.ice_twoway().ice_getConnection())
            let fixed = proxy.ice_fixed(connection)
            try proxy.collect("a")
            try fixed.collect("lost")
            try await connection.close()
            var closed = LocalException(.connectionClosed, "")
            closed.closedByApplication = true
            let flush = try fixed.ice_flushBatchRequestsAsync()
            await #expect(throws: closed) { try await flush.value }
            await #expect(throws: closed) { try await fixed.collect("late").value }
            #expect(!flush.isSent && flush.proxy == fixed)
            try await proxy.ice_flushBatchRequests()
            #expect(try await messages.operations(of: 1) == [["a"]])
            #expect(peer.connectionCount == 2)
        }
    }

    @Test("46: the communicator's flush waits for its connections and ignores how they end")
    func ignored() async throws {
        let gate = Gate()
        try await withRawPeer(["Ice.RetryIntervals": "-1"]) { connection, _ in
            try connection.send(RawConnection.validation)
            try connection.send(RawMessages.reply(to: try connection.receiveMessage()))
            try gate.wait()
            try connection.reset()
        } _: { proxy, _ in
            try await proxy.ice_ping()
            let connection = try #require(try await proxy.ice_getConnection())
            await endOfTurn(proxy)
            let large = try proxy.ice_invokeAsync(operation: "large", mode: .normal, inEncaps: SentTests.large)
            try proxy.ice_fixed(connection).ice_batchOneway().collect("lost")
            let flush = try proxy.ice_getCommunicator().flushBatchRequestsAsync(.basedOnProxy)
            #expect(!flush.isDone && !flush.isSent)
            gate.open()
            #expect(try await flush.sent() == false)
            try await flush.value
            #expect(flush.isSent && !flush.isSentSynchronously)
            await #expect(throws: LocalException(.connectionLost, "")) { try await large.value }
        }
    }
}
