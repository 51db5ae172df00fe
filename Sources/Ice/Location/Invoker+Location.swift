import EventLoop
import IceEncoding

extension Reference.Content {
    /// What requests go through; nil for a router itself and for a fixed proxy.
    var effectiveRouter: ObjectPrx? {
        guard options.fixed == nil, let router = options.router else { return nil }
        let own = router.reference.content.proxy
        return own.identity == proxy.identity && own.endpoints == proxy.endpoints ? nil : router
    }

    /// What tells the endpoints; nil for a proxy that has its own or none to ask.
    var effectiveLocator: ObjectPrx? {
        options.fixed == nil && proxy.endpoints.isEmpty && effectiveRouter == nil ? options.locator : nil
    }

    /// Whether the proxy names no endpoints.
    var isIndirect: Bool { options.fixed == nil && proxy.endpoints.isEmpty }
}

extension ObjectPrx {
    /// Whether its requests go through a router.
    package var isRouted: Bool { reference.content.effectiveRouter != nil }
}

extension Communicator {
    /// The same content with a locator and a router that this communicator calls.
    func adopt(_ content: Reference.Content) -> Reference.Content {
        func adopt(_ proxy: ObjectPrx?) -> ObjectPrx? {
            guard let proxy, proxy.reference.communicator !== self else { return proxy }
            return ObjectPrx(self.adopt(proxy.reference.content), communicator: self)
        }
        var content = content
        content.options.locator = adopt(content.options.locator)
        content.options.router = adopt(content.options.router)
        return content
    }
}

extension Invoker {
    // MARK: Locators and routers

    private var locatorInfo: LocatorInfo? {
        content.effectiveLocator.map {
            $0.reference.communicator.locators.info($0, encoding: content.proxy.encoding)
        }
    }

    /// Asks the router or the locator for endpoints.
    ///
    /// - Returns: false when the proxy's own are to be used.
    func locate() -> Bool {
        if let router = content.effectiveRouter {
            let locating = beginLocating()
            pool.routerInfo(router).route(content.proxy, locating)
            return true
        }
        guard let info = locatorInfo else { return false }
        let locating = Locating(self)
        let found = info.find(
            content.proxy, timeout: content.options.locatorCacheTimeout, isOver: { locating.isOver }
        ) { [loop] result in
            loop.execute { locating.end(result) }
        }
        if let found {
            located(found)
        } else {
            begin(locating)
        }
        return true
    }

    private func beginLocating() -> Locating {
        let locating = Locating(self)
        begin(locating)
        return locating
    }

    private func begin(_ locating: Locating) {
        self.locating = locating
        pool.beginLocating(locating)
    }

    func endLocating(_ result: Result<Located, LocalException>) {
        locating = nil
        switch result {
        case .success(let found): located(found)
        case .failure(let exception): fail(exception)
        }
    }

    /// Nobody wants to know any more where the object is.
    func giveUpLocating() {
        locating?.giveUp()
        locating = nil
    }

    private func located(_ found: Located) {
        isLocationCached = found.isCached
        guard !found.endpoints.isEmpty else {
            return fail(LocalException(.noEndpoint, "the locator has no endpoints for \(content.proxy.text())"))
        }
        do throws(LocalException) {
            try connect(Route.all(found.endpoints, for: content))
        } catch {
            fail(error)
        }
    }

    /// After no connection could be had: what the locator said is forgotten, and if it was an old answer it is asked
    /// once more.
    ///
    /// - Returns: whether that is under way.
    func locateAgain(after exception: LocalException) -> Bool {
        guard exception.code != .noEndpoint, !pool.isDestroyed, let info = locatorInfo else { return false }
        info.clear(content.proxy)
        guard isLocationCached else { return false }
        return locate()
    }

    /// Whether the router says that it has forgotten the proxy. Such a request was not executed, and is always sent again.
    func isUnknownToRouter(_ exception: LocalException) -> Bool {
        exception.code == .objectNotExist && exception.target?.operation == "ice_add_proxy"
            && content.effectiveRouter != nil
    }

    /// After a failure: the next attempt, or the next request, looks for the object anew.
    func forgetLocation(after exception: LocalException) {
        let router = content.effectiveRouter
        guard router != nil || content.isIndirect else { return }
        if exception.code == .objectNotExist {
            if let router {
                pool.routerInfo(router).forget(identity)
            } else if content.proxy.adapterId.isEmpty {
                locatorInfo?.clear(content.proxy)
            }
        }
        forgetConnection()
    }
}
