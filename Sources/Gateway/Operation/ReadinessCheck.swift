import Ice
import IceEncoding
import Slice

/// Asks every target of a loop once whether it is of the interface its service says (`ice_isA`), all at the same time.
final class ReadinessCheck {
    private let shard: GatewayShard
    private var questions: [Question] = []
    private var pending = 0
    private var completion: ([TargetState]) -> Void = { _ in }

    init(_ shard: GatewayShard) { self.shard = shard }

    /// - Parameter completion: is called once, with a state of each service in their order, perhaps inside this call.
    func start(_ completion: @escaping ([TargetState]) -> Void) {
        self.completion = completion
        let gateway = shard.gateway
        let longest = gateway.configuration.readinessTimeout.nanosecondsClamped
        let timeouts = Dictionary(
            gateway.configuration.services.map { ($0.name, $0.timeout.nanosecondsClamped) },
            uniquingKeysWith: { first, _ in first })
        // One more, so that none of the answers is the last before all are asked.
        pending = gateway.routes.services.count + 1
        for (service, target) in zip(gateway.routes.services, shard.targets) {
            let question = Question(self, service: service.name, interface: service.interface.text)
            questions.append(question)
            if service.isTemplated {
                question.skip("the service is of many objects")
                continue
            }
            if service.proxy.sendsDatagrams {
                question.skip("datagrams are not answered")
                continue
            }
            let timeout = timeouts[service.name] ?? 0
            var payload = OutputBuffer()
            question.writePayload(into: &payload)
            let template = RequestTemplate(
                identity: service.proxy.ice_getIdentity(), facet: service.proxy.ice_getFacet(), operation: "ice_isA",
                mode: .idempotent, context: RequestContext(service.proxy.ice_getContext()))
            _ = target.invoke(
                template, payload: payload.bytes, isIdempotent: true,
                timeout: timeout == 0 ? longest : min(timeout, longest), observer: question)
        }
        answered()
    }

    fileprivate func answered() {
        pending -= 1
        guard pending == 0 else { return }
        let states = questions.map(\.state)
        questions = []
        completion(states)
    }
}

/// One target's question.
private final class Question: InvocationObserver {
    private let check: ReadinessCheck
    private let service: String
    /// The type ID asked for.
    private let interface: String
    private(set) var state: TargetState

    init(_ check: ReadinessCheck, service: String, interface: String) {
        self.check = check
        self.service = service
        self.interface = interface
        state = TargetState(service: service, interface: interface, isReady: false, detail: "no answer")
    }

    func sent(_ invocation: Invocation) {}

    func replied(_ invocation: Invocation, status: ReplyStatus, body: UnsafeRawBufferPointer) {
        var cursor = InputCursor(body)
        switch status {
        case .ok:
            guard var payload = try? cursor.readEncapsulation().payload, let isA = try? payload.readBool() else {
                return finish("the answer can't be read")
            }
            finish(isA ? nil : "the object is of another interface")
        case .objectNotExist: finish("the object does not exist")
        case .facetNotExist: finish("the object has no such facet")
        default: finish("reply status \(status.rawValue)")
        }
    }

    func failed(_ invocation: Invocation, _ exception: LocalException, wasSent: Bool) { finish(exception.message) }

    func remarshal(_ invocation: Invocation, into buffer: inout OutputBuffer) { writePayload(into: &buffer) }

    func writePayload(into buffer: inout OutputBuffer) {
        let start = buffer.beginEncapsulation()
        buffer.appendString(interface)
        buffer.endEncapsulation(start)
    }

    /// Of a target that can't be asked.
    func skip(_ detail: String) {
        state = TargetState(service: service, interface: interface, isReady: true, detail: detail, wasAsked: false)
        check.answered()
    }

    /// - Parameter problem: why it is not ready; nil when it is.
    private func finish(_ problem: String?) {
        state = TargetState(service: service, interface: interface, isReady: problem == nil, detail: problem)
        check.answered()
    }
}
