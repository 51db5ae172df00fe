import Ice
import IceEncoding
import Slice

/// Asks every target whether it is of the interface its service says (`ice_isA`), all at once, and answers `/readyz`.
final class ReadinessCheck: RequestInProgress {
    private let shard: GatewayShard
    private let note: RequestNote
    private let sink: any ResponseSink
    private var questions: [Question] = []
    private var pending = 0
    private var isFinished = false

    /// A target that does not answer in this time is not ready. Nanoseconds.
    private static let timeout: UInt64 = 5_000_000_000

    private init(_ shard: GatewayShard, _ note: RequestNote, _ sink: any ResponseSink) {
        self.shard = shard
        self.note = note
        self.sink = sink
    }

    static func start(
        _ shard: GatewayShard, _ note: RequestNote, _ sink: any ResponseSink
    ) -> (any RequestInProgress)? {
        let check = ReadinessCheck(shard, note, sink)
        guard !shard.gateway.isDraining, !shard.targets.isEmpty else {
            check.finish()
            return nil
        }
        check.ask()
        return check.isFinished ? nil : check
    }

    func clientGone() {
        isFinished = true
        for question in questions { question.invocation?.cancel() }
        questions = []
    }

    private func ask() {
        // One more, so that none of the answers is the last before all are asked.
        pending = shard.targets.count + 1
        for (index, service) in shard.gateway.routes.services.enumerated() {
            let question = Question(self, interface: service.interface.text)
            questions.append(question)
            if service.isTemplated {
                question.giveUp("not asked: the service is of many objects")
                continue
            }
            if service.proxy.sendsDatagrams {
                question.giveUp("not asked: datagrams are not answered")
                continue
            }
            var payload = OutputBuffer()
            question.writePayload(into: &payload)
            let template = RequestTemplate(
                identity: service.proxy.ice_getIdentity(), facet: service.proxy.ice_getFacet(), operation: "ice_isA",
                mode: .idempotent, context: RequestContext(service.proxy.ice_getContext()))
            question.invocation = shard.targets[index].invoke(
                template, payload: payload.bytes, isIdempotent: true, timeout: Self.timeout, observer: question)
        }
        answered()
    }

    fileprivate func answered() {
        pending -= 1
        if pending == 0 { finish() }
    }

    private func finish() {
        guard !isFinished else { return }
        isFinished = true
        var targets = JSONObject()
        var isReady = !shard.gateway.isDraining
        for (service, question) in zip(shard.gateway.routes.services, questions) {
            targets.set(service.name, question.state)
            isReady = isReady && question.isReady
        }
        questions = []
        var document = JSONObject()
        document.set("status", isReady ? "ready" : shard.gateway.isDraining ? "draining" : "not ready")
        document.set("targets", targets)
        var body = OutputBuffer()
        document.write(into: &body)
        let headers = [(name: "Cache-Control", value: "no-store")]
        shard.answer(
            note, HTTPResponse(status: isReady ? 200 : 503, contentType: .json, headers: headers, body: body), to: sink)
    }
}

/// One target's question.
private final class Question: InvocationObserver {
    private let check: ReadinessCheck
    /// The type ID asked for.
    let interface: String
    var invocation: Invocation?
    private(set) var isReady = false
    private(set) var state = "no answer"

    init(_ check: ReadinessCheck, interface: String) {
        self.check = check
        self.interface = interface
    }

    func sent(_ invocation: Invocation) {}

    func replied(_ invocation: Invocation, status: ReplyStatus, body: UnsafeRawBufferPointer) {
        var cursor = InputCursor(body)
        if status == .ok, var payload = try? cursor.readEncapsulation().payload, let isA = try? payload.readBool() {
            isReady = isA
            state = isA ? "ready" : "the object is of another interface"
        } else {
            state = status == .objectNotExist ? "the object does not exist" : "reply status \(status.rawValue)"
        }
        finish()
    }

    func failed(_ invocation: Invocation, _ exception: LocalException, wasSent: Bool) {
        state = exception.message
        finish()
    }

    func remarshal(_ invocation: Invocation, into buffer: inout OutputBuffer) {
        writePayload(into: &buffer)
    }

    func writePayload(into buffer: inout OutputBuffer) {
        let start = buffer.beginEncapsulation()
        buffer.appendString(interface)
        buffer.endEncapsulation(start)
    }

    /// Of a target that can't be asked.
    func giveUp(_ reason: String) {
        isReady = true
        state = reason
        finish()
    }

    private func finish() {
        invocation = nil
        check.answered()
    }
}
