import Ice
import IceEncoding
import SliceJSON

/// One HTTP request that became an Ice invocation, from the send to the answer. Confined to its shard's loop.
final class Exchange: InvocationObserver, RequestInProgress {
    private let route: Route
    private let shard: GatewayShard
    private let sink: any ResponseSink
    private let note: RequestNote
    private let options: CallOptions
    /// Borrowed from the request, which lives until the sink is answered.
    private let body: UnsafeRawBufferPointer
    /// Set when the invocation has been made; ended exchanges have none.
    var invocation: Invocation?
    private var isFinished = false

    init(
        _ route: Route, _ options: CallOptions, shard: GatewayShard, sink: any ResponseSink, note: RequestNote,
        body: UnsafeRawBufferPointer
    ) {
        self.route = route
        self.options = options
        self.shard = shard
        self.sink = sink
        self.note = note
        self.body = body
    }

    func clientGone() {
        guard !isFinished else { return }
        isFinished = true
        invocation?.cancel()
        invocation = nil
        shard.exchangeEnded()
    }

    // MARK: InvocationObserver

    func sent(_ invocation: Invocation) {
        guard !options.isTwoway, !isFinished else { return }
        var body = OutputBuffer(minimumCapacity: 16)
        body.append("{\"sent\":true}")
        finish(status: 202, body)
    }

    func replied(_ invocation: Invocation, status: ReplyStatus, body reply: UnsafeRawBufferPointer) {
        guard !isFinished else { return }
        guard status == .ok else {
            fail(shard.failures.problem(status: status, body: reply, route: route))
            return
        }
        do {
            var cursor = InputCursor(reply)
            let (encoding, payload) = try cursor.readEncapsulation()
            var body = OutputBuffer(minimumCapacity: 64 + payload.remaining * 2)
            try route.plan.decodeResult(payload, encoding: encoding, into: &body)
            finish(status: route.successStatus, body)
        } catch {
            fail(Problem(.badReply, "the reply could not be read: \(error)"))
        }
    }

    func failed(_ invocation: Invocation, _ exception: LocalException, wasSent: Bool) {
        guard !isFinished else { return }
        fail(shard.failures.problem(exception, wasSent: wasSent))
    }

    func remarshal(_ invocation: Invocation, into buffer: inout OutputBuffer) {
        // The same bytes were encoded without an error when the invocation was made.
        try? route.encode(body, into: &buffer)
    }

    // MARK: Answers

    private func finish(status: Int, _ body: consuming OutputBuffer) {
        isFinished = true
        invocation = nil
        shard.answer(
            note, HTTPResponse(status: status, contentType: .json, headers: timeoutHeader, body: body), to: sink)
        shard.exchangeEnded()
    }

    private func fail(_ problem: consuming Problem) {
        isFinished = true
        invocation = nil
        problem.headers += timeoutHeader
        shard.answer(note, problem, to: sink)
        shard.exchangeEnded()
    }

    private var timeoutHeader: [(name: String, value: String)] {
        guard options.showsTimeout else { return [] }
        return [(name: "Ice-Timeout-Ms", value: String(options.timeout / 1_000_000))]
    }
}
