import EventLoop
import IceEncoding

extension Communicator {
    // MARK: Object adapters behind routers

    /// Makes an object adapter that listens nowhere: a router calls its objects, over the connection that this side made
    /// to it, and only those. Its proxies name the endpoints at which servers call the router. Make the session first;
    /// for Glacier2 the identities of the objects need the category that `getCategoryForClient` returns.
    ///
    /// - Parameter rtr: the router.
    /// - Throws: ``LocalException`` `.alreadyRegistered` when the router has an object adapter already, `.noEndpoint` when
    ///   servers can't call it, `.property` when `<name>.Endpoints` is set, `.communicatorDestroyed`; what the call of
    ///   the router ends in.
    public func createObjectAdapterWithRouter(name: String, rtr: ObjectPrx) async throws -> ObjectAdapter {
        let router = rtr.ice_router(nil)
        let adapter = try routedAdapter(name, router)
        do {
            adapter.publishRouted(
                try endpoints(await router.findAsync("getServerProxy", .idempotent, nil).value, router))
            try await router.ice_getConnection()?.setAdapter(adapter)
        } catch {
            await adapter.destroy()
            throw error
        }
        return adapter
    }

    /// The same out of the property `<name>.Router`. Blocks until the router has answered, which a loop can't.
    func blockForRoutedAdapter(_ name: String, _ rtr: ObjectPrx) throws(LocalException) -> ObjectAdapter {
        guard !pools.contains(where: \.loop.isCurrent) else {
            throw LocalException(
                .featureNotSupported, "a loop can't wait for \(name).Router: await createObjectAdapterWithRouter")
        }
        let router = rtr.ice_router(nil)
        let adapter = try routedAdapter(name, router)
        do {
            adapter.publishRouted(try endpoints(router.findAsync("getServerProxy", .idempotent, nil).wait(), router))
            try router.ice_getConnectionAsync().wait()?.setAdapter(adapter)
        } catch {
            adapter.deactivate()
            adapter.end()
            throw error as? LocalException ?? LocalException(.unknown, "\(error)")
        }
        return adapter
    }

    private func routedAdapter(_ name: String, _ router: ObjectPrx) throws(LocalException) -> ObjectAdapter {
        guard (properties["\(name).Endpoints"] ?? "").isEmpty else {
            throw LocalException(
                .property, "object adapter \(name) is called by a router: \(name).Endpoints must not be set")
        }
        let name = name.isEmpty ? UUIDText.random() : name
        // An adapter with a name needs a property.
        for (key, value) in proxyToProperty(router, property: "\(name).Router") {
            properties.setProperty(key: key, value: value)
        }
        let adapter = try createObjectAdapter(name, on: routerPools.pool(of: router))
        guard localAdapters.route(router, to: adapter) else {
            adapter.deactivate()
            adapter.end()
            throw LocalException(.alreadyRegistered, "router \(router) has another object adapter")
        }
        return adapter
    }

    private func endpoints(_ proxy: ObjectPrx?, _ router: ObjectPrx) throws(LocalException) -> [Endpoint] {
        guard let endpoints = proxy?.ice_getEndpoints(), !endpoints.isEmpty else {
            throw LocalException(.noEndpoint, "router \(router) has no endpoints that servers could call it at")
        }
        return endpoints
    }
}
