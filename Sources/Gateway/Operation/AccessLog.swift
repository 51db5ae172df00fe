import EventLoop

/// The access log of one loop: one JSON line a request, handed on together after a moment. Confined to the loop.
///
/// Handing on wakes the writer's thread, which for every single request would cost more than its line does.
final class AccessLog: TimerHandler {
    private let writer: LogWriter
    private let loop: EventLoop
    private var text = AccessLogText()
    private var lineCount = 0
    private var timer: EventLoop.Timer?
    /// Lines that the writer could not take.
    private(set) var droppedLines: UInt64 = 0

    /// How long a line waits at most. Nanoseconds.
    private static let delay: UInt64 = 20_000_000
    /// Bytes with which lines wait no longer.
    private static let enough = 32 << 10

    init(_ writer: LogWriter, loop: EventLoop) {
        self.writer = writer
        self.loop = loop
    }

    func timerFired(_ tag: UInt64) {
        timer = nil
        flush()
    }

    /// Hands on what there is.
    func flush() {
        if let timer { loop.cancel(timer) }
        timer = nil
        guard lineCount > 0 else { return }
        if !text.hand(to: writer) { droppedLines += UInt64(lineCount) }
        lineCount = 0
    }

    /// - Parameter time: from the request to its answer, in nanoseconds; nil when the request was never complete.
    func write(_ request: EndedRequest, time: UInt64?) {
        if timer == nil { timer = loop.schedule(after: Self.delay, self) }
        lineCount += 1
        text.append(request, time: time)
        if text.count >= Self.enough { flush() }
    }
}
