import EventLoop
import Glibc

/// A door that threads block at until it is opened, once.
///
/// Sendable without a check: `isOpen` is touched under the mutex only.
final class Latch: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var isOpen = false

    init() {
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        condition.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func open() {
        pthread_mutex_lock(mutex)
        isOpen = true
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    /// When so much time is over, in nanoseconds of ``EventLoop/clock()``.
    static func deadline(after time: Duration) -> UInt64 {
        let (seconds, attoseconds) = time.components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        // A century is as good as for ever.
        let nanoseconds = min(UInt64(seconds), 3_000_000_000) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
        return EventLoop.clock() + nanoseconds
    }

    /// - Parameter deadline: in nanoseconds of ``EventLoop/clock()``; nil for none.
    /// - Returns: false when it is not open at the deadline.
    func wait(until deadline: UInt64?) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isOpen {
            guard let deadline else {
                pthread_cond_wait(condition, mutex)
                continue
            }
            guard EventLoop.clock() < deadline else { return false }
            var time = timespec(tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
            pthread_cond_timedwait(condition, mutex, &time)
        }
        return true
    }
}
