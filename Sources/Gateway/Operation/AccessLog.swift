import EventLoop

/// The access log of one loop: one JSON line a request, handed on at the end of the turn. Confined to the loop.
final class AccessLog: EndOfTurnHandler {
    private let writer: LogWriter
    private let loop: EventLoop
    private var text = AccessLogText()
    private var lineCount = 0
    /// Lines that the writer could not take.
    private(set) var droppedLines: UInt64 = 0

    init(_ writer: LogWriter, loop: EventLoop) {
        self.writer = writer
        self.loop = loop
    }

    func endOfTurn() {
        if !text.hand(to: writer) { droppedLines += UInt64(lineCount) }
        lineCount = 0
    }

    /// - Parameter time: from the request to its answer, in nanoseconds; nil when the request was never complete.
    func write(_ request: EndedRequest, time: UInt64?) {
        if lineCount == 0 { loop.atEndOfTurn(.flush, self) }
        lineCount += 1
        text.append(request, time: time)
    }
}
