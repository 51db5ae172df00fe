// swift-format-ignore-file: AlwaysUseLowerCamelCase, NoLeadingUnderscores

public import IceEncoding

extension Proxy {
    // MARK: For generated code

    /// Calls an operation whose parameters and results are known. Never blocks; the parameters are marshaled before it
    /// returns.
    ///
    /// - Parameters:
    ///   - mode: how the operation may be repeated.
    ///   - needs: `.any` for an operation that has neither results nor exceptions.
    ///   - format: of instances; nil for what `Ice.Default.SlicedFormat` says.
    ///   - context: instead of the proxy's and the implicit context.
    ///   - write: marshals the parameters.
    ///   - read: unmarshals the results; called for successful twoway calls only, on a loop, so it must not block. Of
    ///     other proxies it is called with no bytes. In encoding 1.0 it may be called twice.
    ///   - exceptions: those that the operation declares; any other is `.unknownUser`.
    /// - Throws: ``LocalException`` `.communicatorDestroyed`, `.twowayOnly`, `.onewayOnly`; everything else comes with
    ///   the future.
    public func _invokeAsync<Result: Sendable>(
        _ operation: String, mode: OperationMode = .normal, needs: ProxyRequirement = .twoway,
        format: FormatType? = nil, context: Context? = nil, write: (inout OutputStream) -> Void,
        read: @escaping @Sendable (inout InputStream) throws -> Result,
        throws exceptions: [UserException.Type] = []
    ) throws(LocalException) -> InvocationFuture<Result> {
        let proxy = untyped
        var ostr = OutputStream(
            encoding: proxy.content.encoding, format: format, settings: proxy.reference.communicator.streamSettings)
        write(&ostr)
        let parameters: [UInt8]
        do {
            parameters = try ostr.finished()
        } catch {
            let future = InvocationFuture<Result>(operation, of: proxy)
            future.complete(.failure(LocalException(error)))
            return future
        }
        return try proxy.invokeAsync(operation, mode, needs, parameters, context, read, exceptions)
    }

    /// The same for an operation without parameters.
    public func _invokeAsync<Result: Sendable>(
        _ operation: String, mode: OperationMode = .normal, needs: ProxyRequirement = .twoway,
        context: Context? = nil,
        read: @escaping @Sendable (inout InputStream) throws -> Result,
        throws exceptions: [UserException.Type] = []
    ) throws(LocalException) -> InvocationFuture<Result> {
        try untyped.invokeAsync(operation, mode, needs, [], context, read, exceptions)
    }
}

extension Proxy {
    /// The same for an operation without parameters and results.
    public func _invokeAsync(
        _ operation: String, mode: OperationMode = .normal, needs: ProxyRequirement = .any,
        context: Context? = nil, throws exceptions: [UserException.Type] = []
    ) throws(LocalException) -> InvocationFuture<Void> {
        try _invokeAsync(operation, mode: mode, needs: needs, context: context, read: { _ in }, throws: exceptions)
    }
}

extension ObjectPrx {
    /// - Parameter parameters: an encapsulation; empty for none.
    fileprivate func invokeAsync<Result: Sendable>(
        _ operation: String, _ mode: OperationMode, _ needs: ProxyRequirement, _ parameters: [UInt8],
        _ context: Context?, _ read: @escaping @Sendable (inout InputStream) throws -> Result,
        _ exceptions: [UserException.Type]
    ) throws(LocalException) -> InvocationFuture<Result> {
        try invokeAsync(operation, mode, requires: needs, inEncaps: parameters, context: context) { reply in
            let communicator = reference.communicator
            guard let reply else {
                let nothing = InputCursor(UnsafeRawBufferPointer(start: nil, count: 0))
                var istr = InputStream(nothing, encoding: content.encoding, communicator: communicator)
                return try read(&istr)
            }
            guard reply.ok else {
                throw try reply.userException(of: operation, declared: exceptions, communicator: communicator)
            }
            return try InputStream.decode(reply.encapsulation, communicator: communicator, read)
        }
    }
}

extension LentReply {
    /// The user exception.
    ///
    /// - Parameters:
    ///   - operation: what was called, for the message.
    ///   - declared: what it may throw; anything else becomes `.unknownUser`.
    /// - Throws: ``MarshalError``.
    fileprivate func userException(
        of operation: String, declared: [UserException.Type], communicator: Communicator
    ) throws -> any Error {
        let (exception, typeId) = try InputStream.decodeException(
            encapsulation, communicator: communicator, declared: declared, isComplete: true)
        if let exception, declared.contains(where: { $0.isKind(of: exception) }) { return exception }
        return LocalException(.unknownUser, "\(operation) ended in the user exception \(typeId)")
    }
}

/// Makes a proxy out of its text, as `greeter:tcp -h localhost -p 4061`, taking its interface for granted.
///
/// - Throws: ``LocalException`` `.parse` when the text is no proxy, also when it is empty, `.communicatorDestroyed`.
public func makeProxy<Target: Proxy>(
    communicator: Communicator, proxyString: String, type: Target.Type
) throws(LocalException) -> Target {
    guard let proxy = try communicator.makeProxy(proxyString) else {
        throw LocalException(.parse, "the text of a proxy is empty")
    }
    return Target(untyped: proxy)
}
