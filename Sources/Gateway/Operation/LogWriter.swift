import EventLoop
import Glibc

/// Writes to a descriptor on a thread of its own, so that one that takes nothing blocks nobody else.
///
/// Sendable without a check: everything that changes is touched under the pthread mutex only.
package final class LogWriter: @unchecked Sendable {
    private let descriptor: Int32
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let ended = Countdown(1)
    private var pending: [UInt8] = []
    private var isWaiting = false
    private var isClosed = false

    /// Bytes that wait at most; what comes on top is refused.
    package static let capacity = 1 << 20

    /// - Parameter descriptor: stays the caller's, who keeps it open until ``close(within:)`` has returned true.
    /// - Throws: ``SystemError`` when no thread can be had.
    package init(_ descriptor: Int32) throws {
        self.descriptor = descriptor
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        try JoinableThread(name: "icegate-log") { [self] in run() }.detach()
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Takes whole lines. From any thread; never waits for the descriptor.
    ///
    /// - Returns: false when too much waits already; nothing was taken then.
    package func write(_ lines: UnsafeRawBufferPointer) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard !isClosed, pending.count + lines.count <= Self.capacity else { return false }
        pending.append(contentsOf: lines)
        if isWaiting { pthread_cond_signal(condition) }
        return true
    }

    /// Ends it when everything is written; further lines are refused.
    ///
    /// - Returns: false when that took too long; then the thread stays.
    @discardableResult
    package func close(within time: Duration) -> Bool {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
        return ended.wait(until: Countdown.deadline(after: time))
    }

    private func run() {
        var lines: [UInt8] = []
        while take(&lines) {
            lines.withUnsafeBytes { writeAll($0) }
            lines.removeAll(keepingCapacity: lines.capacity <= 64 << 10)
        }
        ended.down()
    }

    /// Waits for lines.
    ///
    /// - Returns: false when there will be none.
    private func take(_ lines: inout [UInt8]) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while pending.isEmpty, !isClosed {
            isWaiting = true
            pthread_cond_wait(condition, mutex)
            isWaiting = false
        }
        swap(&lines, &pending)
        return !lines.isEmpty
    }

    /// What a broken descriptor does not take is lost.
    private func writeAll(_ bytes: UnsafeRawBufferPointer) {
        var written = 0
        while written < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
            if count > 0 {
                written += count
            } else if count < 0, errno == EAGAIN {
                var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&state, 1, -1)
            } else if count == 0 || errno != EINTR {
                return
            }
        }
    }
}
