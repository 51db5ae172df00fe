import IceTesting
import EventLoop
import Ice
import IceEncoding
import Synchronization
import Testing

/// The numbers are those of docs/ami-amd.md.
@Suite("AMI with every server: flow control", .serialized, .timeLimit(.minutes(5)))
struct FlowControlTests {
    static let servers = AMIServer.allCases
    private static let chunk = [UInt8](repeating: 7, count: 1 << 20)
    /// A request with a chunk.
    private static let requestSize = chunk.count + 100

    /// The greatest of the values that threads have seen.
    private final class Maximum: Sendable {
        private let greatest = Mutex(0)
        var value: Int { greatest.withLock { $0 } }
        func see(_ value: Int) { greatest.withLock { $0 = max($0, value) } }
    }

    @Test(
        "53: whoever awaits sent() keeps no more than one request waiting, however slow the server", arguments: servers)
    func awaitingSent(server: AMIServer) async throws {
        try await server.withProbe { probe in
            let connection = try #require(try await probe.proxy.ice_getConnection())
            try await probe.control.stopReading(probe.proxy)
            let count = 64
            let (unsent, begun, stuck) = (Maximum(), Maximum(), Notes<Int>())
            let producer = Task {
                var futures: [InvocationFuture<InvocationResult>] = []
                for index in 0..<count {
                    let future = try TransmissionTests.upload(probe.proxy, offset: index, Self.chunk)
                    unsent.see(connection.unsentBytes)
                    begun.see(index + 1)
                    if !future.isSentSynchronously { stuck.add(index) }
                    _ = try await future.sent()
                    futures.append(future)
                }
                return futures
            }
            // The system takes some; then the producer stands still until the server reads.
            _ = await stuck.wait(for: 1)
            #expect(begun.value < count)
            try await probe.control.read()
            for future in try await producer.value {
                #expect(try await future.value.read { try $0.read(Int32.self) } == Int32(Self.chunk.count))
            }
            #expect(unsent.value <= Self.requestSize)
            #expect(try await probe.control.count("upload") == count)
        }
    }

    @Test("53: whoever does not has them all in the queue, which loses none", arguments: servers)
    func unlimited(server: AMIServer) async throws {
        try await server.withProbe { probe in
            let connection = try #require(try await probe.proxy.ice_getConnection())
            try await probe.control.stopReading(probe.proxy)
            let futures = try (0..<48).map { try TransmissionTests.upload(probe.proxy, offset: $0, Self.chunk) }
            // The system takes a few of them.
            #expect(connection.unsentBytes > Self.requestSize && connection.unsentRequests > 1)
            #expect(futures.last?.isSent == false)
            try await probe.control.read()
            for future in futures {
                #expect(try await future.value.read { try $0.read(Int32.self) } == Int32(Self.chunk.count))
            }
            #expect(connection.unsentBytes == 0)
        }
    }

    @Test("53: a producer that sent callbacks drive has no more than its window in the queue", arguments: servers)
    func sentCallbacks(server: AMIServer) async throws {
        try await server.withProbe { probe in
            try await probe.proxy.ice_ping()
            try await probe.control.stopReading(probe.proxy)
            let producer = CallbackProducer(proxy: probe.proxy, data: Self.chunk, count: 40, window: 3)
            producer.produce()
            #expect(producer.unsent.value <= 3)
            try await probe.control.read()
            let results = await producer.results.wait(for: 40)
            #expect(results.allSatisfy { $0 == Self.chunk.count })
            #expect(producer.unsent.value == 3)
            #expect(producer.unsentBytes.value <= 3 * Self.requestSize)
        }
    }

    /// Begins calls as long as fewer than its window wait to be sent, and goes on when one is.
    private final class CallbackProducer: Sendable {
        private let proxy: ObjectPrx
        private let data: [UInt8]
        private let window: Int
        private let state: Mutex<(left: Int, waiting: Int)>
        let (unsent, unsentBytes) = (Maximum(), Maximum())
        let results = Notes<Int>()

        init(proxy: ObjectPrx, data: [UInt8], count: Int, window: Int) {
            self.proxy = proxy
            self.data = data
            self.window = window
            state = Mutex((count, 0))
        }

        func produce() {
            while takeTurn() {
                guard let future = try? TransmissionTests.upload(proxy, data) else { return results.add(-1) }
                unsentBytes.see(proxy.ice_getCachedConnection()?.unsentBytes ?? Int.max)
                future.onCompletion { [results] result in
                    let size = try? result.get().read { try $0.read(Int32.self) }
                    results.add(Int(size ?? -1))
                }
                future.onSent { [self] isSynchronous in
                    state.withLock { $0.waiting -= 1 }
                    // Otherwise the loop that made the call goes on itself.
                    if !isSynchronous { produce() }
                }
            }
        }

