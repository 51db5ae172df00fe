import Ice
import IceEncoding
import Slice

/// The calls of a twoway batch, ready to be made.
struct BatchCalls: ~Copyable {
    let route: Route
    let options: CallOptions
    let template: RequestTemplate
    /// The encapsulations, one behind the other.
    private let arguments: OutputBuffer
    /// Where each one ends.
    private let ends: [Int]

    init(
        _ route: Route, _ options: CallOptions, _ template: RequestTemplate, arguments: consuming OutputBuffer,
        ends: [Int]
    ) {
        self.route = route
        self.options = options
        self.template = template
        self.arguments = arguments
        self.ends = ends
    }

    var count: Int { ends.count }

    /// The arguments of one; borrowed.
    func withArguments<Result>(of index: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let start = index > 0 ? ends[index - 1] : 0
        return body(UnsafeRawBufferPointer(rebasing: arguments.bytes[start..<ends[index]]))
    }
}

/// Makes the calls of one request concurrently, so many at a time, and answers with what became of each.
final class TwowayBatch: RequestInProgress {
    let calls: BatchCalls
    let shard: GatewayShard
    let sink: any ResponseSink
    let note: RequestNote
    private let window: Int
    private var answer: BatchAnswer
    /// By index.
    private var underway: [Int: BatchElement] = [:]
    /// The index of the next one to be made.
    private var next = 0
    /// Whether one was sent, so that not all of them came to nothing.
    var hasSent = false
    private(set) var isFinished = false

    init(
        _ calls: consuming BatchCalls, window: Int, shard: GatewayShard, sink: any ResponseSink, note: RequestNote,
        isLines: Bool
    ) {
        self.calls = calls
        self.window = window
        self.shard = shard
        self.sink = sink
        self.note = note
        answer = BatchAnswer(isLines: isLines)
    }

    func start() { advance() }

    func clientGone() { cancel() }

    /// Makes calls while the window has room; answers when there are no more.
    private func advance() {
        while underway.count < window, next < calls.count, !answer.isFull {
            let element = BatchElement(next, of: self)
            underway[next] = element
            next += 1
            shard.exchangeBegan()
            element.begin()
        }
        guard underway.isEmpty else { return }
        // Only where the answer is full: provably not sent.
        while next < calls.count {
            var problem = Problem(
                .overloaded,
                "the answers to the elements before have \(BatchAnswer.limit) bytes; send the rest in another request")
            describe(&problem, index: next)
            answer.append(problem.response(), at: next)
            next += 1
        }
        finish()
    }

    private func finish() {
        isFinished = true
        shard.answer(note, answer.response(headers: calls.options.timeoutHeader), to: sink)
    }

    private func cancel() {
        isFinished = true
        let elements = underway.values
        underway = [:]
        for element in elements { element.clientGone() }
    }
}

extension TwowayBatch {
    // MARK: What becomes of the elements

    fileprivate func ended(_ index: Int, _ response: consuming HTTPResponse) {
        hasSent = true
        collect(index, response)
    }

    fileprivate func ended(_ index: Int, _ problem: consuming Problem) {
        guard !isFinished else { return }
        if !hasSent, problem.code.status == 503, !underway.values.contains(where: { $0.isSent }) {
            // Nothing was sent, and nothing will be: it is the request that failed.
            underway[index] = nil
            cancel()
            return shard.answer(note, problem, to: sink)
        }
        if problem.code.dispatched != .no { hasSent = true }
        describe(&problem, index: index)
        collect(index, problem.response())
    }

    private func collect(_ index: Int, _ response: consuming HTTPResponse) {
        guard !isFinished else { return }
        underway[index] = nil
        answer.append(response, at: index)
        advance()
    }

    private func describe(_ problem: inout Problem, index: Int) {
        shard.describe(&problem, note)
        problem.pointer = "/\(index)" + (problem.pointer ?? "")
    }
}

/// One call of a batch.
final class BatchElement: Exchange {
    private let index: Int
    private let batch: TwowayBatch

    init(_ index: Int, of batch: TwowayBatch) {
        self.index = index
        self.batch = batch
        super.init(
            batch.calls.route, batch.calls.options, shard: batch.shard, sink: batch.sink, note: batch.note,
            sources: nil)
    }

    var isSent: Bool { invocation?.isSent ?? false }

    func begin() {
        let calls = batch.calls.options
        let route = batch.calls.route
        invocation = batch.calls.withArguments(of: index) { arguments in
            batch.shard.invoker(route, calls.mode).invoke(
                batch.calls.template, context: calls.context, payload: arguments,
                isIdempotent: route.operation.isIdempotent, timeout: calls.timeout, observer: self)
        }
    }

    override func sent(_ invocation: Invocation) {
        if !batch.hasSent { batch.sink.invocationSent() }
        batch.hasSent = true
    }

    override func remarshal(_ invocation: Invocation, into buffer: inout OutputBuffer) {
        batch.calls.withArguments(of: index) { buffer.append($0) }
    }

    override func deliver(_ response: consuming HTTPResponse) { batch.ended(index, response) }

    override func deliver(_ problem: consuming Problem) { batch.ended(index, problem) }
}
