package import IceEncoding
package import SliceJSON

/// Proxies as JSON by the policy of the configuration.
package struct GatewayProxies: ProxyMapping {
    /// In UTF-8 bytes. A proxy of that size has hundreds of endpoints.
    static let longestText = 16 << 10

    private let policy: ProxyPolicy
    private let services: ServiceProxies
    private let defaults: ProxyDefaults

    /// - Parameters:
    ///   - services: names and proxies as configured.
    ///   - defaults: what proxies from clients mean where their text says nothing.
    package init(
        _ policy: ProxyPolicy, services: [(name: String, proxy: ProxyContent)] = [],
        defaults: ProxyDefaults = ProxyDefaults()
    ) {
        self.policy = policy
        self.services = ServiceProxies(services)
        self.defaults = defaults
    }
}

extension GatewayProxies {
    // MARK: Out

    package func write(
        _ input: inout InputCursor, encoding: EncodingVersion, into out: inout OutputBuffer
    ) throws(MarshalError) {
        guard let proxy = try input.readProxy(encoding, withEndpoints: policy.out == .full) else {
            return out.append("null")
        }
        guard policy.out == .link, let href = services.href(of: proxy) else {
            return try append(proxy.text(), to: &out)
        }
        out.append("{\"@proxy\":")
        try append(proxy.text(), to: &out)
        out.append(",\"href\":")
        try append(href, to: &out)
        out.append("}")
    }

    private func append(_ text: String, to out: inout OutputBuffer) throws(MarshalError) {
        let utf8 = Array(text.utf8)
        let result = utf8.withUnsafeBytes { bytes in
            Result { () throws(MarshalError) in try out.appendJSONString(bytes) }
        }
        try result.get()
    }
}

extension GatewayProxies {
    // MARK: In

    package func read(
        _ proxy: ProxyInput, encoding: EncodingVersion, into out: inout OutputBuffer
    ) throws(ProxyRefusal) {
        out.appendProxy(try content(of: proxy), encoding: encoding)
    }

    private func content(of proxy: ProxyInput) throws(ProxyRefusal) -> ProxyContent {
        guard policy.accept != .none else { throw refusal("no proxy but null is taken from clients") }
        switch proxy {
        case .link(let href):
            guard let service = services.proxy(at: href) else {
                throw ProxyRefusal("the link's href is not the path of a service of this gateway, as /name")
            }
            return service
        case .text(let text):
            guard policy.accept != .link else {
                throw refusal(#"only links to services of this gateway are taken, as {"href":"/name"}"#)
            }
            let content = try parse(text)
            if policy.accept == .identity { try checkNamesOnly(content) }
            return content
        }
    }

    private func parse(_ text: String) throws(ProxyRefusal) -> ProxyContent {
        guard text.utf8.count <= Self.longestText else {
            throw ProxyRefusal("it is longer than \(Self.longestText) bytes")
        }
        let content: ProxyContent?
        do {
            content = try ProxyContent.parse(text, defaults: defaults)
        } catch {
            throw ProxyRefusal("it is no proxy: \(Self.shortened(error.message))")
        }
        guard let content else { throw ProxyRefusal("an empty text is no proxy; the nil proxy is null") }
        return content
    }

    /// Judges what was read, not how it was written: only that is sent to the server.
    private func checkNamesOnly(_ content: ProxyContent) throws(ProxyRefusal) {
        let taken = "only an identity, or an identity and an adapter id as 'name @ adapter', is taken"
        guard content.endpoints.isEmpty else {
            throw refusal("endpoints are not taken from clients, \(taken)")
        }
        guard content == ProxyContent(identity: content.identity, adapterId: content.adapterId) else {
            throw refusal("facets, modes and versions are not taken from clients, \(taken)")
        }
    }

    private func refusal(_ reason: String) -> ProxyRefusal {
        ProxyRefusal("\(reason) (the gateway's configuration has 'proxies.accept: \(policy.accept.rawValue)')")
    }

    /// Messages of the parser repeat the text.
    private static func shortened(_ message: String) -> String {
        let limit = 120
        guard message.unicodeScalars.count > limit else { return message }
        var start = String.UnicodeScalarView()
        start.append(contentsOf: message.unicodeScalars.prefix(limit))
        return String(start) + "…"
    }
}
