package import Gateway

/// What one ``HTTPServer`` grants its clients.
package struct HTTPLimits: Sendable {
    /// Bytes of request line and header fields together; a larger head is answered 431 (414 when its first line is already
    /// too long). It also sizes the memory of a connection, all of which is resident and zeroed for every request.
    package var header: Int
    /// Bytes of the request target; a longer one is answered 414.
    package var uri: Int
    /// Open client connections; further ones wait in the listener's backlog.
    package var connections: Int
    /// Seconds after which a connection with nothing in flight and no byte moved is closed, and within which a request has to
    /// come once its first byte is there. A client may take an answer so long, and as long again for each of its MiB.
    package var slowClient: Int

    package init(header: Int = 8 << 10, uri: Int = 4 << 10, connections: Int = 10_000, slowClient: Int = 30) {
        self.header = header
        self.uri = uri
        self.connections = connections
        self.slowClient = slowClient
    }

    package init(_ limits: GatewayConfiguration.Limits) {
        self.init(
            header: limits.header, uri: limits.uri, connections: limits.connections,
            slowClient: Int(clamping: max(limits.slowClient.components.seconds, 1)))
    }

    /// What each of several servers grants, so that all together grant this.
    package func share(of servers: Int) -> HTTPLimits {
        var limits = self
        limits.connections = max(connections / max(servers, 1), 1)
        return limits
    }

    /// What libmicrohttpd gets for a connection: the head, what it notes about each field (64 bytes) and the head of the
    /// answer share it. Below 2 KiB an answer's head might not fit.
    var connectionMemory: Int { max(header, 2 << 10) }

    /// Bytes a too large body may be over the limit and still be read to its end, so that the answer isn't lost in a
    /// connection reset.
    var discardedBody: Int { 1 << 20 }
}
