import IceEncoding

/// The proxies of the configured services, by link and by object. All is compared byte by byte: Swift holds some
/// different Unicode texts for equal, Ice none.
struct ServiceProxies: Sendable {
    private struct Object: Hashable {
        var identity: Identity
        var facet: [UInt8]

        init(_ proxy: ProxyContent) {
            identity = proxy.identity
            facet = Array(proxy.facet.utf8)
        }
    }

    private var proxies: [[UInt8]: ProxyContent] = [:]
    private var links: [Object: String] = [:]
    /// Of templated services, in their order.
    private var templates: [ServiceTemplate] = []
    /// Indices of ``templates`` by path.
    private var paths = RouteTrie<Int>()

    /// - Parameter services: of two for the same object the first gives the link.
    init(_ services: [(name: String, proxy: ProxyContent)]) {
        for service in services {
            if let template = ServiceTemplate(name: service.name, proxy: service.proxy) {
                // Of two with one shape, an error elsewhere, the first counts.
                if paths.insert(.get, template.path, templates.count) { templates.append(template) }
                continue
            }
            let href = "/\(service.name)"
            let key = Array(href.utf8)
            if proxies[key] == nil { proxies[key] = service.proxy }
            let object = Object(service.proxy)
            if links[object] == nil { links[object] = href }
        }
    }

    /// The proxy of the service with this very path, `/name`, or with a templated one, `/servers/1`; nothing but the values
    /// of variables is decoded, nothing normalized.
    func proxy(at href: String) -> ProxyContent? {
        let bytes = Array(href.utf8)
        if let proxy = proxies[bytes] { return proxy }
        return template(at: bytes).flatMap { template in bytes.withUnsafeBytes { template.proxy(at: $0) } }
    }

    /// The path of a service with the same identity and facet.
    func href(of proxy: ProxyContent) -> String? {
        if let link = links.isEmpty ? nil : links[Object(proxy)] { return link }
        for template in templates {
            guard let href = template.href(of: proxy) else { continue }
            let bytes = Array(href.utf8)
            // Another service may have that very path.
            if proxies[bytes] == nil, self.template(at: bytes)?.path == template.path { return href }
        }
        return nil
    }

    private func template(at href: [UInt8]) -> ServiceTemplate? {
        guard !templates.isEmpty, case .found(let index) = href.withUnsafeBytes({ paths.find(.get, $0) }) else {
            return nil
        }
        return templates[index]
    }
}

/// A service with many objects: the paths of their links, and their proxies.
private struct ServiceTemplate {
    /// In bytes; of longer ones no links are made.
    static let longestIdentity = 2048

    let path: PathTemplate
    private let identity: IdentityTemplate
    private let proxy: ProxyContent

    /// Nil when the name has no variables, or its proxy not the same.
    init?(name: String, proxy: ProxyContent) {
        guard let name = try? ServiceName(name), !name.variables.isEmpty,
            let identity = try? IdentityTemplate(proxy.identity, variables: name.variables)
        else { return nil }
        path = name.path
        self.identity = identity
        self.proxy = proxy
    }

    /// - Returns: nil when the object is of another service, or when clients would take a segment for a way up.
    func href(of other: ProxyContent) -> String? {
        guard other.facet.utf8.elementsEqual(proxy.facet.utf8),
            other.identity.name.utf8.count + other.identity.category.utf8.count <= Self.longestIdentity,
            var values = identity.values(of: other.identity)?[...]
        else { return nil }
        var href = ""
        for segment in path.segments {
            switch segment {
            case .literal(let text): href += "/\(text)"
            case .variable:
                guard let value = values.popFirst(), value != ".", value != ".." else { return nil }
                href += "/\(PercentEncoding.encode(value))"
            }
        }
        return href
    }

    /// - Parameter href: a path of this template.
    func proxy(at href: UnsafeRawBufferPointer) -> ProxyContent? {
        var values: [String] = []
        for (index, segment) in path.segments.enumerated() {
            guard let part = PathSegments.segment(index, of: href) else { return nil }
            switch segment {
            case .literal(let text):
                guard part.elementsEqual(text.utf8) else { return nil }
            case .variable:
                guard part.allSatisfy({ PathTemplate.isLiteral($0) || $0 == UInt8(ascii: "%") }),
                    let value = try? PathSegments.text(of: part, at: index)
                else { return nil }
                values.append(value)
            }
        }
        var proxy = proxy
        proxy.identity = identity.identity(values)
        return proxy
    }
}
