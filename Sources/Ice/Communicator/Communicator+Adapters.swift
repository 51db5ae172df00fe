package import EventLoop
import IceEncoding

extension Communicator {
    // MARK: Object adapters

    /// Makes an object adapter that listens at these endpoints, as `tcp -h 127.0.0.1 -p 0`; several are separated by
    /// `:`. Port 0 lets the system choose. Connections are accepted when it is activated.
    ///
    /// - Throws: ``LocalException`` `.parse`, `.dns`, `.socket`, `.security`, `.featureNotSupported`, `.communicatorDestroyed`.
    public func createObjectAdapterWithEndpoints(
        name: String, endpoints: String
    ) throws(LocalException) -> ObjectAdapter {
        try createObjectAdapter(name, endpoints: endpoints, on: nextPool())
    }

    /// Makes an object adapter that listens at the endpoints in the property `<name>.Endpoints`; without one it listens
    /// nowhere.
    ///
    /// - Throws: as ``createObjectAdapterWithEndpoints(name:endpoints:)``.
    public func createObjectAdapter(_ name: String) throws(LocalException) -> ObjectAdapter {
        if let router = try propertyToProxy("\(name).Router") {
            return try blockForRoutedAdapter(name, router)
        }
        return try createObjectAdapter(name, endpoints: properties["\(name).Endpoints"] ?? "", on: nextPool())
    }

    /// As ``createObjectAdapterWithEndpoints(name:endpoints:)`` with all its connections on one loop.
    package func createObjectAdapter(
        _ name: String, endpoints: String, on loop: EventLoop
    ) throws(LocalException) -> ObjectAdapter {
        try createObjectAdapter(name, endpoints: endpoints, on: pool(loop))
    }

    func createObjectAdapter(
        _ name: String, endpoints: String, on pool: ConnectionPool
    ) throws(LocalException) -> ObjectAdapter {
        let destroyed = LocalException(.communicatorDestroyed, "the communicator is shut down")
        guard !isShutdown() else { throw destroyed }
        let adapter = ObjectAdapter(name, communicator: self, settings: serverSettings)
        do throws(LocalException) {
            try adapter.listen(try parse(endpoints), pool: pool)
            guard adapters.add(adapter) else { throw destroyed }
            localAdapters.add(adapter)
        } catch {
            adapter.deactivate()
            throw error
        }
        return adapter
    }

    private func parse(_ endpoints: String) throws(LocalException) -> [Endpoint] {
        do {
            return try Endpoint.parseList(endpoints, defaults: proxyDefaults)
        } catch {
            throw LocalException(.parse, error.message)
        }
    }

    /// What stands in proxies of adapters that listen everywhere.
    var publishedHost: String {
        properties["Ice.PublishedHost"] ?? HostAddresses.firstReachable()
    }
}
