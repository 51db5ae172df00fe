public import IceEncoding
import Synchronization

extension ObjectAdapter {
    // MARK: Proxies

    /// A proxy for an object of this adapter, whether it exists or not: indirect with the replica group or else the adapter
    /// id when there is one, else direct with the published endpoints.
    ///
    /// - Throws: ``LocalException`` `.illegalIdentity`, `.objectAdapterDestroyed`; so do the next ones.
    public func createProxy(_ id: Identity) throws(LocalException) -> ObjectPrx {
        try check(id)
        return try change { state in makeProxy(id, "", state) }
    }

    /// A proxy with the published endpoints.
    public func createDirectProxy(_ id: Identity) throws(LocalException) -> ObjectPrx {
        try check(id)
        return try change { state in makeProxy(id, "", endpoints: state.published) }
    }

    /// A proxy with the adapter id; a well-known one when there is none.
    public func createIndirectProxy(_ id: Identity) throws(LocalException) -> ObjectPrx {
        try check(id)
        return try change { _ in makeProxy(id, "", adapterId: configuration.registration.adapterId) }
    }

    func makeProxy(_ id: Identity, _ facet: String, _ state: State) -> ObjectPrx {
        let registration = configuration.registration
        guard !registration.adapterId.isEmpty else { return makeProxy(id, facet, endpoints: state.published) }
        let group = registration.replicaGroupId
        return makeProxy(id, facet, adapterId: group.isEmpty ? registration.adapterId : group)
    }

    private func makeProxy(
        _ id: Identity, _ facet: String, endpoints: [Endpoint] = [], adapterId: String = ""
    ) -> ObjectPrx {
        communicator.makeProxy(directContent(id, facet, endpoints, adapterId: adapterId))
    }

    /// With the options of the property `NAME.ProxyOptions`.
    func directContent(
        _ id: Identity, _ facet: String, _ endpoints: [Endpoint], adapterId: String = ""
    ) -> ProxyContent {
        var content = configuration.proxyTemplate
        content.identity = id
        content.facet = facet
        content.endpoints = endpoints
        content.adapterId = adapterId
        return content
    }
}

extension ObjectAdapter {
    // MARK: Endpoints

    /// As ``getPublishedEndpoints()``.
    public var endpoints: [Endpoint] { getPublishedEndpoints() }

    /// The endpoints it listens at, with the ports that the system chose; all addresses of a host that has several. Also
    /// after it is deactivated.
    public func getEndpoints() -> [Endpoint] { state.withLock { $0.bound.map { .ip($0.listening) } } }

    /// The endpoints that its proxies have. Also after it is deactivated.
    public func getPublishedEndpoints() -> [Endpoint] { state.withLock { $0.published } }

    /// Gives proxies made from now on other endpoints, and tells the registry that the adapter is registered with.
    ///
    /// - Throws: ``LocalException`` `.noEndpoint` for none, `.objectAdapterDeactivated`, `.objectAdapterDestroyed`; as
    ///   ``waitForActivate()`` when the registry refuses, and the endpoints are the old ones then.
    public func setPublishedEndpoints(_ newEndpoints: [Endpoint]) async throws(LocalException) {
        guard !newEndpoints.isEmpty else {
            throw LocalException(.noEndpoint, "object adapter '\(name)' needs an endpoint to publish")
        }
        try await publish(newEndpoints)
    }

    /// Finds out anew what to publish: reads `NAME.PublishedEndpoints` and `NAME.PublishedHost` again, and the addresses of
    /// this machine. For when those have changed.
    ///
    /// - Throws: as ``setPublishedEndpoints(_:)``, and `.parse`.
    public func refreshPublishedEndpoints() async throws(LocalException) {
        try await publish(try publishedEndpoints(state.withLock { $0.bound }))
    }

    private func publish(_ endpoints: [Endpoint]) async throws(LocalException) {
        let result = state.withLock { state -> Result<(old: [Endpoint], tells: ObjectPrx?), LocalException> in
            if let refusal = refusal(state) { return .failure(refusal) }
            defer { state.published = endpoints }
            return .success((state.published, state.life.isRegistered ? state.locator : nil))
        }
        let (old, locator) = try result.get()
        guard let locator else { return }
        let failure = await withCheckedContinuation { continuation in
            tell(endpoints, locator) { continuation.resume(returning: $0) }
        }
        guard let failure else { return }
        state.withLock { $0.published = old }
        throw failure
    }

    /// What is published for what is listened at.
    func publishedEndpoints(_ bound: [BoundEndpoint]) throws(LocalException) -> [Endpoint] {
        let properties = communicator.properties
        if let text = configuration.value("PublishedEndpoints", properties) {
            let endpoints = try communicator.parseEndpoints(text)
            for case .ip(let endpoint) in endpoints where endpoint.host == "*" {
                throw LocalException(.parse, "nobody can connect to '\(endpoint)'")
            }
            if !endpoints.isEmpty { return endpoints }
        }
        let host = configuration.value("PublishedHost", properties)
        let everywhere = properties["Ice.PublishedHost"].map { [$0] } ?? HostAddresses.reachable(settings.protocols)
        return BoundEndpoint.published(bound, host: host, everywhere: everywhere).map { .ip($0) }
    }
}

extension ObjectAdapter {
    // MARK: Locator

    /// The locator whose registry is told of the adapter; nil for none. First that of the property `NAME.Locator`, or the
    /// communicator's.
    public func getLocator() -> ObjectPrx? { state.withLock { $0.locator } }

    /// Sets the locator whose registry is told when the adapter is activated.
    ///
    /// - Throws: ``LocalException`` `.objectAdapterDeactivated`, `.objectAdapterDestroyed`.
    public func setLocator(_ locator: ObjectPrx?) throws(LocalException) {
        let own = locator?.ice_locator(nil).ice_router(nil)
        let failure = state.withLock { state -> LocalException? in
            if let refusal = refusal(state) { return refusal }
            state.locator = own
            return nil
        }
        if let failure { throw failure }
    }
}
