// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are Ice's own: what has none of Slice's operations' names starts with `ice_`.

public import IceEncoding

/// What an operation answered, not decoded.
public struct InvocationResult: Sendable, Hashable {
    /// False when ``outEncaps`` holds a user exception.
    public var ok: Bool
    /// An encapsulation with its six header bytes; empty for a oneway request.
    public var outEncaps: [UInt8]

    /// Puts a result together, for tests.
    public init(ok: Bool, outEncaps: [UInt8]) {
        self.ok = ok
        self.outEncaps = outEncaps
    }
}

extension Proxy {
    /// Calls an operation with encoded parameters and waits for its result; of a oneway proxy until the request is sent.
    /// Cancelling the task cancels the invocation.
    ///
    /// - Parameters:
    ///   - mode: how the operation may be repeated.
    ///   - inEncaps: the parameters as an encapsulation with its six header bytes; empty for none.
    ///   - context: instead of ``ice_getContext()`` and the implicit context.
    /// - Throws: ``LocalException``; `.communicatorDestroyed` when the communicator is.
    public func ice_invoke(
        operation: String, mode: OperationMode, inEncaps: [UInt8] = [], context: [String: String]? = nil
    ) async throws -> InvocationResult {
        try await ice_invokeAsync(operation: operation, mode: mode, inEncaps: inEncaps, context: context).value
    }

    /// As ``ice_invoke(operation:mode:inEncaps:context:)`` without waiting. Never blocks.
    ///
    /// - Throws: ``LocalException`` `.communicatorDestroyed` only; everything else comes with the future.
    public func ice_invokeAsync(
        operation: String, mode: OperationMode, inEncaps: [UInt8] = [], context: [String: String]? = nil
    ) throws(LocalException) -> InvocationFuture<InvocationResult> {
        try untyped.invokeAsync(operation, mode, inEncaps: inEncaps, context: context) { reply in
            guard let reply else { return InvocationResult(ok: true, outEncaps: []) }
            return InvocationResult(ok: reply.ok, outEncaps: Array(reply.encapsulation))
        }
    }
}

/// A reply with status ok or user exception, lent to whoever decodes it.
package struct LentReply {
    /// Whether the operation succeeded; otherwise the encapsulation holds a user exception.
    package let ok: Bool
    /// With its six header bytes; its size was checked.
    package let encapsulation: UnsafeRawBufferPointer
}

/// The proxies that an operation can be called with.
public enum ProxyRequirement: Sendable {
    /// It has no results and no exceptions.
    case any
    /// It has results or exceptions.
    case twoway
    /// It is oneway by its definition.
    case oneway
}

extension ObjectPrx {
    // MARK: All asynchronous invocations

    /// Calls an operation without waiting: writes the request at once in this thread when a connection is there and
    /// nothing else waits to be written, else queues it.
    ///
    /// - Parameters:
    ///   - decode: makes the result out of the reply, on a loop; nil stands for a request without reply.
    /// - Throws: ``LocalException`` `.communicatorDestroyed`, `.twowayOnly`, `.onewayOnly`; everything else comes with
    ///   the future.
    package func invokeAsync<Value: Sendable>(
        _ operation: String, _ mode: OperationMode, requires: ProxyRequirement = .any, inEncaps: [UInt8] = [],
        context: [String: String]?, decode: @escaping @Sendable (LentReply?) throws -> Value
    ) throws(LocalException) -> InvocationFuture<Value> {
        let communicator = reference.communicator
        guard !communicator.isDestroyed else { throw Self.destroyed }
        let content = reference.content
        try check(requires, operation)
        let future = InvocationFuture<Value>(operation, of: self)
        let isBatch = ice_isBatchOneway() || ice_isBatchDatagram()
        let payload =
            inEncaps.isEmpty ? [6, 0, 0, 0, content.proxy.encoding.major, content.proxy.encoding.minor] : inEncaps
        let template = template(operation, mode, context: context)
        if isBatch {
            future.complete(Result { try collect(template, payload, decode) })
            return future
        }
        let invoker = reference.invoker()
        let observer = FutureObserver(future, payload: payload, decode: decode)
        let invocation = Invocation(
            template, isTwoway: content.proxy.mode == .twoway, isIdempotent: mode != .normal, isCounted: false,
            invoker: invoker,
            observer: observer)
        future.begin(invocation)
        if invoker.send(invocation, payload: payload, timeout: invocationTimeout) {
            future.markSentSynchronously()
            if !invocation.isTwoway { future.complete(Result { try decode(nil) }) }
        }
        if communicator.hasStopped { future.complete(.failure(Self.destroyed)) }
        return future
    }

