// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are Ice's own: what has none of Slice's operations' names starts with `ice_`.

import IceEncoding

extension Proxy {
    // MARK: Operations of every object

    /// Whether the object can be reached; of a oneway proxy, whether the request can be sent.
    ///
    /// - Parameter context: instead of ``ice_getContext()`` and the implicit context.
    /// - Throws: ``LocalException`` when not.
    public func ice_ping(context: [String: String]? = nil) async throws {
        try await ice_pingAsync(context: context).value
    }

    /// As ``ice_ping(context:)`` without waiting.
    ///
    /// - Throws: ``LocalException`` `.communicatorDestroyed` only; everything else comes with the future.
    public func ice_pingAsync(context: [String: String]? = nil) throws(LocalException) -> InvocationFuture<Void> {
        try builtIn("ice_ping", context: context, requires: .any) { _ in }
    }

    /// Whether the object supports the Slice interface.
    ///
    /// - Parameters:
    ///   - typeId: as `::Demo::Greeter`.
    ///   - context: instead of ``ice_getContext()`` and the implicit context.
    /// - Throws: ``LocalException``; `.twowayOnly` when the proxy is not.
    public func ice_isA(_ typeId: String, context: [String: String]? = nil) async throws -> Bool {
        try await ice_isAAsync(typeId, context: context).value
    }

    /// As ``ice_isA(_:context:)``, with Ice's label.
    public func ice_isA(id: String, context: [String: String]? = nil) async throws -> Bool {
        try await ice_isA(id, context: context)
    }

    /// As ``ice_isA(_:context:)`` without waiting.
    ///
    /// - Throws: ``LocalException`` `.communicatorDestroyed`, `.twowayOnly`; everything else comes with the future.
    public func ice_isAAsync(
        _ typeId: String, context: [String: String]? = nil
    ) throws(LocalException) -> InvocationFuture<Bool> {
        var buffer = OutputBuffer()
        let start = buffer.beginEncapsulation(ice_getEncodingVersion())
        buffer.appendString(typeId)
        buffer.endEncapsulation(start)
        return try builtIn("ice_isA", Array(buffer.bytes), context: context) { payload in try payload.readBool() }
    }

    /// The type id of the object's most derived interface.
    ///
    /// - Parameter context: instead of ``ice_getContext()`` and the implicit context.
    /// - Throws: ``LocalException``; `.twowayOnly` when the proxy is not.
    public func ice_id(context: [String: String]? = nil) async throws -> String {
        try await ice_idAsync(context: context).value
    }

    /// As ``ice_id(context:)`` without waiting.
    ///
    /// - Throws: ``LocalException`` `.communicatorDestroyed`, `.twowayOnly`; everything else comes with the future.
    public func ice_idAsync(context: [String: String]? = nil) throws(LocalException) -> InvocationFuture<String> {
        try builtIn("ice_id", context: context) { payload in try payload.readString() }
    }

    /// All type ids of the object, sorted.
    ///
    /// - Parameter context: instead of ``ice_getContext()`` and the implicit context.
    /// - Throws: ``LocalException``; `.twowayOnly` when the proxy is not.
    public func ice_ids(context: [String: String]? = nil) async throws -> [String] {
        try await ice_idsAsync(context: context).value
    }

    /// As ``ice_ids(context:)`` without waiting.
    ///
    /// - Throws: ``LocalException`` `.communicatorDestroyed`, `.twowayOnly`; everything else comes with the future.
    public func ice_idsAsync(context: [String: String]? = nil) throws(LocalException) -> InvocationFuture<[String]> {
        try builtIn("ice_ids", context: context) { payload in
            var ids: [String] = []
            for _ in 0..<(try payload.readCount(minimumElementSize: 1)) { ids.append(try payload.readString()) }
            return ids
        }
    }

    private func builtIn<Value: Sendable>(
        _ operation: String, _ inEncaps: [UInt8] = [], context: [String: String]?,
        requires: ProxyRequirement = .twoway,
        _ read: @escaping @Sendable (inout InputCursor) throws -> Value
    ) throws(LocalException) -> InvocationFuture<Value> {
        try untyped.invokeAsync(operation, .idempotent, requires: requires, inEncaps: inEncaps, context: context) {
            reply in
            guard let reply else {
                var nothing = InputCursor(UnsafeRawBufferPointer(start: nil, count: 0))
                return try read(&nothing)
            }
            guard reply.ok else { throw LocalException(.unknownUser, "\(operation) ended in a user exception") }
            var cursor = InputCursor(reply.encapsulation)
            var payload = try cursor.readEncapsulation().payload
            return try read(&payload)
        }
    }
}
