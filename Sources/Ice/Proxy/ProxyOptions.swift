import IceEncoding

/// The order in which the endpoints of a proxy are tried.
public enum EndpointSelectionType: Sendable {
    /// In random order.
    case random
    /// In their order.
    case ordered
}

/// What a proxy says to its own runtime only: nothing of it is marshaled or stringified.
struct ProxyOptions: Hashable, Sendable {
    var context: [String: String] = [:]
    /// In milliseconds; 0 and below for none.
    var invocationTimeout: Int32 = -1
    var connectionId = ""
    /// Whether requests are compressed; nil leaves it to the endpoint.
    var compresses: Bool?
    /// Whether one connection serves all requests, or each request looks for one.
    var isConnectionCached = true
    var endpointSelection = EndpointSelectionType.random
    /// Whether only secure endpoints will do.
    var isSecure = false
    var locator: ObjectPrx?
    /// In seconds; 0 for no cache, below for ever.
    var locatorCacheTimeout: Int32 = -1
    var router: ObjectPrx?
    var isCollocationOptimized = true
    /// The only connection that it uses; nil for a proxy that finds its own.
    var fixed: FixedConnection?
}

/// A connection, compared as an object.
struct FixedConnection: Hashable, Sendable {
    let connection: Connection

    static func == (left: FixedConnection, right: FixedConnection) -> Bool { left.connection === right.connection }

    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(connection)) }
}

extension ProxyOptions {
    /// What proxies start with.
    ///
    /// - Throws: ``LocalException`` `.property` when a value is not what its name needs.
    init(_ properties: Properties) throws(LocalException) {
        invocationTimeout = Int32(clamping: try properties.integer("Ice.Default.InvocationTimeout", default: -1))
        locatorCacheTimeout = Int32(clamping: try properties.integer("Ice.Default.LocatorCacheTimeout", default: -1))
        isCollocationOptimized = try properties.integer("Ice.Default.CollocationOptimized", default: 1) > 0
        if let text = properties["Ice.Default.EndpointSelection"] {
            endpointSelection = try Self.endpointSelection(text, of: "Ice.Default.EndpointSelection")
        }
    }

    static func endpointSelection(_ text: String, of name: String) throws(LocalException) -> EndpointSelectionType {
        switch text {
        case "Random": return .random
        case "Ordered": return .ordered
        default: throw LocalException(.property, "property \(name)=\(text) is neither Random nor Ordered")
        }
    }
}
