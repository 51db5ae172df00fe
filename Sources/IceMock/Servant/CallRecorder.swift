import Synchronization

/// The calls of a servant, and those who wait for them.
final class CallRecorder: Sendable {
    private struct Waiter {
        var id: Int
        var operation: String
        var count: Int
        var continuation: CheckedContinuation<[MockCall], Never>
    }

    private struct State {
        var calls: [MockCall] = []
        var counts: [String: Int] = [:]
        var waiters: [Waiter] = []
        var nextWaiter = 0
    }

    private let state = Mutex(State())

    var calls: [MockCall] { state.withLock { $0.calls } }

    func count(_ operation: String) -> Int { state.withLock { $0.counts[operation] ?? 0 } }

    /// Keeps the call that the closure makes, which gets the number of calls of this operation, the new one included.
    func record(_ operation: String, _ make: (Int) -> MockCall) -> MockCall {
        let (call, calls, reached) = state.withLock { state in
            let count = (state.counts[operation] ?? 0) + 1
            state.counts[operation] = count
            let call = make(count)
            if state.calls.count < SliceServant.maximumCalls { state.calls.append(call) }
            let reached = state.waiters.filter { $0.operation == operation && $0.count <= count }
            if !reached.isEmpty { state.waiters.removeAll { $0.operation == operation && $0.count <= count } }
            return (call, reached.isEmpty ? [] : state.calls.filter { $0.operation == operation }, reached)
        }
        for waiter in reached { waiter.continuation.resume(returning: calls) }
        return call
    }

    /// Waits for so many calls, or until the task is cancelled.
    func wait(_ operation: String, _ count: Int) async -> [MockCall] {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let calls = state.withLock { state -> [MockCall]? in
                    guard (state.counts[operation] ?? 0) < count, !Task.isCancelled else {
                        return state.calls.filter { $0.operation == operation }
                    }
                    state.waiters.append(
                        Waiter(id: id, operation: operation, count: count, continuation: continuation))
                    return nil
                }
                if let calls { continuation.resume(returning: calls) }
            }
        } onCancel: {
            let cancelled = state.withLock { state in
                let found = state.waiters.filter { $0.id == id }
                state.waiters.removeAll { $0.id == id }
                return found
            }
            for waiter in cancelled { waiter.continuation.resume(returning: []) }
        }
    }

    func forget() {
        state.withLock { state in
            state.calls = []
            state.counts = [:]
        }
    }
}
