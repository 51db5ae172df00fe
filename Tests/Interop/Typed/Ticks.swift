import Synchronization

/// A count, and those who wait for it. Waits end with a test that is over, too.
final class Ticks: Sendable {
    private struct State {
        var count: Int32 = 0
        var isReleased = false
        var waiters: [(least: Int32, continuation: CheckedContinuation<Int32, Never>)] = []
    }

    private let state = Mutex(State())

    func tick() {
        let (count, reached) = state.withLock { state in
            state.count += 1
            let count = state.count
            defer { state.waiters.removeAll { $0.least <= count } }
            return (count, state.waiters.filter { $0.least <= count })
        }
        for waiter in reached { waiter.continuation.resume(returning: count) }
    }

    func reset() { state.withLock { $0.count = 0 } }

    /// - Parameter waits: called when ``release()`` would end the wait.
    /// - Returns: the count when there were so many.
    func wait(for least: Int32, waits: () -> Void) async -> Int32 {
        await withCheckedContinuation { continuation in
            let count = state.withLock { state -> Int32? in
                if state.count >= least || state.isReleased { return state.count }
                state.waiters.append((least, continuation))
                return nil
            }
            waits()
            if let count { continuation.resume(returning: count) }
        }
    }

    /// Lets all who wait go on, and those who come later, however few ticks there were.
    func release() {
        let (count, waiters) = state.withLock { state in
            defer { state.waiters = [] }
            state.isReleased = true
            return (state.count, state.waiters)
        }
        for waiter in waiters { waiter.continuation.resume(returning: count) }
    }
}
