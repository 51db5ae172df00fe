import Glibc

/// Signals, taken by the main thread; all other threads have every signal blocked.
enum Signals {
    enum Event {
        /// SIGTERM or SIGINT.
        case termination
        /// SIGHUP.
        case reload
    }

    private static func set(_ signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        return set
    }

    /// Keeps SIGTERM and SIGINT for ``waitForTermination()``; a closed pipe is an error code, not a signal.
    ///
    /// - Parameter reloads: SIGHUP is kept, too, for ``next()``.
    static func block(reloads: Bool = false) {
        var signals = set(reloads ? [SIGTERM, SIGINT, SIGHUP] : [SIGTERM, SIGINT])
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    static func waitForTermination() {
        block()
        while wait(for: [SIGTERM, SIGINT]) == nil {}
    }

    /// Blocks until the next signal, SIGHUP among them.
    static func next() -> Event {
        while true {
            switch wait(for: [SIGTERM, SIGINT, SIGHUP]) {
            case SIGHUP: return .reload
            case .some: return .termination
            case nil: continue
            }
        }
    }

    private static func wait(for signals: [Int32]) -> Int32? {
        var signals = set(signals)
        var received: Int32 = 0
        return sigwait(&signals, &received) == 0 ? received : nil
    }

    /// Lets the next SIGTERM or SIGINT end the process at once. On the main thread.
    static func unblock() {
        var signals = set([SIGTERM, SIGINT])
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }
}
