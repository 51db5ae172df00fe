// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are Ice's own: what has none of Slice's operations' names starts with `ice_`.

import EventLoop
import Synchronization

/// Runs tasks on the thread of a loop; when that has ended, on the cooperative pool.
final class LoopExecutor: TaskExecutor {
    private let loop: EventLoop
    private let isStopped = Mutex(false)

    init(_ loop: EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        run { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// Runs it later, never inside this call.
    func run(_ body: @escaping @Sendable () -> Void) {
        let isTaken = isStopped.withLock { isStopped in
            // With the lock held, so that the loop takes nothing any more once it is told to stop.
            if !isStopped { loop.execute(body) }
            return !isStopped
        }
        if !isTaken { Task.detached { body() } }
    }

    /// Before the loop stops for good. What it was given before will run there.
    func stop() { isStopped.withLock { $0 = true } }
}

extension ObjectPrx {
    /// Runs tasks and callbacks on the thread that exchanges the messages of this proxy, as Ice's thread pool with one
    /// thread does: no other thread has to wake up for an answer, and calls made there leave together. What runs there
    /// must not block; meanwhile no message is sent or received.
    ///
    /// ```swift
    /// Task(executorPreference: proxy.ice_loopExecutor) { try await proxy.ice_ping() }
    /// ```
    public var ice_loopExecutor: any TaskExecutor { reference.invoker().pool.loopExecutor }
}
