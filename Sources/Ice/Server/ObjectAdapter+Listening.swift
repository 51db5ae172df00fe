import EventLoop
import IceEncoding
import Synchronization

extension ObjectAdapter {
    // MARK: Listening

    /// Listens at these endpoints, at all addresses of each; connections are accepted from ``activate()`` on. All or
    /// nothing: addresses are free again when this throws.
    func listen(_ endpoints: [Endpoint], pool: ConnectionPool) throws(LocalException) {
        var (bound, listeners): ([BoundEndpoint], [any EndpointListener]) = ([], [])
        let published: [Endpoint]
        do throws(LocalException) {
            for endpoint in endpoints { try bind(endpoint, pool, &bound, &listeners) }
            published = try publishedEndpoints(bound)
        } catch {
            for listener in listeners { listener.abandon() }
            throw error
        }
        try take(listeners, bound, published)
    }

    private func bind(
        _ endpoint: Endpoint, _ pool: ConnectionPool, _ bound: inout [BoundEndpoint],
        _ listeners: inout [any EndpointListener]
    ) throws(LocalException) {
        guard case .ip(let ip) = endpoint else {
            throw LocalException(.featureNotSupported, "no object adapter can listen at '\(endpoint)'")
        }
        if ip.transport.isSecure, !(try pool.security.context().hasCertificate) {
            throw LocalException(.security, "no certificate to listen at '\(endpoint)': set IceSSL.CertFile")
        }
        let addresses = try addresses(of: ip, pool.resolver)
        for var address in addresses {
            address.port = ip.port
            let listener = try listener(ip, address, pool)
            listeners.append(listener)
            // With the port that the system chose for one address nobody is found at another.
            bound.append(
                BoundEndpoint(
                    configured: ip, address: listener.address,
                    hasHostForItself: addresses.count == 1 || ip.port != 0))
        }
    }

    private func addresses(of endpoint: IPEndpoint, _ resolver: Resolver) throws(LocalException) -> [SocketAddress] {
        if BoundEndpoint.isAnywhere(endpoint.host) {
            return settings.protocols.everywhere(port: endpoint.port).map { [$0] } ?? []
        }
        switch resolver.addresses(of: endpoint.host) {
        case .success(let found):
            let usable = settings.protocols.ordered(found)
            guard !usable.isEmpty else {
                throw LocalException(.dns, "\(endpoint.host) has no address that Ice.IPv4 and Ice.IPv6 allow")
            }
            return usable
        case .failure(let failure): throw LocalException(.dns, "\(failure)")
        }
    }

    private func listener(
        _ endpoint: IPEndpoint, _ address: SocketAddress, _ pool: ConnectionPool
    ) throws(LocalException) -> any EndpointListener {
        guard endpoint.transport != .udp else {
            return try DatagramReceiver(address, interface: endpoint.multicastInterface, adapter: self, pool: pool)
        }
        return try Acceptor(
            address, transport: endpoint.transport, adapter: self, pool: pool, backlog: settings.backlog)
    }

    /// - Throws: ``LocalException`` `.communicatorDestroyed` when the communicator was shut down meanwhile.
    private func take(
        _ listeners: [any EndpointListener], _ bound: [BoundEndpoint], _ published: [Endpoint]
    ) throws(LocalException) {
        let isLate = state.withLock { state in
            state.listeners += listeners
            state.bound = bound
            state.published = published
            let isLate = state.life.phase != .holding
            for listener in listeners {
                listener.pool.loop.execute {
                    listener.pool.opened(listener)
                    if isLate { listener.close() }
                }
            }
            return isLate
        }
        if isLate { throw Communicator.shutDown }
    }
}
