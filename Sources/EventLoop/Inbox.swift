import CLinux
import Glibc
import Synchronization

/// Jobs for a loop from any thread, and an eventfd that makes its epoll return for them.
struct Inbox: ~Copyable, Sendable {
    private struct Jobs {
        var waiting: [@Sendable () -> Void] = []
        var isClosed = false
    }

    /// Ready when somebody rang.
    let descriptor: Int32
    private let jobs = Mutex(Jobs())
    private let hasRung = Atomic<Bool>(false)
    /// Whether the descriptor is ours; whoever writes to it keeps it from being closed.
    private let isOpen = Mutex(true)

    /// - Throws: ``SystemError`` when no descriptor is left.
    init() throws {
        descriptor = eventfd(0, icegate_EFD_FLAGS)
        guard descriptor >= 0 else { throw SystemError("eventfd") }
    }

    deinit { close() }

    /// Adds a job, and rings unless the loop sees it anyway.
    func add(_ job: @escaping @Sendable () -> Void, rings: Bool) {
        let isTaken = jobs.withLock { jobs in
            if !jobs.isClosed { jobs.waiting.append(job) }
            return !jobs.isClosed
        }
        guard isTaken else { return }
        if rings { ring() } else { hasRung.store(true, ordering: .releasing) }
    }

    /// Makes the loop go round once.
    func ring() {
        guard !hasRung.exchange(true, ordering: .acquiringAndReleasing) else { return }
        isOpen.withLock { isOpen in
            var one: UInt64 = 1
            if isOpen { _ = write(descriptor, &one, 8) }
        }
    }

    /// Whether somebody rang since the jobs were last taken.
    var isRinging: Bool { hasRung.load(ordering: .acquiring) }

    /// Takes note of the eventfd.
    func silence() {
        var ignored: UInt64 = 0
        _ = read(descriptor, &ignored, 8)
    }

    /// Exchanges the jobs for an empty list, when somebody rang.
    func take(_ list: inout [@Sendable () -> Void]) {
        guard hasRung.exchange(false, ordering: .acquiringAndReleasing) else { return }
        jobs.withLock { swap(&$0.waiting, &list) }
    }

    /// Drops what waits and what comes, and closes the eventfd.
    func close() {
        var dropped: [@Sendable () -> Void] = []
        jobs.withLock { jobs in
            swap(&jobs.waiting, &dropped)
            jobs.isClosed = true
        }
        isOpen.withLock { isOpen in
            if isOpen { Glibc.close(descriptor) }
            isOpen = false
        }
    }
}
