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

extension ObjectPrx {
    /// Calls an operation with encoded parameters and waits for its result; of a oneway proxy until the request is sent.
    /// Cancelling the task cancels the invocation.
    ///
    /// - Parameters:
    ///   - mode: how the operation may be repeated.
    ///   - inEncaps: the parameters as an encapsulation with its six header bytes; empty for none.
    ///   - context: instead of ``ice_context``.
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
        let destroyed = LocalException(.communicatorDestroyed, "the communicator is destroyed")
        guard !reference.communicator.isDestroyed else { throw destroyed }
        let content = reference.content
        let future = InvocationFuture<InvocationResult>(operation, of: self)
        guard content.proxy.mode == .twoway || content.proxy.mode == .oneway else {
            future.complete(.failure(LocalException(.featureNotSupported, "invocation mode \(content.proxy.mode)")))
            return future
        }
        let payload =
            inEncaps.isEmpty ? [6, 0, 0, 0, content.proxy.encoding.major, content.proxy.encoding.minor] : inEncaps
        let invoker = reference.invoker()
        let context = context ?? content.context
        let observer = FutureObserver(future, payload: payload)
        let invocation = Invocation(
            RequestTemplate(
                identity: content.proxy.identity, facet: content.proxy.facet, operation: operation, mode: mode,
                context: context.isEmpty ? .empty : RequestContext(context)),
            isTwoway: content.proxy.mode == .twoway, isIdempotent: mode != .normal, isCounted: false, invoker: invoker,
            observer: observer)
        future.begin(invocation)
        if invoker.send(invocation, payload: payload, timeout: invocationTimeout) {
            future.markSent(synchronously: true)
            if content.proxy.mode == .oneway { future.complete(.success(InvocationResult(ok: true, outEncaps: []))) }
        }
        if reference.communicator.hasStopped { future.complete(.failure(destroyed)) }
        return future
    }

    /// Whether the object can be reached.
    ///
    /// - Throws: ``LocalException`` when not.
    public func ice_ping() async throws {
        _ = try await builtIn("ice_ping")
    }

    /// Whether the object supports the Slice interface.
    ///
    /// - Parameter typeId: as `::Demo::Greeter`.
    public func ice_isA(_ typeId: String) async throws -> Bool {
        var buffer = OutputBuffer()
        let start = buffer.beginEncapsulation(ice_encodingVersion)
        buffer.appendString(typeId)
        buffer.endEncapsulation(start)
        return try await builtIn("ice_isA", Array(buffer.bytes)) { cursor throws(MarshalError) in try cursor.readBool()
        }
    }

    /// The type id of the object's most derived interface.
    public func ice_id() async throws -> String {
        try await builtIn("ice_id") { cursor throws(MarshalError) in try cursor.readString() }
    }

    /// All type ids of the object, sorted.
    public func ice_ids() async throws -> [String] {
        try await builtIn("ice_ids") { cursor throws(MarshalError) in
            var ids: [String] = []
            for _ in 0..<(try cursor.readCount(minimumElementSize: 1)) { ids.append(try cursor.readString()) }
            return ids
        }
    }

    private func builtIn<Value>(
        _ operation: String, _ inEncaps: [UInt8] = [],
        _ read: (inout InputCursor) throws(MarshalError) -> Value
    ) async throws -> Value {
        let result = try await builtIn(operation, inEncaps)
        do {
            return try result.withUnsafeBytes { bytes in
                var cursor = InputCursor(bytes)
                var payload = try cursor.readEncapsulation().payload
                return try read(&payload)
            }
        } catch let error as MarshalError {
            throw LocalException(error)
        }
    }

    private func builtIn(_ operation: String, _ inEncaps: [UInt8] = []) async throws -> [UInt8] {
        let result = try await ice_invoke(operation: operation, mode: .idempotent, inEncaps: inEncaps)
        guard result.ok else { throw LocalException(.unknownUser, "\(operation) ended in a user exception") }
        return result.outEncaps
    }
}

/// Completes a future. Keeps the parameters for retries.
private final class FutureObserver: InvocationObserver, Sendable {
    private let future: InvocationFuture<InvocationResult>
    private let payload: [UInt8]

    init(_ future: InvocationFuture<InvocationResult>, payload: [UInt8]) {
        self.future = future
        self.payload = payload
    }

    func sent(_ invocation: Invocation) {
        future.markSent(synchronously: false)
        if !invocation.isTwoway { future.complete(.success(InvocationResult(ok: true, outEncaps: []))) }
    }

    func replied(_ invocation: Invocation, status: ReplyStatus, body: UnsafeRawBufferPointer) {
        guard status == .ok || status == .userException else {
            future.complete(.failure(LocalException(status: status, body: body)))
            return
        }
        var cursor = InputCursor(body)
        do throws(MarshalError) {
            _ = try cursor.readEncapsulation()
            guard cursor.remaining == 0 else {
                throw MarshalError(.badEncapsulation, "\(cursor.remaining) bytes behind the result")
            }
            future.complete(.success(InvocationResult(ok: status == .ok, outEncaps: Array(body))))
        } catch {
            future.complete(.failure(LocalException(error)))
        }
    }

    func failed(_ invocation: Invocation, _ exception: LocalException, wasSent: Bool) {
        future.complete(.failure(exception))
    }

    func remarshal(_ invocation: Invocation, into buffer: inout OutputBuffer) { buffer.append(payload) }
}
