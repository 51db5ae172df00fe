public import IceEncoding

extension ObjectPrx {
    /// Calls an operation whose parameters and results are known: what the methods of typed proxies are made of. Never
    /// blocks; the parameters are marshaled before it returns.
    ///
    /// - Parameters:
    ///   - mode: how the operation may be repeated.
    ///   - needs: `.any` for an operation that has neither results nor exceptions.
    ///   - context: instead of the proxy's and the implicit context.
    ///   - write: marshals the parameters.
    ///   - read: unmarshals the results; called for successful twoway calls only, on a loop, so it must not block. Of
    ///     other proxies it gets no bytes.
    /// - Throws: ``LocalException`` `.communicatorDestroyed`, `.twowayOnly`, `.onewayOnly`; everything else comes with
    ///   the future, also what `write` and `read` throw.
    public func invokeAsync<Value: Sendable>(
        _ operation: String, mode: OperationMode = .normal, needs: ProxyRequirement = .twoway,
        context: [String: String]? = nil, write: (inout OutputBuffer) throws -> Void = { _ in },
        read: @escaping @Sendable (inout InputCursor) throws -> Value
    ) throws(LocalException) -> InvocationFuture<Value> {
        var buffer = OutputBuffer()
        let start = buffer.beginEncapsulation(content.encoding)
        do {
            try write(&buffer)
        } catch {
            let future = InvocationFuture<Value>(operation, of: self)
            future.complete(.failure(error))
            return future
        }
        buffer.endEncapsulation(start)
        return try invokeAsync(
            operation, mode, requires: needs, inEncaps: Array(buffer.bytes), context: context
        ) { reply in
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
