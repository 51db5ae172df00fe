import Synchronization

/// A list that threads add to, and a wait for its length.
final class Notes<Note: Sendable>: Sendable {
    private struct State {
        var notes: [Note] = []
        var waiters: [(count: Int, continuation: CheckedContinuation<[Note], Never>)] = []
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

    /// Waits for so many.
    func wait(for count: Int) async -> [Note] {
        await withCheckedContinuation { continuation in
            let notes = state.withLock { state -> [Note]? in
                if state.notes.count < count { state.waiters.append((count, continuation)) }
                return state.notes.count < count ? nil : state.notes
            }
            if let notes { continuation.resume(returning: notes) }
        }
    }
}
