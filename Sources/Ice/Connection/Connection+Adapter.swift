public import IceEncoding
import Synchronization

extension Connection {
    // MARK: Requests of the peer, from any thread

    /// Lets an object adapter dispatch what the peer calls over this connection, which this side made: so a server
    /// calls back a client that nobody can connect to. With nil, and when the adapter is deactivated, such requests are
    /// answered with `ObjectNotExistException`. A connection starts with
    /// ``Communicator/getDefaultObjectAdapter()``; a closed one stays as it is.
    ///
    /// - Throws: ``LocalException`` `.featureNotSupported` when the peer made the connection, `.objectAdapterDeactivated`.
    public func setAdapter(_ adapter: ObjectAdapter?) throws(LocalException) {
        guard !isIncoming else {
            throw LocalException(
                .featureNotSupported, "\(self) belongs to an object adapter, for \(peer) made it: it can't get another")
        }
        if let adapter, !adapter.isDispatching {
            throw LocalException(.objectAdapterDeactivated, "object adapter \(adapter.name) is deactivated")
        }
        attach(adapter)
    }

    /// What dispatches the requests of the peer: of a connection that the peer made the object adapter that accepted
    /// it; nil when nobody does.
    public func getAdapter() -> ObjectAdapter? {
        let adapter = adapter.withLock { $0 }
        return isIncoming || adapter?.isDispatching == true ? adapter : nil
    }

    /// Makes a proxy, fixed to this connection, for an object of the peer. So a servant calls back the client that it
    /// was called by, as `current.con?.createProxy(id)`, behind whatever firewall that is.
    ///
    /// - Throws: ``LocalException`` `.communicatorDestroyed`.
    public func createProxy(_ id: Identity) throws(LocalException) -> ObjectPrx {
        guard let communicator = localAdapters?.communicator, !communicator.isDestroyed else {
            throw LocalException(.communicatorDestroyed, "the communicator is destroyed")
        }
        let content = ProxyContent(
            identity: id, mode: isDatagram ? .datagram : .twoway, encoding: communicator.proxyDefaults.encoding)
        return communicator.makeProxy(content).ice_fixed(self)
    }

    /// As ``setAdapter(_:)`` of a connection that this side made.
    func attach(_ new: ObjectAdapter?) {
        adapter.withLock { adapter in
            // Nobody would take it away again.
            if !isOver { adapter = new }
        }
    }
}

extension Connection {
    // MARK: On the loop

    /// What the next request goes to; nil when it is answered without.
    var takingAdapter: ObjectAdapter? {
        if isIncoming { return dispatch?.adapter }
        guard let adapter = adapter.withLock({ $0 }), adapter.isDispatching else { return nil }
        return adapter
    }

    /// The queue of this connection.
    func dispatchQueue(_ adapter: ObjectAdapter) -> DispatchQueue {
        if let dispatch { return dispatch }
        let queue = DispatchQueue(adapter: adapter, limit: settings.maxDispatches)
        dispatch = queue
        return queue
    }
}
