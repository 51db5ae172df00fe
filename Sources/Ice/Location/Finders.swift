// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are Ice's own: what has none of Slice's operations' names starts with `ice_`.

import IceEncoding

/// Asks a server for its locator. With `Ice/LocatorFinder:tcp -h HOST -p PORT` only the address of an IceGrid registry need be
/// known, not its name. Reference: `Ice/Locator.ice`.
public struct LocatorFinderPrx: Proxy {
    /// Its Slice type id.
    public static var ice_staticId: String { "::Ice::LocatorFinder" }
    /// The same without the interface.
    public let untyped: ObjectPrx

    /// Takes the interface for granted.
    public init(untyped: ObjectPrx) { self.untyped = untyped }

    /// The locator, as ``Communicator/setDefaultLocator(_:)`` takes it; nil when there is none.
    ///
    /// - Parameter context: instead of the proxy's and the implicit context.
    /// - Throws: ``LocalException``.
    public func getLocator(context: [String: String]? = nil) async throws -> ObjectPrx? {
        try await untyped.findAsync("getLocator", .normal, context).value
    }
}

/// Asks a server for its router: `Ice/RouterFinder:tcp -h HOST -p PORT` for Glacier2. Reference: `Ice/Router.ice`.
public struct RouterFinderPrx: Proxy {
    /// Its Slice type id.
    public static var ice_staticId: String { "::Ice::RouterFinder" }
    /// The same without the interface.
    public let untyped: ObjectPrx

    /// Takes the interface for granted.
    public init(untyped: ObjectPrx) { self.untyped = untyped }

    /// The router, as ``Communicator/setDefaultRouter(_:)`` takes it; nil when there is none.
    ///
    /// - Parameter context: instead of the proxy's and the implicit context.
    /// - Throws: ``LocalException``.
    public func getRouter(context: [String: String]? = nil) async throws -> ObjectPrx? {
        try await untyped.findAsync("getRouter", .normal, context).value
    }
}

extension ObjectPrx {
    /// Calls an operation without parameters that returns a proxy.
    func findAsync(
        _ operation: String, _ mode: OperationMode, _ context: [String: String]?
    ) throws(LocalException) -> InvocationFuture<ObjectPrx?> {
        let communicator = reference.communicator
        return try invokeAsync(operation, mode, requires: .twoway, context: context) { reply in
            guard let reply, reply.ok else {
                throw LocalException(.unknownUser, "\(operation) ended in a user exception")
            }
            let content = try reply.read { payload, encoding in try payload.readProxy(encoding) }
            return content.map { communicator.makeProxy($0) }
        }
    }
}
