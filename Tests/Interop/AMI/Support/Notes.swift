import Synchronization

/// A list that threads add to, and a wait for its length.
final class Notes<Note: Sendable>: Sendable {
    private struct State {
        var notes: [Note] = []
        var waiters: [(id: Int, count: Int, continuation: CheckedContinuation<[Note], Never>)] = []
        var lastWaiter = 0
    }

    private let state = Mutex(State())

    func add(_ note: Note) {
        let (notes, reached) = state.withLock { state in
            state.notes.append(note)
            let count = state.notes.count
            let reached = state.waiters.filter { $0.count <= count }
            state.waiters.removeAll { $0.count <= count }
            return (state.notes, reached)
        }
        for waiter in reached { waiter.continuation.resume(returning: notes) }
    }

    var all: [Note] { state.withLock { $0.notes } }

    /// Waits for so many, or until the test's time is over.
    func wait(for count: Int) async -> [Note] {
        let id = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let notes = state.withLock { state -> [Note]? in
                    if state.notes.count >= count || Task.isCancelled { return state.notes }
                    state.waiters.append((id, count, continuation))
                    return nil
                }
                if let notes { continuation.resume(returning: notes) }
            }
        } onCancel: {
            let (waiter, notes) = state.withLock { state in
                (state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }, state.notes)
            }
            waiter?.continuation.resume(returning: notes)
        }
    }
}
