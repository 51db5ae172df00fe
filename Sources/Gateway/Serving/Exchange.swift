import Ice
import IceEncoding
import SliceJSON

/// One HTTP request that became an Ice invocation, from the send to the answer. Confined to its shard's loop.
class Exchange: InvocationObserver, RequestInProgress {
    private let route: Route
    private let shard: GatewayShard
    private let sink: any ResponseSink
    private let note: RequestNote
    let options: CallOptions
    /// Nil where a subclass writes the arguments again.
    private let sources: ArgumentSources?
    /// Set when the invocation has been made; ended exchanges have none.
    var invocation: Invocation?
    private var isFinished = false

    init(
        _ route: Route, _ options: CallOptions, shard: GatewayShard, sink: any ResponseSink, note: RequestNote,
        sources: ArgumentSources?
    ) {
        self.route = route
        self.options = options
        self.shard = shard
        self.sink = sink
        self.note = note
        self.sources = sources
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
        guard !isFinished else { return }
        guard !options.isTwoway else { return sink.invocationSent() }
        finish(
            HTTPResponse(status: 202, contentType: .json, headers: options.timeoutHeader, body: sentBody()))
    }

    /// What a client is told when a request without answer was sent.
    func sentBody() -> OutputBuffer {
        var body = OutputBuffer(minimumCapacity: 16)
        body.append("{\"sent\":true}")
        return body
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
            finish(try route.requests.response(payload, encoding: encoding, headers: options.timeoutHeader))
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
        if let sources { try? route.encode(sources, into: &buffer) }
    }

    // MARK: Answers

    private func finish(_ response: consuming HTTPResponse) {
        isFinished = true
        invocation = nil
        deliver(response)
        shard.exchangeEnded()
    }

    private func fail(_ problem: consuming Problem) {
        isFinished = true
        invocation = nil
        problem.headers += options.timeoutHeader
        if problem.facet == nil { problem.facet = options.facet }
        deliver(problem)
        shard.exchangeEnded()
    }

    /// Called once, with what became of the invocation, unless it was cancelled.
    func deliver(_ response: consuming HTTPResponse) { shard.answer(note, response, to: sink) }

    /// As ``deliver(_:)-(HTTPResponse)``.
    func deliver(_ problem: consuming Problem) { shard.answer(note, problem, to: sink) }
}
