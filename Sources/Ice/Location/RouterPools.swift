import IceEncoding
import Synchronization

/// What makes proxies name the same router over the same connection.
struct RouterKey: Hashable, Sendable {
    private var identity: Identity
    private var endpoints: [Endpoint]
    private var connectionId: String

    init(_ content: Reference.Content) {
        identity = content.proxy.identity
        endpoints = content.proxy.endpoints
        connectionId = content.options.connectionId
    }
}

/// Which loop the routers' connections are on: what is called through a router goes over the connection that the session
/// was made on. From any thread.
final class RouterPools: Sendable {
    private let pools = Mutex<[RouterKey: ConnectionPool]>([:])

    /// The loop for a proxy that is routed, or that names a router which others are routed through; nil for others.
    func pool(for content: Reference.Content) -> ConnectionPool? {
        guard let router = content.effectiveRouter else { return pools.withLock { $0[RouterKey(content)] } }
        return pool(of: router)
    }

    /// The loop of a router: where it was first called.
    @discardableResult
    func pool(of router: ObjectPrx) -> ConnectionPool {
        let key = RouterKey(router.reference.content)
        if let pool = pools.withLock({ $0[key] }) { return pool }
        let first = router.reference.invoker().pool
        return pools.withLock { pools in
            if let pool = pools[key] { return pool }
            pools[key] = first
            return first
        }
    }
}
