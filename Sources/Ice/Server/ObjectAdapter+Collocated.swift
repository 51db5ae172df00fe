import IceEncoding

extension ObjectAdapter {
    /// Whether a proxy leads here, by the rules of Ice: the adapter id or replica group is this one's; a proxy without
    /// either and without endpoints is one for an object that has a servant here; and one with endpoints has one of
    /// this adapter's, not counting those for datagrams.
    func isLocal(_ proxy: ProxyContent) -> Bool {
        guard proxy.adapterId.isEmpty else {
            return ["AdapterId", "ReplicaGroupId"].contains { suffix in
                communicator.properties["\(name).\(suffix)"]?.utf8.elementsEqual(proxy.adapterId.utf8) ?? false
            }
        }
        guard !proxy.endpoints.isEmpty else { return hasServant(proxy.identity) }
        let own = endpoints
        return proxy.endpoints.contains { endpoint in
            own.contains { Self.isSame(endpoint, $0) }
        }
    }

    /// Whether both lead to the same place, whatever else they say.
    private static func isSame(_ left: Endpoint, _ right: Endpoint) -> Bool {
        guard case .ip(let left) = left, case .ip(let right) = right, left.transport != .udp else { return false }
        return left.transport == right.transport && left.port == right.port && left.host == right.host
    }
}
