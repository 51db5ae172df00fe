@testable import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Batches: order", .timeLimit(.minutes(5)))
struct BatchOrderTests {
    @Test("12, 29, 45: a queued flush keeps its place among other requests; cancelled it is not sent")
    func queued() async throws {
        let messages = Notes<[UInt8]>()
        let gate = Gate()
        try await withRawPeer { connection, _ in
            try connection.send(RawConnection.validation)
            try connection.send(RawMessages.reply(to: try connection.receiveMessage()))
            try gate.wait()
            try receiveBatches(connection, messages)
        } _: { proxy, _ in
            try await proxy.ice_ping()
            let (oneway, batch, other) = (
                proxy.ice_oneway(), proxy.ice_batchOneway(), proxy.ice_facet("f").ice_batchOneway()
            )
            let large = try proxy.ice_invokeAsync(operation: "large", mode: .normal, inEncaps: SentTests.large)
            try batch.collect("a")
            try batch.collect("b")
            let flush = try batch.ice_flushBatchRequestsAsync()
            try batch.collect("d")
            let single = try oneway.collect("c")
            let second = try batch.ice_flushBatchRequestsAsync()
            try other.collect("never")
            let cancelled = try other.ice_flushBatchRequestsAsync()
            #expect(cancelled.cancel() && !flush.isSent && !flush.isDone)
            gate.open()
            for future in [flush, second] {
                #expect(try await future.sent() == false)
                try await future.value
            }
            _ = try await (large.value, single.value)
            try await proxy.ice_ping()
            #expect(
                try await messages.operations(of: 5) == [["large"], ["a", "b"], ["c"], ["d"], ["ice_ping"]])
            await #expect(throws: LocalException(.invocationCanceled, "")) { try await cancelled.value }
        }
    }

    @Test("49: a request with which the message would reach the limit makes those before leave")
    func autoFlush() async throws {
        try await withBatchPeer(["Ice.BatchAutoFlushSize": "1"]) { proxy, _, messages in
            // Entries of 122 bytes, as those that were measured.
            let parameters = Encapsulation.make { $0.append([UInt8](repeating: 1, count: 100)) }
            for index in 0..<10 { try proxy.collect("op\(index)", parameters) }
            let first = await messages.wait(for: 1)
            #expect(first.map(\.count) == [994])
            try await proxy.ice_flushBatchRequests()
            let names = (0..<10).map { "op\($0)" }
            #expect(try await messages.operations(of: 2) == [Array(names[..<8]), Array(names[8...])])
        }
    }

    @Test("49: a request longer than the limit is a batch of its own")
    func autoFlushLong() async throws {
        try await withBatchPeer(["Ice.BatchAutoFlushSize": "1"]) { proxy, _, messages in
            let long = Encapsulation.make { $0.append([UInt8](repeating: 1, count: 3000)) }
            for (index, parameters) in [long, Encapsulation.make(), long, long].enumerated() {
                try proxy.collect("op\(index)", parameters)
            }
            try await proxy.ice_flushBatchRequests()
            #expect(try await messages.operations(of: 4) == (0..<4).map { ["op\($0)"] })
        }
    }

    @Test(
        "49: limits by the properties",
        arguments: [
            ([:], 1_048_576, 65_507), (["Ice.BatchAutoFlushSize": "2"], 2048, 2048),
            (["Ice.BatchAutoFlushSize": "0"], 2_147_483_647, 65_507),
            (["Ice.BatchAutoFlushSize": "-1", "Ice.UDP.SndSize": "1500"], 2_147_483_647, 1472),
            (["Ice.BatchAutoFlushSize": "2097151", "Ice.UDP.SndSize": "0"], 2_147_482_624, 65_507),
        ] as [(Properties, Int, Int)])
    func limits(properties: Properties, stream: Int, datagram: Int) throws {
        let limits = try BatchLimits(properties, datagrams: DatagramSettings(properties))
        #expect(limits.stream == stream && limits.datagram == datagram)
        #expect(limits[.batchOneway] == stream && limits[.batchDatagram] == datagram && limits[.oneway] == nil)
    }

    @Test("49: values that no limit can have", arguments: ["2097152", "1 MiB"])
    func badLimits(text: String) {
        #expect(throws: LocalException(.property, "")) { try Communicator(["Ice.BatchAutoFlushSize": text]) }
    }

    @Test("49, 51: threads that collect and flush at once lose nothing, and each one's requests keep their order")
    func concurrent() async throws {
        let (tasks, each) = (8, 200)
        try await withGreeter(clientProperties: ["Ice.BatchAutoFlushSize": "1"]) { proxy, servant in
            let batch = proxy.ice_batchOneway()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<tasks {
                    group.addTask {
                        for index in 0..<each {
                            try batch.collect("\(task) \(index)")
                            if index % 37 == task { _ = try batch.ice_flushBatchRequestsAsync() }
                        }
                    }
                }
                try await group.waitForAll()
            }
            try batch.collect("end")
            try await batch.ice_flushBatchRequests()
            await servant.waitForCalls("end", count: 1)
            #expect(servant.calls.count == tasks * each + 1)
            for task in 0..<tasks {
                #expect(servant.calls.filter { $0.hasPrefix("\(task) ") } == (0..<each).map { "\(task) \($0)" })
            }
        }
    }
}
