import Synchronization

/// The dispatches of a connection whose clients wait for them, to be cancelled when nobody does any more.
final class DispatchTasks: Sendable {
    private struct State {
        var next: UInt64 = 0
        /// Nil while the task is being made.
        var tasks: [UInt64: Task<Void, Never>?] = [:]
        var isCancelled = false
    }

    private let state = Mutex(State())

    /// Before a task is made: it may end before whoever makes it has it.
    ///
    /// - Returns: its key.
    func begin() -> UInt64 {
        state.withLock { state in
            defer { state.next += 1 }
            state.tasks[state.next] = .some(nil)
            return state.next
        }
    }

    /// After it is made.
    func made(_ task: Task<Void, Never>, _ key: UInt64) {
        let isCancelled = state.withLock { state in
            if state.tasks[key] != nil { state.tasks[key] = task }
            return state.isCancelled
        }
        if isCancelled { task.cancel() }
    }

    func ended(_ key: UInt64) { _ = state.withLock { $0.tasks.removeValue(forKey: key) } }

    func cancel() {
        let tasks = state.withLock { state in
            state.isCancelled = true
            return state.tasks.values.compactMap { $0 }
        }
        for task in tasks { task.cancel() }
    }
}
