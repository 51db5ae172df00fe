import IceEncoding

/// An endpoint as this runtime connects to it.
struct Route: Sendable {
    var key: ConnectionKey
    /// Whether requests over it are compressed, unless the proxy says otherwise.
    var compresses: Bool
}

extension Route {
    /// The endpoints that a proxy can be called at, in their order.
    ///
    /// - Parameter endpoints: the proxy's own, or those that a locator or router found for it.
    /// - Throws: ``LocalException`` `.noEndpoint` when there are none.
    static func all(_ endpoints: [Endpoint], for content: Reference.Content) throws(LocalException) -> [Route] {
        let wantsDatagrams = content.proxy.mode == .datagram || content.proxy.mode == .batchDatagram
        var routes: [Route] = []
        for endpoint in endpoints {
            guard case .ip(let ip) = endpoint, ip.port != 0, (ip.transport == .udp) == wantsDatagrams,
                ip.transport.isSecure || !content.options.isSecure
            else { continue }
            routes.append(
                Route(
                    key: ConnectionKey(
                        transport: ip.transport, host: ip.host.isEmpty ? "127.0.0.1" : ip.host, port: ip.port,
                        sourceAddress: ip.sourceAddress, resource: ip.transport.isWebSocket ? ip.resource : "",
                        connectionId: content.options.connectionId, multicastInterface: ip.multicastInterface,
                        multicastTTL: ip.multicastTTL),
                    compresses: ip.compresses))
        }
        guard routes.isEmpty else { return routes }
        if let portless = endpoints.first(where: { $0.lacksPort(datagrams: wantsDatagrams, content) }) {
            throw LocalException(.noEndpoint, "no port: endpoint '\(portless)' lacks -p PORT")
        }
        guard endpoints.isEmpty else {
            let listed = endpoints.map(\.description).joined(separator: ", ")
            let mode = wantsDatagrams ? "datagrams" : content.options.isSecure ? "secure requests" : "requests"
            throw LocalException(
                .noEndpoint, "transport not supported: no endpoint of '\(listed)' can take \(mode)")
        }
        throw LocalException(
            .noEndpoint, "\(content.proxy.identity.text()) has no endpoints, and there is no locator to ask for them")
    }
}

extension Endpoint {
    /// Whether it could be called if it had a port.
    fileprivate func lacksPort(datagrams: Bool, _ content: Reference.Content) -> Bool {
        guard case .ip(let ip) = self, ip.port == 0, (ip.transport == .udp) == datagrams else { return false }
        return ip.transport.isSecure || !content.options.isSecure
    }
}
