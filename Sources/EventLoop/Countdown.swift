import Glibc

/// Lets threads block until something has been said so many times.
///
/// Sendable without a check: the counter is touched under the pthread mutex only.
package final class Countdown: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var count: Int

    package init(_ count: Int) {
        self.count = count
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

    /// Counts one down; below 0 it makes no difference.
    package func down() {
        pthread_mutex_lock(mutex)
        count -= 1
        if count <= 0 { pthread_cond_broadcast(condition) }
        pthread_mutex_unlock(mutex)
    }

    /// When so much time is over, in nanoseconds of ``EventLoop/clock()``.
    package static func deadline(after time: Duration) -> UInt64 {
        let (seconds, attoseconds) = time.components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        // A century is as good as for ever.
        let nanoseconds = min(UInt64(seconds), 3_000_000_000) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
        return EventLoop.clock() + nanoseconds
    }

    /// Blocks until the count is 0.
    ///
    /// - Parameter deadline: in nanoseconds of ``EventLoop/clock()``; nil for none.
    /// - Returns: false when it is not 0 at the deadline.
    package func wait(until deadline: UInt64? = nil) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while count > 0 {
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
