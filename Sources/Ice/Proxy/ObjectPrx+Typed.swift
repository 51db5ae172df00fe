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
    ///     other proxies it gets no bytes. It has to read all there is, but for optional values at the end.
    ///   - userException: makes the exceptions that the operation declares; called as `read` is, with the most derived
    ///     type, and with its bases in turn while it returns nil. An exception that it doesn't know is `.unknownUser`.
    /// - Throws: ``LocalException`` `.communicatorDestroyed`, `.twowayOnly`, `.onewayOnly`; everything else comes with
    ///   the future, also what `write`, `read` and `userException` throw.
    public func invokeAsync<Value: Sendable>(
        _ operation: String, mode: OperationMode = .normal, needs: ProxyRequirement = .twoway,
        context: [String: String]? = nil, write: (inout OutputBuffer) throws -> Void = { _ in },
        read: @escaping @Sendable (inout InputCursor) throws -> Value,
        userException: @escaping @Sendable (inout UserExceptionReader) throws -> (any Error)? = { _ in nil }
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
            guard reply.ok else { throw try reply.userException(of: operation, userException) }
            return try reply.read { payload, _ in try read(&payload) }
        }
    }
}
