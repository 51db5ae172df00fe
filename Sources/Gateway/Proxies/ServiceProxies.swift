import IceEncoding

/// The proxies of the configured services, by link and by object. All is compared byte by byte: Swift holds some
/// different Unicode texts for equal, Ice none.
struct ServiceProxies: Sendable {
    private struct Object: Hashable {
        var name: [UInt8]
        var category: [UInt8]
        var facet: [UInt8]

        init(_ proxy: ProxyContent) {
            name = Array(proxy.identity.name.utf8)
            category = Array(proxy.identity.category.utf8)
            facet = Array(proxy.facet.utf8)
        }
    }

    private var proxies: [[UInt8]: ProxyContent] = [:]
    private var links: [Object: String] = [:]

    /// - Parameter services: of two for the same object the first gives the link.
    init(_ services: [(name: String, proxy: ProxyContent)]) {
        for service in services {
            let href = "/\(service.name)"
            let key = Array(href.utf8)
            if proxies[key] == nil { proxies[key] = service.proxy }
            let object = Object(service.proxy)
            if links[object] == nil { links[object] = href }
        }
    }

    /// The proxy of the service with this very path, `/name`; nothing is decoded or normalized.
    func proxy(at href: String) -> ProxyContent? { proxies[Array(href.utf8)] }

    /// The path of a service with the same identity and facet.
    func href(of proxy: ProxyContent) -> String? { links.isEmpty ? nil : links[Object(proxy)] }
}
