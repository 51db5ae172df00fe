public import IceEncoding
import EventLoop
import Synchronization

/// What is known about a connection.
public struct ConnectionInfo: Sendable, Hashable {
    /// Whether the peer made it.
    public var incoming: Bool
    /// The object adapter that dispatches the peer's requests, see ``Connection/getAdapter()``; empty without one.
    public var adapterName: String
    /// See ``Proxy/ice_connectionId(_:)``.
    public var connectionId: String
    /// How it carries messages.
    public var transport: IPEndpoint.Transport
    /// A numeric address.
    public var localAddress: String
    /// Of the local address.
    public var localPort: UInt16
    /// A numeric address; empty when datagrams come from everybody.
    public var remoteAddress: String
    /// Of the remote address; 0 without one.
    public var remotePort: UInt16
    /// The TLS cipher, as OpenSSL names it; empty without TLS.
    public var cipher: String
}

extension Connection {
    /// What is known about it.
    ///
    /// - Throws: ``LocalException``: why the connection is closed.
    public func getInfo() throws(LocalException) -> ConnectionInfo {
        let info = outbox.withLock { outbox -> ConnectionInfo? in
            guard outbox.phase != .closed, let local = SocketAddress(localOf: descriptor) else { return nil }
            let remote = SocketAddress(peerOf: descriptor)
            guard remote != nil || isDatagram else { return nil }
            return ConnectionInfo(
                incoming: isIncoming, adapterName: getAdapter()?.name ?? "",
                connectionId: key?.connectionId ?? "", transport: kind, localAddress: local.host,
                localPort: local.port, remoteAddress: remote?.host ?? "", remotePort: remote?.port ?? 0,
                cipher: transport?.cipher ?? "")
        }
        if let info { return info }
        try throwException()
        throw LocalException(.connectionLost, "the connection to \(peer) is gone")
    }

    /// The endpoint that it was made with; of an accepted connection the peer's address.
    public func getEndpoint() -> Endpoint {
        guard let key else {
            let (host, port) = Self.parts(peer)
            return .ip(IPEndpoint(kind, host: host, port: port))
        }
        var endpoint = IPEndpoint(key.transport, host: key.host, port: key.port)
        endpoint.sourceAddress = key.sourceAddress
        if key.transport.isWebSocket { endpoint.resource = key.resource }
        endpoint.multicastInterface = key.multicastInterface
        endpoint.multicastTTL = key.multicastTTL
        return .ip(endpoint)
    }

    /// The transport's name, as `tcp`.
    public func type() -> String { kind.rawValue }

    private static func parts(_ peer: String) -> (String, UInt16) {
        guard let colon = peer.lastIndex(of: ":") else { return (peer, 0) }
        let host = peer[..<colon].trimmingPrefix("[")
        return (String(host.last == "]" ? host.dropLast() : host), UInt16(peer[peer.index(after: colon)...]) ?? 0)
    }
}

extension Connection: CustomStringConvertible {
    /// As `tcp connection with 127.0.0.1:4061`.
    public var description: String { "\(kind.rawValue) connection with \(peer)" }
}
