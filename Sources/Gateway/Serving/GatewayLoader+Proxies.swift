import Ice
import IceEncoding

extension GatewayLoader {
    // MARK: Proxies that can't be called

    /// What of a proxy's options would be passed over; nil when nothing would.
    func whyUncallable(_ proxy: ObjectPrx, threads: Int) -> String? {
        let content = proxy.content
        if proxy.isRouted, threads != 1 {
            return
                "its requests go through a router, whose session belongs to one connection: routers need 'threads: 1'"
        }
        guard content.encoding.isSupported else {
            return "encoding \(content.encoding) (-e) is not 1.0 or 1.1"
        }
        guard content.protocolVersion == .v1_0 else { return "protocol \(content.protocolVersion) (-p) is not 1.0" }
        return nil
    }

    /// Why no call can get through; nil when one may.
    func whyUnreachable(_ proxy: ObjectPrx) -> String? {
        // A router or a locator knows the endpoints.
        if proxy.isRouted { return nil }
        let endpoints = proxy.ice_getEndpoints()
        guard !endpoints.isEmpty else {
            return proxy.ice_getLocator() == nil
                ? "'\(proxy)' has no endpoint, and there is no locator to ask (Ice.Default.Locator)" : nil
        }
        var isSupported = false
        for case .ip(let endpoint) in endpoints where (endpoint.transport == .udp) == proxy.sendsDatagrams {
            if endpoint.port != 0 { return nil }
            isSupported = true
        }
        let transports = proxy.sendsDatagrams ? "udp" : "tcp, ssl, ws or wss"
        return "'\(proxy)' has \(isSupported ? "no port (-p)" : "no endpoint of \(transports)")"
    }
}
