import EventLoop
public import IceEncoding
import Synchronization

/// Makes objects reachable: listens at endpoints and hands requests to servants.
public final class ObjectAdapter: Sendable {
    /// Compared by bytes, see ``Identity``.
    private struct Key: Hashable {
        var identity: Identity
        var facet: String

        static func == (left: Key, right: Key) -> Bool {
            left.identity == right.identity && left.facet.utf8.elementsEqual(right.facet.utf8)
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(identity)
            hasher.combine(utf8: facet)
        }
    }

    private struct Entry {
        var dispatcher: any Dispatcher
        /// The same when its types are known, so that no call has to look.
        var servant: (any Servant)?
    }

    private enum Phase {
        case holding, active, deactivating, deactivated
    }

    private struct State {
        var phase = Phase.holding
        var servants: [Key: Entry] = [:]
        /// How many facets an identity has.
        var facetCounts: [Identity: Int] = [:]
        var listeners: [any EndpointListener] = []
        /// Where collocated calls come in; one of the listeners. Nil before the first one.
        var collocated: CollocatedPort?
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// The name it was created with.
    public let name: String
    /// What created it.
    public let communicator: Communicator
    let settings: Settings
    private let state = Mutex(State())
    private let published = Mutex<[Endpoint]>([])

    init(_ name: String, communicator: Communicator, settings: Settings) {
        self.name = name
        self.communicator = communicator
        self.settings = settings
    }

    /// The endpoints clients reach it at, with the ports that the system chose.
    public var endpoints: [Endpoint] { published.withLock { $0 } }

    /// A proxy for an object of this adapter, whether it exists or not.
    public func createProxy(_ identity: Identity) -> ObjectPrx {
        communicator.makeProxy(ProxyContent(identity: identity, endpoints: endpoints))
    }
}

extension ObjectAdapter {
    // MARK: Servants

    /// Makes a servant answer for an identity and facet.
    ///
    /// - Returns: a proxy for the object.
    /// - Throws: ``LocalException`` `.alreadyRegistered`, `.objectAdapterDeactivated`.
    @discardableResult
    public func add(servant: any Dispatcher, identity: Identity, facet: String = "") throws(LocalException) -> ObjectPrx
    {
        let failure = state.withLock { state -> LocalException? in
            let key = Key(identity: identity, facet: facet)
            guard state.phase == .holding || state.phase == .active else { return deactivated }
            guard state.servants[key] == nil else {
                return LocalException(.alreadyRegistered, "there is a servant for \(identity) facet '\(facet)' already")
            }
            state.servants[key] = Entry(dispatcher: servant, servant: servant as? any Servant)
            state.facetCounts[identity, default: 0] += 1
            return nil
        }
        if let failure { throw failure }
        return createProxy(identity).ice_facet(facet)
    }

    /// Forgets the servant of an identity and facet.
    ///
    /// - Throws: ``LocalException`` `.notRegistered`.
    @discardableResult
    public func remove(_ identity: Identity, facet: String = "") throws(LocalException) -> any Dispatcher {
        let servant = state.withLock { state -> (any Dispatcher)? in
            guard let entry = state.servants.removeValue(forKey: Key(identity: identity, facet: facet)) else {
                return nil
            }
            let left = (state.facetCounts[identity] ?? 1) - 1
            state.facetCounts[identity] = left > 0 ? left : nil
            return entry.dispatcher
        }
        guard let servant else {
            throw LocalException(.notRegistered, "there is no servant for \(identity) facet '\(facet)'")
        }
        return servant
    }

    /// The servant of an identity and facet; nil when there is none.
    public func find(_ identity: Identity, facet: String = "") -> (any Dispatcher)? {
        state.withLock { $0.servants[Key(identity: identity, facet: facet)]?.dispatcher }
    }

    private var deactivated: LocalException {
        LocalException(.objectAdapterDeactivated, "object adapter \(name) is deactivated")
    }

    func dispatch(_ request: IncomingRequest) async throws -> OutgoingResponse {
        let current = request.current
        let (entry, knowsIdentity) = state.withLock { state in
            (
                state.servants[Key(identity: current.id, facet: current.facet)],
                state.facetCounts[current.id] != nil
            )
        }
        guard let entry else {
            throw LocalException(
                knowsIdentity ? LocalException.Code.facetNotExist : .objectNotExist, "no servant for \(current.id)")
        }
        if let servant = entry.servant,
            let response = try BuiltInOperations.dispatch(request, typeIds: servant.iceTypeIds)
        {
            return response
        }
        return try await entry.dispatcher.dispatch(request)
    }
}

extension ObjectAdapter {
    // MARK: Calls that don't come in at an endpoint

