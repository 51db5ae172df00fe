import EventLoop
import IceEncoding
import Synchronization

extension ObjectAdapter {
    /// Whether a proxy leads here, by the rules of Ice: the adapter id or replica group is this one's; a proxy without
    /// either and without endpoints is one for an object that has a servant here; and one with endpoints has one of
    /// this adapter's, not counting those for datagrams.
    func isLocal(_ proxy: ProxyContent) -> Bool {
        guard proxy.adapterId.isEmpty else {
            let registration = configuration.registration
            return [registration.adapterId, registration.replicaGroupId].contains {
                $0.utf8.elementsEqual(proxy.adapterId.utf8)
            }
        }
        guard !proxy.endpoints.isEmpty else { return hasServant(proxy.identity) }
        let own = getPublishedEndpoints()
        return proxy.endpoints.contains { endpoint in
            own.contains { Self.isSame(endpoint, $0) }
        }
    }

    /// Whether both lead to the same place, whatever else they say.
    private static func isSame(_ left: Endpoint, _ right: Endpoint) -> Bool {
        guard case .ip(let left) = left, case .ip(let right) = right, left.transport != .udp else { return false }
        return left.transport == right.transport && left.port == right.port && left.host == right.host
    }
}

extension ObjectAdapter {
    // MARK: Calls that don't come in at an endpoint

    /// Whether it dispatches anything; not any more when it is being deactivated.
    var isDispatching: Bool { state.withLock { $0.life.phase < .deactivating } }

    /// Whether there is a servant for an identity, with whatever facet.
    func hasServant(_ identity: Identity) -> Bool { state.withLock { $0.servants.has(identity) } }

    /// Says in proxies that it is reached at these endpoints, a router's.
    func publishRouted(_ endpoints: [Endpoint]) { state.withLock { $0.published = endpoints } }

    /// Where collocated calls come in; nil when it is deactivated.
    func collocatedPort() -> CollocatedPort? {
        state.withLock { state in
            guard state.life.phase < .deactivating else { return nil }
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
