// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are Ice's own: what has none of Slice's operations' names starts with `ice_`.

import IceEncoding

extension Proxy {
    // MARK: What it says to its own runtime

    private var options: ProxyOptions { untyped.reference.content.options }

    private func with(option change: (inout ProxyOptions) -> Void) -> Self {
        Self(untyped: untyped.with { change(&$0.options) })
    }

    /// The context sent with requests that have none of their own.
    public func ice_getContext() -> [String: String] { options.context }
    /// The same with a context for requests that have none of their own.
    public func ice_context(_ context: [String: String]) -> Self { with(option: { $0.context = context }) }

    /// How long an invocation may take, retries included, in milliseconds; below 1 for no limit.
    public func ice_getInvocationTimeout() -> Int32 { options.invocationTimeout }
    /// The same with a limit for each invocation.
    ///
    /// - Parameter timeout: in milliseconds; below 1 for no limit.
    public func ice_invocationTimeout(_ timeout: Int32) -> Self {
        with(option: { $0.invocationTimeout = max(-1, timeout) })
    }

    /// In nanoseconds, 0 without a limit.
    package var invocationTimeout: UInt64 {
        options.invocationTimeout > 0 ? UInt64(options.invocationTimeout) * 1_000_000 : 0
    }

    /// Proxies with different ids do not share connections.
    public func ice_getConnectionId() -> String { options.connectionId }
    /// The same over a connection that only proxies with this id share.
    public func ice_connectionId(_ id: String) -> Self { with(option: { $0.connectionId = id }) }

    /// Whether requests are compressed; nil when the endpoint's `-z` decides.
    public func ice_getCompress() -> Bool? { options.compresses }
    /// The same with requests compressed or not, whatever the endpoint says.
    public func ice_compress(_ compress: Bool) -> Self { with(option: { $0.compresses = compress }) }

    /// Whether the proxy keeps to the connection it has.
    public func ice_isConnectionCached() -> Bool { options.isConnectionCached }
    /// The same that keeps to its connection, or that chooses among its endpoints anew for each request.
    public func ice_connectionCached(_ cached: Bool) -> Self { with(option: { $0.isConnectionCached = cached }) }

    /// The order in which endpoints are tried.
    public func ice_getEndpointSelection() -> EndpointSelectionType { options.endpointSelection }
    /// The same with another order in which endpoints are tried.
    public func ice_endpointSelection(_ type: EndpointSelectionType) -> Self {
        with(option: { $0.endpointSelection = type })
    }

    /// Whether only ssl and wss endpoints will do.
    public func ice_isSecure() -> Bool { options.isSecure }
    /// The same that uses ssl and wss endpoints only, as in Ice 3.7; not marshaled or stringified, as in Ice 3.8.
    public func ice_secure(_ secure: Bool) -> Self { with(option: { $0.isSecure = secure }) }

    /// What is asked where the object is; nil for a proxy that asks nobody.
    public func ice_getLocator() -> ObjectPrx? { options.locator }
    /// The same that asks this locator where the object is.
    public func ice_locator(_ locator: ObjectPrx?) -> Self { with(option: { $0.locator = locator }) }

    /// How long a locator's answer is used, in seconds; 0 asks each time, below 0 for ever.
    public func ice_getLocatorCacheTimeout() -> Int32 { options.locatorCacheTimeout }
    /// The same that uses a locator's answer for so long.
    ///
    /// - Parameter timeout: in seconds; 0 asks each time, below 0 for ever.
    public func ice_locatorCacheTimeout(_ timeout: Int32) -> Self {
        with(option: { $0.locatorCacheTimeout = max(-1, timeout) })
    }

    /// What requests go through; nil for a proxy that goes straight to the server.
    public func ice_getRouter() -> ObjectPrx? { options.router }
    /// The same whose requests go through this router.
    public func ice_router(_ router: ObjectPrx?) -> Self { with(option: { $0.router = router }) }

    /// Whether a servant in this process may be called without a connection.
    public func ice_isCollocationOptimized() -> Bool { options.isCollocationOptimized }
    /// The same that may call a servant in this process without a connection, or not.
    public func ice_collocationOptimized(_ collocated: Bool) -> Self {
        with(option: { $0.isCollocationOptimized = collocated })
    }

    /// Whether it uses one given connection and no other.
    public func ice_isFixed() -> Bool { options.fixed != nil }
    /// The same, over this connection and no other: it is never retried, and fails when the connection is closed.
    public func ice_fixed(_ connection: Connection) -> Self {
        let proxy = untyped.with {
            $0.options.fixed = FixedConnection(connection: connection)
            $0.proxy.endpoints = []
            $0.proxy.adapterId = ""
        }
        return Self(untyped: proxy)
    }
}
