import EventLoop
import Testing

/// Runs each test of a suite on threads of its own, where it may block as long as it likes. Swift's pool has but one thread a
/// processor, and all other tests run there.
struct BlockingTests: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(NewThreads()) { try await function() }
    }
}

extension Trait where Self == BlockingTests {
    static var blocking: Self { Self() }
}

/// Runs every job on a new thread.
private final class NewThreads: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        do {
            try JoinableThread(name: "test") { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }.detach()
        } catch {
            Issue.record(error)
            // Late, but not never.
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
