import EventLoop
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

/// Runs tasks one after the other on a thread of its own.
final class OneThread: TaskExecutor {
    private let thread: LoopThread

    private init() throws { thread = try LoopThread(try EventLoop(), name: "test-executor") }

    /// Runs `body` with an executor whose thread ends behind it.
    static func with(_ body: (OneThread) async throws -> Void) async throws {
        let executor = try OneThread()
        do {
            try await body(executor)
        } catch {
            executor.thread.stopAndJoin()
            throw error
        }
        executor.thread.stopAndJoin()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        thread.loop.execute { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// Whether the caller runs on its thread.
    var isCurrent: Bool { thread.loop.isCurrent }
}
