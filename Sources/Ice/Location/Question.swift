import IceEncoding
import Synchronization

/// A call to a locator or router by the runtime itself. Its end is told once, on a loop, perhaps before the call that
/// starts it has returned.
final class Question<Answer: Sendable>: InvocationObserver, Sendable {
    private let payload: [UInt8]
    private let read: @Sendable (LentReply) throws -> Answer
    private let completion: @Sendable (Result<Answer, LocalException>) -> Void

    private init(
        _ payload: [UInt8], _ read: @escaping @Sendable (LentReply) throws -> Answer,
        _ completion: @escaping @Sendable (Result<Answer, LocalException>) -> Void
    ) {
        self.payload = payload
        self.read = read
        self.completion = completion
    }

    /// - Parameters:
    ///   - invoker: of the object that is asked; idempotent operations only.
    ///   - write: the parameters.
    ///   - read: makes the answer out of a result or a user exception.
    static func ask(
        _ operation: String, _ invoker: Invoker,
        write: (_ parameters: inout OutputBuffer, EncodingVersion) -> Void = { _, _ in },
        read: @escaping @Sendable (LentReply) throws -> Answer,
        _ completion: @escaping @Sendable (Result<Answer, LocalException>) -> Void
    ) {
        let (proxy, options) = (invoker.content.proxy, invoker.content.options)
        var buffer = OutputBuffer()
        let start = buffer.beginEncapsulation(proxy.encoding)
        write(&buffer, proxy.encoding)
        buffer.endEncapsulation(start)
        let question = Question(Array(buffer.bytes), read, completion)
        let template = RequestTemplate(
            identity: proxy.identity, facet: proxy.facet, operation: operation, mode: .idempotent,
            context: options.context.isEmpty ? .empty : RequestContext(options.context))
        let invocation = Invocation(
            template, isTwoway: true, isIdempotent: true, isCounted: false, invoker: invoker, observer: question)
        let timeout = options.invocationTimeout > 0 ? UInt64(options.invocationTimeout) * 1_000_000 : 0
        _ = invoker.send(invocation, payload: question.payload, timeout: timeout)
    }

    func sent(_ invocation: Invocation) {}

    func replied(_ invocation: Invocation, status: ReplyStatus, body: UnsafeRawBufferPointer) {
        guard status == .ok || status == .userException else {
            return completion(.failure(LocalException(status: status, body: body)))
        }
        do {
            completion(.success(try read(LentReply(ok: status == .ok, encapsulation: body))))
        } catch let error as MarshalError {
            completion(.failure(LocalException(error)))
        } catch {
            completion(.failure(error as? LocalException ?? LocalException(.marshal, "\(error)")))
        }
    }

    func failed(_ invocation: Invocation, _ exception: LocalException, wasSent: Bool) {
        completion(.failure(exception))
    }

    func remarshal(_ invocation: Invocation, into buffer: inout OutputBuffer) { buffer.append(payload) }
}
