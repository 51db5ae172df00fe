import EventLoop

/// Runs tasks one after the other on a thread of its own.
package final class ThreadExecutor: TaskExecutor {
    private let thread: LoopThread

    private init() throws { thread = try LoopThread(try EventLoop(), name: "test-executor") }

    /// Runs `body` with an executor whose thread ends behind it.
    ///
    /// - Throws: what `body` throws; ``SystemError`` when the system has no thread left.
    package static func run(_ body: (ThreadExecutor) async throws -> Void) async throws {
        let executor = try ThreadExecutor()
        do {
            try await body(executor)
        } catch {
            try await executor.end()
            throw error
        }
        try await executor.end()
    }

    /// Waits for its thread, which what was enqueued may still block, in none of Swift's pool.
    private func end() async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            do {
                try JoinableThread(name: "test-join") { [thread] in
                    thread.stopAndJoin()
                    continuation.resume()
                }.detach()
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        thread.loop.execute { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// Runs a closure behind all that was enqueued before.
    package func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            thread.loop.execute { continuation.resume(returning: body()) }
        }
    }

    /// Whether the caller runs on its thread.
    package var isCurrent: Bool { thread.loop.isCurrent }
}
