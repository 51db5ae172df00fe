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
        throw LocalException(.featureNotSupported, "not yet")
    }

    /// The same for an operation without parameters.
    public func _invokeAsync<Result: Sendable>(
        _ operation: String, mode: OperationMode = .normal, needs: ProxyRequirement = .twoway,
        format: FormatType? = nil, context: Context? = nil,
        read: @escaping @Sendable (inout InputStream) throws -> Result,
        throws exceptions: [UserException.Type] = []
    ) throws(LocalException) -> InvocationFuture<Result> {
        throw LocalException(.featureNotSupported, "not yet")
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
