public import Ice
import Slice
import SliceJSON
import Synchronization

/// A mock of any interface of loaded Slice: parameters come as JSON, answers go as JSON. Records its calls.
///
/// ```swift
/// let slice = try LoadedSlice(files: ["Greeter.ice"])
/// let servant = try SliceServant(interface: "::Demo::Greeter", in: slice)
/// try servant.on("greet") { call in .returns("Hello, \(call["name"]?.string ?? "")!") }
/// try adapter.add(servant: servant, identity: Identity(name: "greeter"))
/// ```
///
/// What answers a call, first to last: a closure, the answers file, the example value of the result type.
public final class SliceServant: Servant {
    /// Answers a call. What it throws is answered as Ice answers it: a ``LocalException`` with its reply status.
    public typealias Answering = @Sendable (MockCall) async throws -> MockAnswer
    /// Sees what was answered.
    package typealias Observer = @Sendable (MockCall, MockAnswer) -> Void

    /// So many calls are kept in ``calls``.
    public static let maximumCalls = 10_000

    let interface: MockedInterface
    let slice: LoadedSlice
    let recorder = CallRecorder()
    /// Happens when nobody is to wait for delayed answers any more.
    let end = MockEvent()
    private let closures = Mutex<[String: Answering]>([:])
    private let scripts: [String: AnswerScript]
    private let observer: Observer?

    /// - Parameters:
    ///   - interface: a type id; the leading `::` may be left out.
    ///   - answers: what operations without a closure answer.
    /// - Throws: ``MockFailure`` when the Slice has no such interface.
    public convenience init(
        interface: String, in slice: LoadedSlice, answers: AnswerFile? = nil
    ) throws(MockFailure) {
        try self.init(interface: interface, in: slice, answers: answers, observer: nil)
    }

    package init(
        interface: String, in slice: LoadedSlice, answers: AnswerFile?, observer: Observer?
    ) throws(MockFailure) {
        self.interface = try slice.interface(interface)
        self.slice = slice
        self.observer = observer
        scripts = answers?.scripts(for: self.interface) ?? [:]
    }

    /// The type ids of its interface and of those it extends.
    public var iceTypeIds: [String] { interface.typeIds }
}

extension SliceServant {
    // MARK: Answers

    /// Sets or replaces what answers the calls of an operation.
    ///
    /// - Throws: ``MockFailure`` when the interface has no such operation.
    public func on(_ operation: String, _ answering: @escaping Answering) throws(MockFailure) {
        _ = try mocked(operation)
        closures.withLock { $0[operation] = answering }
    }

    /// Always answers an operation with the same.
    ///
    /// - Throws: ``MockFailure`` when the interface has no such operation, or it can't answer that.
    public func on(_ operation: String, _ answer: MockAnswer) throws(MockFailure) {
        let mocked = try mocked(operation)
        do throws(JSONProblem) {
            _ = try encode(answer, mocked, .v1_1)
        } catch {
            throw MockFailure("\(operation): \(error.text)")
        }
        try on(operation) { _ in answer }
    }

    /// Forgets all closures and what they hold, perhaps this servant itself.
    public func removeAnswers() { closures.withLock { $0 = [:] } }

    /// Answers at once all calls whose answers an answers file delays, now and later.
    public func endDelays() { end.happen() }

    private func mocked(_ operation: String) throws(MockFailure) -> MockedOperation {
        guard let mocked = interface.operations[operation] else {
            throw MockFailure("\(interface.typeId) has no operation '\(operation)'")
        }
        return mocked
    }
}

extension SliceServant {
    // MARK: Calls

    /// The calls so far in their order, without those beyond ``maximumCalls``.
    public var calls: [MockCall] { recorder.calls }

    /// How often an operation was called.
    public func callCount(_ operation: String) -> Int { recorder.count(operation) }

    /// Waits until an operation was called so often, or the task is cancelled.
    ///
    /// - Returns: the calls of this operation; none when cancelled.
    @discardableResult
    public func waitForCalls(_ operation: String, count: Int = 1) async -> [MockCall] {
        await recorder.wait(operation, count)
    }

    /// Forgets the calls; counts begin at 0 again.
    public func forgetCalls() { recorder.forget() }
}

extension SliceServant {
    // MARK: Dispatch

    /// Records the call and answers it.
    public func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
        let current = request.current
        guard let mocked = interface.operations[current.operation] else {
            throw LocalException(.operationNotExist, current.operation)
        }
        let parameters = try mocked.json(.arguments, of: request.inEncaps)
        let call = recorder.record(current.operation) { count in
            MockCall(current, interface: interface.typeId, parameters: parameters, count: count)
        }
        var answer = try await answer(to: call, current)
        do {
            if case .example = answer { answer = try example(mocked) }
            let response = try encode(answer, mocked, current.encoding)
            observer?(call, answer)
            if let response { return response }
        } catch {
            let text = "the mock has no answer for \(current.operation): \(error.text)"
            observer?(call, .status(.unknownException, text))
            throw LocalException(.unknown, text)
        }
        throw failure(answer)
    }

    private func answer(to call: MockCall, _ current: Current) async throws -> MockAnswer {
        if let closure = closures.withLock({ $0[call.operation] }) { return try await closure(call) }
        guard let scripted = scripts[call.operation]?.answer(to: call) else { return .example }
        if let delay = scripted.delay { await end.wait(atMost: delay) }
        return scripted.answer(to: call, adapter: current.adapter)
    }

    private func example(_ mocked: MockedOperation) throws(JSONProblem) -> MockAnswer {
        guard let example = mocked.exampleResult(in: slice.model) else {
            throw JSONProblem(text: "its result is too large for an example; give it an answer")
        }
        return .result(example)
    }

    private func failure(_ answer: MockAnswer) -> LocalException {
        guard case .status(let status, let text) = answer else { return LocalException(.unknown, "") }
        var exception = LocalException(.dispatch, text)
        exception.replyStatus = status
        return exception
    }

    /// Why an answer can't be sent.
    private struct JSONProblem: Error {
        var text: String
    }

    /// Nil for an answer that is another status.
    private func encode(
        _ answer: MockAnswer, _ mocked: MockedOperation, _ encoding: EncodingVersion
    ) throws(JSONProblem) -> OutgoingResponse? {
        do throws(JSONError) {
            switch answer {
            case .result(let json):
                return OutgoingResponse(outEncaps: try mocked.encapsulation(.result, json, encoding))
            case .throw(let json):
                return OutgoingResponse(ok: false, outEncaps: try mocked.encapsulation(.exception, json, encoding))
            case .status(let status, _):
                guard status.rawValue > 1 else {
                    throw JSONError(.unsupported, message: "status \(status.rawValue) is no failure")
                }
                return nil
            case .example: return nil
            }
        } catch {
            throw JSONProblem(text: "\(error)")
        }
    }
}
