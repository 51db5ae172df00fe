/// Finds servants while requests arrive, for objects that are too many to be added to an object adapter.
///
/// Asked for a request that neither an added servant nor a default servant answers, see
/// ``ObjectAdapter/addServantLocator(locator:category:)``. From any thread, for several requests at the same time. A
/// conforming type's methods may be `async` or not.
public protocol ServantLocator: Sendable {
    /// Finds the servant that answers a request.
    ///
    /// - Returns: nil when there is none, which the client is told as `ObjectNotExistException`; and something that
    ///   ``finished(curr:servant:cookie:)`` is given back.
    /// - Throws: what the client is told instead, as if a servant had thrown it; `finished` is not called then.
    func locate(_ curr: Current) async throws -> (returnValue: (any Dispatcher)?, cookie: AnyObject?)

    /// Told when the response to a request is ready, before it is sent; also when the servant threw.
    ///
    /// - Throws: what the client is told instead of the response.
    func finished(curr: Current, servant: any Dispatcher, cookie: AnyObject?) async throws

    /// Told when the object adapter is destroyed, once for each category it was added for.
    func deactivate(_ category: String)
}
