import IceEncoding

extension Transport {
    /// What a client puts before its socket.
    ///
    /// - Parameter peer: for messages.
    /// - Returns: nil for tcp and udp.
    /// - Throws: ``LocalException`` `.security`, `.connectFailed`.
    static func client(
        _ key: ConnectionKey, peer: String, security: TLSContextSource
    ) throws(LocalException) -> Transport? {
        guard key.transport != .tcp, key.transport != .udp else { return nil }
        let tls = key.transport.isSecure ? try TLSSession(try security.context(), host: key.host, peer: peer) : nil
        guard key.transport.isWebSocket else { return Transport(tls: tls, webSocket: nil) }
        let host = key.host.utf8.contains(UInt8(ascii: ":")) ? "[\(key.host)]" : key.host
        let request = try WebSocketRequest(host: "\(host):\(key.port)", resource: key.resource)
        return Transport(tls: tls, webSocket: WebSocketSession(request, peer: peer))
    }

    /// What a server puts before an accepted socket.
    ///
    /// - Parameter peer: for messages.
    /// - Returns: nil for tcp.
    /// - Throws: ``LocalException`` `.security`.
    static func server(
        _ transport: IPEndpoint.Transport, peer: String, security: TLSContextSource
    ) throws(LocalException) -> Transport? {
        guard transport != .tcp else { return nil }
        let tls = transport.isSecure ? try TLSSession(try security.context(), host: nil, peer: peer) : nil
        return Transport(tls: tls, webSocket: transport.isWebSocket ? WebSocketSession(nil, peer: peer) : nil)
    }
}

extension IPEndpoint.Transport {
    /// ssl and wss.
    var isSecure: Bool { self == .ssl || self == .wss }
    /// ws and wss.
    var isWebSocket: Bool { self == .ws || self == .wss }
}
