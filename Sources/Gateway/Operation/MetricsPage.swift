import EventLoop
import IceEncoding

/// One request for `/metrics`, until all loops have told what they counted.
///
/// Sendable without a check: other threads only carry it back to its loop, where everything is used.
final class MetricsPage: RequestInProgress, @unchecked Sendable {
    private let shard: GatewayShard
    private let note: RequestNote
    private let sink: any ResponseSink
    private var isFinished = false

    private init(_ shard: GatewayShard, _ note: RequestNote, _ sink: any ResponseSink) {
        self.shard = shard
        self.note = note
        self.sink = sink
    }

    static func start(
        _ shard: GatewayShard, _ note: RequestNote, _ sink: any ResponseSink
    ) -> (any RequestInProgress)? {
        let page = MetricsPage(shard, note, sink)
        guard let metrics = shard.metrics else {
            page.finish(OutputBuffer())
            return nil
        }
        metrics.collect(storedInvocations: shard.gateway.kept.invocations.count) { text in
            let text = MovedText(text)
            page.shard.loop.execute { page.finish(text.take()) }
        }
        return page
    }

    func clientGone() { isFinished = true }

    private func finish(_ text: consuming OutputBuffer) {
        guard !isFinished else { return }
        isFinished = true
        shard.answer(
            note,
            HTTPResponse(
                status: 200, contentType: .other("text/plain; version=0.0.4; charset=utf-8"),
                headers: [(name: "Cache-Control", value: "no-store")], body: text), to: sink)
    }
}

/// Carries a buffer into one job.
///
/// Sendable without a check: one thread puts it in before the job, which alone takes it out.
private final class MovedText: @unchecked Sendable {
    private var text: OutputBuffer?

    init(_ text: consuming OutputBuffer) { self.text = consume text }

    func take() -> OutputBuffer { text.take() ?? OutputBuffer() }
}
