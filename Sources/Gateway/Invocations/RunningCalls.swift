import Synchronization

/// Counts the calls that run without a client, on all loops. A shutdown waits for them.
package final class RunningCalls: Sendable {
    private struct State {
        var count = 0
        var waiters: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    init() {}

    package var count: Int { state.withLock { $0.count } }

    func began() { state.withLock { $0.count += 1 } }

    func ended() {
        let waiters = state.withLock { state -> [@Sendable () -> Void] in
            state.count -= 1
            guard state.count == 0 else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter() }
    }

    /// Calls once when none runs, perhaps at once, in any thread.
    package func whenNoneRuns(_ body: @escaping @Sendable () -> Void) {
        let isIdle = state.withLock { state in
            if state.count > 0 { state.waiters.append(body) }
            return state.count == 0
        }
        if isIdle { body() }
    }
}
