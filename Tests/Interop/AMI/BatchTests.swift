import Ice
import IceEncoding
import IceTesting
import Testing

/// The numbers are those of docs/ami-amd.md.
@Suite("AMI with every server: batches", .timeLimit(.minutes(5)))
struct BatchTests {
    static let servers = AMIServer.allCases

    private static func ids(_ range: Range<Int>) -> [String] { range.map { "\($0)" } }

    private static func collect(_ ids: Range<Int>, with proxy: ObjectPrx) throws {
        for id in ids { _ = try proxy.begin("execute") { $0.appendString("\(id)") } }
    }

    @Test(
        "41, 45, 51: the requests of a batch are executed once and in their order, whatever becomes of each",
        arguments: servers)
    func dispatched(server: AMIServer) async throws {
        try await server.withProbe { probe in
            let batch = probe.proxy.ice_batchOneway()
            for id in 0..<20 {
                try Self.collect(id..<id + 1, with: batch)
                let kind = ["missing", "error", "declared", "undeclared"][id % 4]
                let future = try batch.begin("fail") { $0.appendString(kind) }
                #expect(future.isDone && !future.isSent)
                // After an operation that its servant does not have C++ 3.7 misreads the rest of a batch.
                if id % 5 == 0, server != .cpp37 { _ = try batch.begin("noSuchOperation") }
            }
            try await batch.ice_flushBatchRequests()
            #expect(try await probe.control.executed(20) == Self.ids(0..<20))
            try await probe.control.awaitCount("fail", 20)
            #expect(try batch.ice_flushBatchRequestsAsync().isSentSynchronously)
            try await probe.proxy.ice_ping()
            #expect(try await probe.control.count("execute") == 20)
        }
    }

    @Test("49: batches that leave by themselves keep the order", arguments: servers)
    func autoFlush(server: AMIServer) async throws {
        try await server.withProbe(["Ice.BatchAutoFlushSize": "1"], threads: 1) { probe in
            let batch = probe.proxy.ice_batchOneway()
            try Self.collect(0..<500, with: batch)
            try await batch.ice_flushBatchRequests()
            #expect(try await probe.control.executed(500) == Self.ids(0..<500))
        }
    }

    @Test("44, 47: proxies fixed to a connection share its batch", arguments: servers)
    func fixed(server: AMIServer) async throws {
        try await server.withProbe(threads: 1) { probe in
            let connection = try #require(try await probe.proxy.ice_getConnection())
            let fixed = probe.proxy.ice_fixed(connection).ice_batchOneway()
            let other = fixed.ice_context(["a": "1"])
            for id in 0..<10 { try Self.collect(id..<id + 1, with: id % 2 == 0 ? fixed : other) }
            try await connection.flushBatchRequests(.basedOnProxy)
            try Self.collect(10..<15, with: other)
            try await probe.communicator.flushBatchRequests(.no)
            try Self.collect(15..<20, with: fixed)
            try await other.ice_flushBatchRequests()
            #expect(try await probe.control.executed(20) == Self.ids(0..<20))
        }
    }

    @Test("29, 45: a flush that the server does not read is queued in its place", arguments: servers)
    func queued(server: AMIServer) async throws {
        try await server.withProbe(threads: 1) { probe in
            try await probe.proxy.ice_ping()
            try await probe.control.stopReading(probe.proxy)
            let batch = probe.proxy.ice_batchOneway()
            let large = try TransmissionTests.upload(probe.proxy)
            try Self.collect(0..<5, with: batch)
            let flush = try batch.ice_flushBatchRequestsAsync()
            try Self.collect(5..<6, with: probe.proxy.ice_oneway())
            try Self.collect(6..<10, with: batch)
            let second = try batch.ice_flushBatchRequestsAsync()
            #expect(!flush.isDone && !flush.isSent && !second.isSent)
            try await probe.control.read()
            #expect(try await flush.sent() == false)
            try await second.value
            _ = try await large.value
            #expect(try await probe.control.executed(10) == Self.ids(0..<10))
        }
    }

    @Test(
        "46, 48: after its connection broke a batch proxy connects anew; the connection's own batch is lost",
        arguments: servers)
    func broken(server: AMIServer) async throws {
        try await server.withProbe { probe in
            let connection = try #require(try await probe.proxy.ice_getConnection())
            try await probe.proxy.ice_ping()
            let batch = probe.proxy.ice_batchOneway()
            try Self.collect(0..<3, with: batch)
            try Self.collect(100..<103, with: probe.proxy.ice_fixed(connection).ice_batchOneway())
            probe.control.letBreak(probe.proxy)
            await #expect(throws: LocalException(.connectionLost, "")) {
                try await probe.proxy.call("breakOnceNormal") { $0.appendString("id") }
            }
            let flush = connection.flushBatchRequestsAsync(.basedOnProxy)
            await #expect(throws: LocalException(.connectionLost, "")) { try await flush.value }
            #expect(!flush.isSent)
            try await batch.ice_flushBatchRequests()
            #expect(try await probe.control.executed(3) == Self.ids(0..<3))
            #expect(try await probe.control.count("execute") == 3)
        }
    }
}