    /// Whether it dispatches anything; not any more when it is being deactivated.
    var isDispatching: Bool { state.withLock { $0.phase == .holding || $0.phase == .active } }

    /// Whether there is a servant for an identity, with whatever facet.
    func hasServant(_ identity: Identity) -> Bool { state.withLock { $0.facetCounts[identity] != nil } }

    /// Says in proxies that it is reached at these endpoints.
    func publish(_ endpoints: [Endpoint]) { published.withLock { $0 = endpoints } }

    /// Where collocated calls come in; nil when it is deactivated.
    func collocatedPort() -> CollocatedPort? {
        state.withLock { state in
            guard state.phase == .holding || state.phase == .active else { return nil }
            if let port = state.collocated { return port }
            guard let port = CollocatedPort(adapter: self, pool: communicator.nextPool()) else { return nil }
            state.collocated = port
            state.listeners.append(port)
            // With the lock held: before the loop is asked to close it.
            port.pool.loop.execute { port.pool.opened(port) }
            return port
        }
    }
}

extension ObjectAdapter {
    // MARK: Life

    /// Listens at these endpoints; connections are accepted from ``activate()`` on.
    func listen(_ endpoints: [Endpoint], pool: ConnectionPool) throws(LocalException) {
        for endpoint in endpoints {
            guard case .ip(var ip) = endpoint else {
                throw LocalException(.featureNotSupported, "no object adapter can listen at '\(endpoint)'")
            }
            if ip.transport.isSecure, !(try pool.security.context().hasCertificate) {
                throw LocalException(.security, "no certificate to listen at '\(endpoint)': set IceSSL.CertFile")
            }
            let isAnywhere = ip.host.isEmpty || ip.host == "*"
            let addresses: [SocketAddress]
            switch isAnywhere ? .success([]) : Resolver.systemLookUp(ip.host) {
            case .success(let found): addresses = found
            case .failure(let failure): throw LocalException(.dns, "\(failure)")
            }
            guard var address = isAnywhere ? SocketAddress(numeric: "0.0.0.0", port: 0) : addresses.first else {
                throw LocalException(.dns, "no address for \(ip.host)")
            }
            address.port = ip.port
            let listener: any EndpointListener
            if ip.transport == .udp {
                listener = try DatagramReceiver(address, interface: ip.multicastInterface, adapter: self, pool: pool)
            } else {
                listener = try Acceptor(
                    address, transport: ip.transport, adapter: self, pool: pool, backlog: settings.backlog)
            }
            pool.loop.execute { pool.opened(listener) }
            state.withLock { $0.listeners.append(listener) }
            ip.port = listener.address.port
            if isAnywhere { ip.host = communicator.publishedHost }
            published.withLock { $0.append(.ip(ip)) }
        }
    }

    /// Starts accepting connections.
    ///
    /// - Throws: ``LocalException`` `.objectAdapterDeactivated`.
    public func activate() throws(LocalException) {
        let listeners = state.withLock { state -> [any EndpointListener]? in
            guard state.phase == .holding || state.phase == .active else { return nil }
            state.phase = .active
            return state.listeners
        }
        guard let listeners else { throw deactivated }
        for listener in listeners { listener.pool.loop.execute { listener.activate() } }
    }

    /// Stops listening and closes the connections gracefully: dispatches in progress are answered first. Returns at
    /// once; see ``waitForDeactivate()``.
    public func deactivate() {
        let listeners = state.withLock { state -> [any EndpointListener] in
            guard state.phase == .holding || state.phase == .active else { return [] }
            state.phase = state.listeners.isEmpty ? .deactivated : .deactivating
            return state.listeners
        }
        for listener in listeners { listener.pool.loop.execute { listener.close() } }
    }

    /// Waits until the adapter is deactivated and all its connections are closed.
    public func waitForDeactivate() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.phase != .deactivated { state.waiters.append(continuation) }
                return state.phase == .deactivated
            }
            if isOver { continuation.resume() }
        }
    }

    func listenerClosed(_ listener: any EndpointListener) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.listeners.removeAll { $0 === listener }
            guard state.listeners.isEmpty else { return [] }
            state.phase = .deactivated
            state.collocated = nil
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
