@testable import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Batches", .timeLimit(.minutes(5)))
struct BatchTests {
    @Test("41, 45: calls are collected, done and not sent; a flush has the bytes of real clients")
    func collected() async throws {
        let expected = try #require(WireTests.messages["msg-batch-2"])
        try await withBatchPeer { proxy, peer, messages in
            let proxy = proxy.ice_identity(Identity(name: "t"))
            let sent = Notes<Bool>()
            for (operation, parameters) in [
                ("opInt", Encapsulation.make { $0.append(1 as Int32) }),
                ("opString", Encapsulation.make { $0.appendString("two") }),
            ] {
                let future = try proxy.collect(operation, parameters)
                future.onSent(sent.add)
                #expect(future.isDone && !future.isSent && !future.isSentSynchronously)
                #expect(try await future.value == InvocationResult(ok: true, outEncaps: []))
                #expect(try await future.sent() == false)
                #expect(!future.cancel())
            }
            #expect(peer.connectionCount == 0)
            let flush = try proxy.ice_flushBatchRequestsAsync()
            #expect(!flush.isSentSynchronously)
            #expect(try await flush.sent() == false)
            try await flush.value
            #expect(flush.isSent && flush.operation == "ice_flushBatchRequests")
            #expect(flush.proxy == proxy && flush.connection == nil && flush.communicator != nil)
            #expect(await messages.wait(for: 1) == [expected])
            #expect(sent.all.isEmpty)
        }
    }

    @Test("45: an empty flush is done and sent at once, without a connection; on a connection a flush is sent at once")
    func empty() async throws {
        try await withBatchPeer { proxy, peer, messages in
            for proxy in [proxy, proxy.ice_twoway()] {
                let flush = try proxy.ice_flushBatchRequestsAsync()
                #expect(flush.isDone && flush.isSent && flush.isSentSynchronously)
                try await flush.value
            }
            #expect(peer.connectionCount == 0)
            try await proxy.ice_twoway().ice_ping()
            let unconnected = proxy.ice_context(["other": "proxy"])
            try unconnected.collect("a")
            let flush = try unconnected.ice_flushBatchRequestsAsync()
            #expect(flush.isDone && flush.isSent && flush.isSentSynchronously)
            try await flush.value
            #expect(try await messages.operations(of: 2) == [["ice_ping"], ["a"]])
            #expect(peer.connectionCount == 1)
        }
    }

    @Test("42: with a destroyed communicator calls and flushes throw")
    func destroyed() async throws {
        let communicator = try Communicator(patient())
        let proxy = try #require(try communicator.makeProxy("o -O:tcp -h 127.0.0.1 -p 9"))
        try proxy.collect("a")
        await communicator.destroy()
        let destroyed = LocalException(.communicatorDestroyed, "")
        #expect(throws: destroyed) { try proxy.collect("b") }
        #expect(throws: destroyed) { try proxy.ice_flushBatchRequestsAsync() }
        #expect(throws: destroyed) { try communicator.flushBatchRequestsAsync(.basedOnProxy) }
    }

    @Test("43, 50: a call that throws leaves the batch as it was")
    func refused() async throws {
        try await withBatchPeer { proxy, _, messages in
            try proxy.collect("a")
            #expect(throws: LocalException(.twowayOnly, "")) { try proxy.ice_idAsync() }
            #expect(throws: LocalException(.twowayOnly, "")) { try proxy.ice_isAAsync("::A") }
            _ = try proxy.ice_pingAsync()
            try await proxy.ice_flushBatchRequests()
            #expect(try await messages.operations(of: 1) == [["a", "ice_ping"]])
        }
    }

    @Test("44: every changed copy collects on its own, an unchanged one does not")
    func owners() async throws {
        try await withBatchPeer { proxy, _, messages in
            let changed = [
                proxy.ice_facet("f"), proxy.ice_context(["k": "v"]), proxy.ice_compress(false),
                proxy.ice_twoway().ice_batchOneway(),
            ]
            let same = [proxy, proxy.ice_batchOneway(), proxy.ice_facet(""), proxy.untyped]
            for (index, proxy) in changed.enumerated() { try proxy.collect("changed \(index)") }
            for (index, proxy) in same.enumerated() { try proxy.collect("same \(index)") }
            try await proxy.ice_flushBatchRequests()
            for proxy in changed { try await proxy.ice_flushBatchRequests() }
            let expected = [["same 0", "same 1", "same 2", "same 3"]] + (0..<4).map { ["changed \($0)"] }
            #expect(try await messages.operations(of: 5) == expected)
        }
    }

    @Test("44: a proxy that nobody has any more does not stay because of its batch")
    func dropped() async throws {
        try await withCommunicator { communicator in
            weak var reference: Reference?
            weak var queue: BatchRequestQueue?
            do {
                let proxy = try #require(try communicator.makeProxy("o -O:tcp -h 127.0.0.1 -p 9"))
                try proxy.collect("a")
                (reference, queue) = (proxy.reference, proxy.reference.batchRequestQueue)
                #expect(reference != nil && queue != nil)
            }
            #expect(reference == nil && queue == nil)
        }
    }

    @Test("48: a flush that fails is not made again, and its requests are lost")
    func failed() async throws {
        let port = try DeafPort()
        try await withCommunicator(["Ice.RetryIntervals": "0 0 0"]) { communicator in
            let proxy = try #require(try communicator.makeProxy("o -O:tcp -h 127.0.0.1 -p \(port.port)"))
            let sent = Notes<Bool>()
            try proxy.collect("a")
            let flush = try proxy.ice_flushBatchRequestsAsync()
            flush.onSent(sent.add)
            await #expect(throws: LocalException(.connectionRefused, "")) { try await flush.value }
            #expect(!flush.isSent && sent.all.isEmpty)
            #expect(try proxy.ice_flushBatchRequestsAsync().isSentSynchronously)
        }
    }

    @Test("48: a flush whose connection is lost while it is written is not made again")
    func lost() async throws {
        let gate = Gate()
        let properties: Properties = ["Ice.RetryIntervals": "0 0 0", "Ice.BatchAutoFlushSize": "0"]
        try await withRawPeer(properties) { connection, _ in
            try connection.send(RawConnection.validation)
            _ = try connection.receive(100_000)
            try gate.wait()
            try connection.reset()
        } _: { proxy, peer in
            let proxy = proxy.ice_batchOneway()
            try proxy.collect("large", SentTests.large)
            let flush = try proxy.ice_flushBatchRequestsAsync()
            gate.open()
            await #expect(throws: LocalException(.connectionLost, "")) { try await flush.value }
            #expect(!flush.isSent && peer.connectionCount == 1)
        }
    }

    @Test("51: the server dispatches all in their order, whatever becomes of each")
    func dispatched() async throws {
        try await withGreeter { proxy, servant in
            servant.on("note") { request in OutgoingResponse(emptyFor: request.current.encoding) }
            let batch = proxy.ice_batchOneway()
            let operations = ["note", "absent", "greet", "note", "absent", "note"]
            for operation in operations { try batch.collect(operation) }
            try await batch.ice_flushBatchRequests()
            await servant.waitForCalls("note", count: 3)
            #expect(servant.calls == operations)
        }
    }
}
