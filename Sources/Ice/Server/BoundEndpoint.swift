import EventLoop
import IceEncoding

/// Where an object adapter listens, and what it was told.
struct BoundEndpoint: Sendable {
    /// As in the properties; its host is empty or `*` for all addresses of this machine.
    var configured: IPEndpoint
    /// With the port that the system chose.
    var address: SocketAddress
    /// Whether clients find this and no other listener by the configured host and ``address``'s port.
    var hasHostForItself: Bool

    /// Whether it listens at all addresses of this machine.
    var isAnywhere: Bool { Self.isAnywhere(configured.host) }

    static func isAnywhere(_ host: String) -> Bool { host.isEmpty || host == "*" }

    /// With its numeric address; an empty host stands for all.
    var listening: IPEndpoint {
        var endpoint = configured
        endpoint.host = isAnywhere ? "" : address.host
        endpoint.port = address.port
        endpoint.sourceAddress = ""
        return endpoint
    }

    /// Only this machine, or everybody in a group, can reach it.
    private var isLocal: Bool { !isAnywhere && (address.isLoopback || address.isMulticast) }
}

extension BoundEndpoint {
    /// What proxies carry: loopback and multicast addresses only when there are no others, and nothing twice.
    ///
    /// - Parameters:
    ///   - host: stands for all of them; nil for the hosts that were configured.
    ///   - everywhere: what stands for all addresses of this machine.
    static func published(_ bound: [BoundEndpoint], host: String?, everywhere: [String]) -> [IPEndpoint] {
        let reachable = bound.filter { !$0.isLocal }
        var endpoints: [IPEndpoint] = []
        for endpoint in reachable.isEmpty ? bound : reachable {
            for host in host.map({ [$0] }) ?? endpoint.hosts(everywhere) {
                var published = endpoint.listening
                published.host = host
                // They say how to receive, or are the client's own affair.
                published.multicastInterface = ""
                published.multicastTTL = nil
                if !endpoints.contains(published) { endpoints.append(published) }
            }
        }
        return endpoints
    }

    private func hosts(_ everywhere: [String]) -> [String] {
        if isAnywhere { return everywhere }
        return [hasHostForItself ? configured.host : address.host]
    }
}
