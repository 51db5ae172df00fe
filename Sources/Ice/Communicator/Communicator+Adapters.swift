package import EventLoop
import IceEncoding

extension Communicator {
    // MARK: Object adapters

    /// Makes an object adapter that listens at these endpoints, as `tcp -h 127.0.0.1 -p 0`; several are separated by
    /// `:`. Port 0 lets the system choose. Connections are accepted when it is activated. Its other properties are those of
    /// its name, as of ``createObjectAdapter(_:)``, and the property `NAME.Endpoints` is set.
    ///
    /// - Parameter name: empty for a random one.
    /// - Throws: as ``createObjectAdapter(_:)``.
    public func createObjectAdapterWithEndpoints(
        name: String, endpoints: String
    ) throws(LocalException) -> ObjectAdapter {
        try createObjectAdapter(name, endpoints: endpoints, on: nextPool())
    }

    /// Makes an object adapter that is set up by the properties of its name: it listens at `NAME.Endpoints`, nowhere without.
    /// An empty name makes one without configuration, for callbacks over connections that this side made. With
    /// `NAME.Router` the router is asked, which blocks; see ``createObjectAdapterWithRouter(name:rtr:)``.
    ///
    /// - Throws: ``LocalException`` `.alreadyRegistered` when there is one of that name, `.initialization` when there is no
    ///   property of that name, `.property`, `.parse`, `.dns`, `.socket`, `.security`, `.featureNotSupported`,
    ///   `.communicatorDestroyed`.
    public func createObjectAdapter(_ name: String) throws(LocalException) -> ObjectAdapter {
        if !name.isEmpty, let router = try propertyToProxy("\(name).Router") {
            return try blockForRoutedAdapter(name, router)
        }
        return try createObjectAdapter(name, on: nextPool())
    }

    /// As ``createObjectAdapterWithEndpoints(name:endpoints:)`` with all its connections on one loop.
    package func createObjectAdapter(
        _ name: String, endpoints: String, on loop: EventLoop
    ) throws(LocalException) -> ObjectAdapter {
        try createObjectAdapter(name, endpoints: endpoints, on: pool(loop))
    }

    private func createObjectAdapter(
        _ name: String, endpoints: String, on pool: ConnectionPool
    ) throws(LocalException) -> ObjectAdapter {
        let name = name.isEmpty ? UUIDText.random() : name
        properties.setProperty(key: "\(name).Endpoints", value: endpoints)
        return try createObjectAdapter(name, on: pool)
    }

    func createObjectAdapter(_ name: String, on pool: ConnectionPool) throws(LocalException) -> ObjectAdapter {
        guard !isShutdown() else { throw Self.shutDown }
        let configuration = try AdapterConfiguration(name, self)
        let locator = name.isEmpty ? nil : try propertyToProxy("\(name).Locator")
        let adapter = ObjectAdapter(
            configuration, communicator: self,
            locator: locator?.ice_locator(nil).ice_router(nil) ?? getDefaultLocator())
        try adapters.add(adapter)
        do throws(LocalException) {
            try adapter.listen(
                try parseEndpoints(configuration.value("Endpoints", properties) ?? ""), pool: pool)
        } catch {
            adapter.deactivate()
            adapters.remove(adapter)
            throw error
        }
        localAdapters.add(adapter)
        return adapter
    }

    func parseEndpoints(_ endpoints: String) throws(LocalException) -> [Endpoint] {
        do {
            return try Endpoint.parseList(endpoints, defaults: proxyDefaults)
        } catch {
            throw LocalException(.parse, error.message)
        }
    }

    static var shutDown: LocalException { LocalException(.communicatorDestroyed, "the communicator is shut down") }
}
