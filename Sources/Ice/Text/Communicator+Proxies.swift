package import IceEncoding

extension Communicator {
    // MARK: Proxies as text and properties

    /// Makes a proxy out of its text, as `greeter:tcp -h localhost -p 4061`.
    ///
    /// - Returns: nil for the nil proxy, which is the empty text.
    /// - Throws: ``LocalException`` `.parse` when the text is no proxy, `.communicatorDestroyed`.
    public func makeProxy(_ text: String) throws(LocalException) -> ObjectPrx? {
        guard !isDestroyed else { throw LocalException(.communicatorDestroyed, "the communicator is destroyed") }
        do {
            return try ProxyContent.parse(text, defaults: clientSettings.proxyDefaults).map { makeProxy($0) }
        } catch {
            throw LocalException(.parse, "\(error.message) in proxy '\(text)'")
        }
    }

    /// As ``makeProxy(_:)``, by Ice's name.
    public func stringToProxy(_ str: String) throws(LocalException) -> ObjectPrx? { try makeProxy(str) }

    /// The text of a proxy, empty for nil.
    public func proxyToString(_ obj: ObjectPrx?) -> String { obj?.ice_toString() ?? "" }

    /// A proxy with the options that proxies start with.
    package func makeProxy(_ content: ProxyContent) -> ObjectPrx {
        ObjectPrx(Reference.Content(proxy: content, options: startOptions), communicator: self)
    }

    /// Makes a proxy out of the property of that name and those below it, as `Hello.Proxy.Locator`: `CollocationOptimized`,
    /// `ConnectionCached`, `Context.KEY`, `EndpointSelection`, `InvocationTimeout`, `Locator`, `LocatorCacheTimeout`,
    /// `Router`.
    ///
    /// - Returns: nil when the property isn't set, or empty.
    /// - Throws: ``LocalException`` `.parse`.
    public func propertyToProxy(_ name: String) throws(LocalException) -> ObjectPrx? {
        guard let text = properties[name], let proxy = try makeProxy(text) else { return nil }
        var options = proxy.reference.content.options
        func flag(_ suffix: String, _ standard: Bool) throws(LocalException) -> Bool {
            try properties.integer("\(name).\(suffix)", default: standard ? 1 : 0) > 0
        }
        options.isCollocationOptimized = try flag("CollocationOptimized", options.isCollocationOptimized)
        options.isConnectionCached = try flag("ConnectionCached", options.isConnectionCached)
        options.invocationTimeout = Int32(
            clamping: try properties.integer("\(name).InvocationTimeout", default: Int(options.invocationTimeout)))
        options.locatorCacheTimeout = Int32(
            clamping: try properties.integer("\(name).LocatorCacheTimeout", default: Int(options.locatorCacheTimeout)))
        if let text = properties["\(name).EndpointSelection"] {
            options.endpointSelection = try ProxyOptions.endpointSelection(text, of: "\(name).EndpointSelection")
        }
        if let locator = try propertyToProxy("\(name).Locator") { options.locator = locator }
        if let router = try propertyToProxy("\(name).Router") { options.router = router }
        let prefix = "\(name).Context."
        for entry in properties.names where entry.hasPrefix(prefix) {
            options.context[String(entry.dropFirst(prefix.count))] = properties[entry]
        }
        return proxy.with { $0.options = options }
    }

    /// The properties that ``propertyToProxy(_:)`` makes an equal proxy of.
    public func proxyToProperty(_ proxy: ObjectPrx?, property name: String) -> [String: String] {
        guard let proxy else { return [:] }
        let options = proxy.reference.content.options
        var values = [
            name: proxy.ice_toString(),
            "\(name).CollocationOptimized": options.isCollocationOptimized ? "1" : "0",
            "\(name).ConnectionCached": options.isConnectionCached ? "1" : "0",
            "\(name).EndpointSelection": options.endpointSelection == .random ? "Random" : "Ordered",
            "\(name).InvocationTimeout": "\(options.invocationTimeout)",
            "\(name).LocatorCacheTimeout": "\(options.locatorCacheTimeout)",
        ]
        for (key, value) in options.context { values["\(name).Context.\(key)"] = value }
        values.merge(proxyToProperty(options.locator, property: "\(name).Locator")) { $1 }
        values.merge(proxyToProperty(options.router, property: "\(name).Router")) { $1 }
        return values
    }

    /// As ``proxyToProperty(_:property:)``, with Ice's labels.
    public func proxyToProperty(proxy: ObjectPrx, property: String) -> PropertyDict {
        proxyToProperty(proxy, property: property)
    }
}