    /// Adds a request to the batch. Its future is done but not sent: only the flush can tell that.
    private func collect<Value>(
        _ template: RequestTemplate, _ payload: [UInt8], _ decode: (LentReply?) throws -> Value
    ) throws -> Value {
        try reference.batchRequestQueue?.add(template, payload: payload, of: self)
        return try decode(nil)
    }

    private static var destroyed: LocalException {
        LocalException(.communicatorDestroyed, "the communicator is destroyed")
    }

    /// - Parameter context: instead of the proxy's and the implicit one.
    private func template(_ operation: String, _ mode: OperationMode, context: [String: String]?) -> RequestTemplate {
        let own = reference.content.options.context
        let given = context ?? reference.communicator.implicitContext?.combined(with: own)
        func make() -> RequestTemplate {
            let context = given ?? own
            return RequestTemplate(
                identity: content.identity, facet: content.facet, operation: operation, mode: mode,
                context: context.isEmpty ? .empty : RequestContext(context))
        }
        return given == nil ? reference.templates.template(operation, mode, make: make) : make()
    }

    private func check(_ requirement: ProxyRequirement, _ operation: String) throws(LocalException) {
        if requirement == .twoway, !ice_isTwoway() {
            throw LocalException(.twowayOnly, "\(operation) has results or exceptions, which need a twoway proxy")
        }
        if requirement == .oneway, ice_isTwoway() {
            throw LocalException(.onewayOnly, "\(operation) is oneway, which needs a oneway proxy")
        }
    }
}

/// Completes a future. Keeps the parameters for retries.
private final class FutureObserver<Value: Sendable>: InvocationObserver, Sendable {
    private let future: InvocationFuture<Value>
    private let payload: [UInt8]
    private let decode: @Sendable (LentReply?) throws -> Value

    init(
        _ future: InvocationFuture<Value>, payload: [UInt8], decode: @escaping @Sendable (LentReply?) throws -> Value
    ) {
        self.future = future
        self.payload = payload
        self.decode = decode
    }

    func sent(_ invocation: Invocation) {
        future.markSent()
        if !invocation.isTwoway { future.complete(Result { try decode(nil) }) }
    }

    func replied(_ invocation: Invocation, status: ReplyStatus, body: UnsafeRawBufferPointer) {
        // The reply may be here before the call has returned.
        future.markSent()
        guard status == .ok || status == .userException else {
            future.complete(.failure(LocalException(status: status, body: body)))
            return
        }
        var cursor = InputCursor(body)
        do {
            _ = try cursor.readEncapsulation()
            guard cursor.remaining == 0 else {
                throw MarshalError(.badEncapsulation, "\(cursor.remaining) bytes behind the result")
            }
            future.complete(.success(try decode(LentReply(ok: status == .ok, encapsulation: body))))
        } catch let error as MarshalError {
            future.complete(.failure(LocalException(error)))
        } catch {
            future.complete(.failure(error))
        }
    }

    func failed(_ invocation: Invocation, _ exception: LocalException, wasSent: Bool) {
        future.complete(.failure(exception))
    }

    func remarshal(_ invocation: Invocation, into buffer: inout OutputBuffer) { buffer.append(payload) }
}
