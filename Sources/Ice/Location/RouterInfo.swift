import EventLoop
import IceEncoding

/// A router as one loop knows it: where requests go, and which objects it was told of. Reference: `Ice/Router.ice`.
///
/// Glacier2 keeps sessions and objects by connection; each loop has a connection of its own, so that nothing here is shared
/// by loops.
///
/// Sendable without a check: touched on the loop only.
final class RouterInfo: @unchecked Sendable {
    /// Where requests go.
    private struct Client {
        var endpoints: [Endpoint]
        /// Whether the router must be told of an object before its first request.
        var hasRoutingTable: Bool
    }

    /// What `getClientProxy` returned.
    private struct ClientProxy: Sendable {
        var proxy: ProxyContent?
        var hasRoutingTable: Bool
    }

    private let invoker: Invoker
    private var client: Client?
    /// Those who wait for ``client``.
    private var waiting: [(proxy: ProxyContent, locating: Locating)] = []
    /// The objects that the router was told of.
    private var known: Set<Identity> = []
    /// Those who wait until it knows an object.
    private var adding: [Identity: [Locating]] = [:]
    /// Those of ``adding`` that it forgot before it had answered that it knows them.
    private var evicted: Set<Identity> = []

    init(_ invoker: Invoker) { self.invoker = invoker }

    /// The router forgot an object.
    func forget(_ identity: Identity) { known.remove(identity) }

    /// Finds where requests of a proxy go, and makes the router know the object.
    func route(_ proxy: ProxyContent, _ locating: Locating) {
        if let client { return add(proxy, client, locating) }
        let isFirst = waiting.isEmpty
        // A router may never answer. At powers of two, so that each is looked at few times.
        if waiting.count >= 64, waiting.count.nonzeroBitCount == 1 { waiting.removeAll { $0.locating.isOver } }
        waiting.append((proxy, locating))
        guard isFirst else { return }
        Question.ask("getClientProxy", invoker) { reply in
            try Self.readClientProxy(reply)
        } _: { [self] result in
            // Told on the loop, perhaps inside the call.
            gotClientProxy(result)
        }
    }

    private func gotClientProxy(_ result: Result<ClientProxy, LocalException>) {
        let waiting = waiting
        self.waiting = []
        switch result {
        case .success(let answer):
            let endpoints = answer.proxy.map(\.endpoints) ?? invoker.content.proxy.endpoints
            let client = Client(endpoints: overOwnConnection(endpoints), hasRoutingTable: answer.hasRoutingTable)
            self.client = client
            for (proxy, locating) in waiting { add(proxy, client, locating) }
        case .failure(let exception):
            for (_, locating) in waiting { locating.end(.failure(exception)) }
        }
    }

    /// The session is the connection's: an endpoint that leads to the same address is taken for the one connected to.
    private func overOwnConnection(_ endpoints: [Endpoint]) -> [Endpoint] {
        guard let connection = invoker.currentConnection, let key = connection.key else { return endpoints }
        return endpoints.map { endpoint in
            guard case .ip(var ip) = endpoint, ip.transport == key.transport,
                let address = SocketAddress(numeric: ip.host, port: ip.port), "\(address)" == connection.peer
            else { return endpoint }
            ip.host = key.host
            ip.sourceAddress = key.sourceAddress
            if ip.transport.isWebSocket { ip.resource = key.resource }
            return .ip(ip)
        }
    }

    private func add(_ proxy: ProxyContent, _ client: Client, _ locating: Locating) {
        let located = Located(endpoints: client.endpoints, isCached: false)
        let identity = proxy.identity
        guard client.hasRoutingTable, !known.contains(identity) else { return locating.end(.success(located)) }
        if var others = adding.removeValue(forKey: identity) {
            if others.count >= 64, others.count.nonzeroBitCount == 1 { others.removeAll(where: \.isOver) }
            adding[identity] = others + [locating]
            return
        }
        adding[identity] = [locating]
        Question.ask("addProxies", invoker) { buffer, encoding in
            buffer.appendSize(1)
            buffer.appendProxy(proxy, encoding: encoding)
        } read: { reply in
            try Self.readProxies(reply)
        } _: { [self] result in
            let waiting = adding.removeValue(forKey: identity) ?? []
            if case .success(let forgotten) = result { added(identity, forgotten: forgotten) }
            evicted.remove(identity)
            for locating in waiting { locating.end(result.map { _ in located }) }
        }
    }

    private func added(_ identity: Identity, forgotten: [Identity]) {
        if !evicted.contains(identity) { known.insert(identity) }
        for identity in forgotten where known.remove(identity) == nil && adding[identity] != nil {
            evicted.insert(identity)
        }
    }
}

extension RouterInfo {
    // MARK: Answers

    private static func readClientProxy(_ reply: LentReply) throws -> ClientProxy {
        guard reply.ok else { throw LocalException(.unknownUser, "getClientProxy ended in a user exception") }
        return try reply.read { payload, encoding in
            var answer = ClientProxy(proxy: try payload.readProxy(encoding), hasRoutingTable: true)
            guard encoding != .v1_0 else { return answer }
            while let (tag, format) = try payload.readTag(needsEndMarker: false) {
                if tag == 1, format == .f1 {
                    answer.hasRoutingTable = try payload.readBool()
                } else {
                    try payload.skipTagged(format)
                }
            }
            return answer
        }
    }

    /// - Returns: the identities of the proxies.
    private static func readProxies(_ reply: LentReply) throws -> [Identity] {
        guard reply.ok else { throw LocalException(.unknownUser, "addProxies ended in a user exception") }
        return try reply.read { payload, encoding in
            var identities: [Identity] = []
            for _ in 0..<(try payload.readCount(minimumElementSize: 2)) {
                if let proxy = try payload.readProxy(encoding) { identities.append(proxy.identity) }
            }
            return identities
        }
    }
}
