import EventLoop
import Glibc
import Synchronization

/// Ends a program in order when it gets SIGINT, as by Ctrl+C, SIGTERM or SIGHUP:
///
/// ```swift
/// CtrlCHandler().setCallback { _ in communicator.shutdown() }
/// await communicator.shutdownCompleted()
/// ```
///
/// From the first one made on these signals don't end the process by themselves any more. All of them share one callback.
public struct CtrlCHandler: Sendable {
    /// Takes the signals; without a callback they are ignored.
    public init() { SignalWatch.shared?.takeSignals() }

    /// Sets what is called for each signal, one after the other, on a thread that has nothing else to do.
    ///
    /// - Parameter callback: gets the number of the signal; nil ignores it.
    public func setCallback(_ callback: (@Sendable (Int32) -> Void)?) {
        SignalWatch.shared?.callback.withLock { $0 = callback }
    }
}

/// The end of the pipe that the signal handler writes to.
private let signalPipe = Atomic<Int32>(-1)

/// A thread that reads what the signal handler writes.
private final class SignalWatch: Sendable {
    /// Nil when the system has no descriptor or thread left: then signals do what they did.
    static let shared = try? SignalWatch()

    let callback = Mutex<(@Sendable (Int32) -> Void)?>(nil)

    private init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0, let source = ends.first, let sink = ends.last else { throw SystemError("pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        signalPipe.store(sink, ordering: .sequentiallyConsistent)
        try JoinableThread(name: "Ice.signals") { [self] in
            var signal: UInt8 = 0
            while true {
                let count = read(source, &signal, 1)
                if count == 1 { callback.withLock { $0 }?(Int32(signal)) }
                if count == 0 || count < 0 && errno != EINTR { return }
            }
        }.detach()
    }

    func takeSignals() {
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            var action = sigaction()
            action.sa_flags = Int32(SA_RESTART)
            // Only what is safe in a signal handler: no memory is allocated, errno stays.
            action.__sigaction_handler.sa_handler = { signal in
                let before = errno
                var byte = UInt8(truncatingIfNeeded: signal)
                _ = write(signalPipe.load(ordering: .sequentiallyConsistent), &byte, 1)
                errno = before
            }
            sigaction(signal, &action, nil)
        }
    }
}
