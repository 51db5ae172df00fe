import Glibc
import Ice
import Testing

@Suite("Ctrl+C", .serialized, .timeLimit(.minutes(5)))
struct CtrlCHandlerTests {
    /// Runs a test, and leaves the process to its signals as before.
    private func withSignals(_ body: () async throws -> Void) async throws {
        let numbers = [SIGINT, SIGTERM, SIGHUP]
        let before = numbers.map { number in
            var action = sigaction()
            sigaction(number, nil, &action)
            return action
        }
        let handler = CtrlCHandler()
        let result: Result<Void, any Error>
        do {
            try await body()
            result = .success(())
        } catch {
            result = .failure(error)
        }
        handler.setCallback(nil)
        for (number, action) in zip(numbers, before) {
            var action = action
            sigaction(number, &action, nil)
        }
        try result.get()
    }

    @Test("signals are called back, the last callback counts, and none ends the process")
    func signals() async throws {
        let caught = Notes<Int32>()
        let (signals, continuation) = AsyncStream<Int32>.makeStream()
        try await withSignals {
            CtrlCHandler().setCallback { caught.add($0) }
            CtrlCHandler().setCallback { continuation.yield($0) }
            var iterator = signals.makeAsyncIterator()
            for number in [SIGHUP, SIGINT, SIGTERM, SIGHUP] {
                kill(getpid(), number)
                #expect(await iterator.next() == number)
            }
        }
        #expect(caught.all.isEmpty)
    }

    @Test("a server ends in order")
    func shutdown() async throws {
        try await withCommunicator { communicator in
            try await withSignals {
                CtrlCHandler().setCallback { _ in communicator.shutdown() }
                kill(getpid(), SIGTERM)
                await communicator.shutdownCompleted()
            }
        }
    }
}