        private func takeTurn() -> Bool {
            state.withLock { state in
                guard state.left > 0, state.waiting < window else { return false }
                state.left -= 1
                state.waiting += 1
                unsent.see(state.waiting)
                return true
            }
        }
    }

    /// The example of the Ice manual, "Flow control".
    @Test("54: a file goes in chunks, a window of them at a time", arguments: servers)
    func fileTransfer(server: AMIServer) async throws {
        try await server.withProbe { probe in
            let connection = try #require(try await probe.proxy.ice_getConnection())
            try await probe.control.stopReading(probe.proxy)
            let file = [UInt8](repeating: 31, count: 5_000_000)
            let (chunkSize, numRequests) = (150_000, 5)
            let (unsent, begun) = (Maximum(), Notes<Int>())
            let transfer = Task {
                var (offset, received) = (0, 0)
                var results: [InvocationFuture<InvocationResult>] = []
                while offset < file.count {
                    let chunk = Array(file[offset..<min(offset + chunkSize, file.count)])
                    let future = try TransmissionTests.upload(probe.proxy, offset: offset, chunk)
                    offset += chunk.count
                    unsent.see(connection.unsentBytes)
                    results.append(future)
                    begun.add(results.count)
                    _ = try await future.sent()
                    while results.count > numRequests {
                        received += Int(try await results.removeFirst().value.read { try $0.read(Int32.self) })
                    }
                }
                for future in results { received += Int(try await future.value.read { try $0.read(Int32.self) }) }
                return received
            }
            // As many as fit leave; nothing is answered before the server reads.
            let first = await begun.wait(for: 1)
            #expect(first.count <= numRequests + 1)
            try await probe.control.read()
            #expect(try await transfer.value == file.count)
            #expect(begun.all.max() == numRequests + 1)
            #expect(begun.all.count == (file.count + chunkSize - 1) / chunkSize)
            #expect(unsent.value <= chunkSize + 100)
        }
    }

    @Test("54: replies come in any order", arguments: servers)
    func replyOrder(server: AMIServer) async throws {
        try await server.withProbe { probe in
            let ends = Notes<String>()
            let futures = try ["a", "b", "c"].map { gate in
                let future = try probe.proxy.begin("hold") { $0.appendString(gate) }
                future.onCompletion { _ in ends.add(gate) }
                return future
            }
            try await probe.control.awaitCount("hold", 3)
            for (index, gate) in ["c", "a", "b"].enumerated() {
                try await probe.control.open(gate)
                _ = await ends.wait(for: index + 1)
            }
            #expect(ends.all == ["c", "a", "b"])
            for future in futures { _ = try await future.value }
        }
    }

    @Test("55: a server that stops reading is felt as requests that are queued", arguments: servers)
    func backPressure(server: AMIServer) async throws {
        try await server.withProbe { probe in
            try await probe.proxy.ice_ping()
            try await probe.control.stopReading(probe.proxy)
            let futures = try (0..<48).map { _ in try TransmissionTests.upload(probe.proxy, Self.chunk) }
            #expect(futures.last?.isSent == false)
            #expect(try await probe.control.count("upload") == 0)
            try await probe.control.read()
            for future in futures { _ = try await future.value }
            #expect(try await probe.control.count("upload") == futures.count)
        }
    }

    @Test("99, 100: a callback that blocks stalls no reply, and may call and wait itself", arguments: servers)
    func blockingCallback(server: AMIServer) async throws {
        try await ThreadExecutor.run { executor in
            try await server.withProbe(executor: executor) { probe in
                try await probe.proxy.ice_ping()
                let (latch, notes) = (Countdown(1), Notes<String>())
                let first = try probe.proxy.begin("op")
                first.onCompletion(on: executor) { _ in
                    _ = latch.wait(until: nil)
                    // On the one thread that callbacks have.
                    let nested = Result { try probe.proxy.ice_idAsync().wait() }
                    notes.add((try? nested.get()) ?? "\(nested)")
                }
                for _ in 0..<3 { try await probe.proxy.call("op") }
                #expect(notes.all.isEmpty)
                latch.down()
                #expect(await notes.wait(for: 1) == ["::AMI::Probe"])
            }
        }
    }
}
