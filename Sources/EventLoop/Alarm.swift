import CLinux
import Glibc

/// A timerfd that makes epoll return at the tick of the next timer.
///
/// It stays set over many waits; a time limit of `epoll_wait` would be set in the kernel and taken back at each of them.
struct Alarm: ~Copyable {
    /// Ready when it rings.
    let descriptor: Int32
    private var isOpen = true
    /// In milliseconds of ``EventLoop/clock()``; `.max` when it is not set.
    private var tick = UInt64.max

    /// - Throws: ``SystemError`` when no descriptor is left.
    init() throws {
        descriptor = timerfd_create(CLOCK_MONOTONIC, icegate_EFD_FLAGS)
        guard descriptor >= 0 else { throw SystemError("timerfd_create") }
    }

    deinit { if isOpen { Glibc.close(descriptor) } }

    /// When nobody waits for it any more.
    mutating func close() {
        if isOpen { Glibc.close(descriptor) }
        isOpen = false
    }

    /// Lets it ring at that tick or earlier.
    ///
    /// - Returns: false when the system refuses.
    mutating func set(_ tick: UInt64) -> Bool {
        guard tick < self.tick else { return true }
        var time = itimerspec()
        // All zero would take it back.
        let tick = max(tick, 1)
        time.it_value.tv_sec = Int(clamping: tick / 1000)
        time.it_value.tv_nsec = Int(tick % 1000) * 1_000_000
        guard timerfd_settime(descriptor, 1, &time, nil) == 0 else { return false }
        self.tick = tick
        return true
    }

    /// It rang: makes it silent until it is set again.
    mutating func rang() {
        var ignored: UInt64 = 0
        _ = read(descriptor, &ignored, 8)
        tick = .max
    }
}
