import EventLoop
import Testing

extension EventLoop {
    /// Runs on the calling thread until stopped. A loop that nobody stops fails the test instead of hanging it.
    func runGuarded(sourceLocation: Testing.SourceLocation = #_sourceLocation) {
        let watchdog = TimerProbe { [unowned self] _ in
            Issue.record("nobody stopped the loop", sourceLocation: sourceLocation)
            stop()
        }
        let timer = schedule(after: 200_000_000_000, watchdog)
        run()
        cancel(timer)
    }
}
