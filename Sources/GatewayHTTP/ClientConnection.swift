import CMicroHTTPD
import EventLoop

/// One client's connection, from accept to close.
///
/// libmicrohttpd does not look at a suspended connection. So our own epoll watches the socket as well: once registered,
/// edge-triggered, without a system call per request. It tells when the client has gone and when something came to read.
final class ClientConnection: ReadinessHandler {
    /// The server owns the daemon, which owns this object: it is there as long as callbacks come.
    private unowned(unsafe) let server: HTTPServer
    private let socket: Int32
    /// Its place among the server's connections.
    var index = 0
    /// The latest request, until libmicrohttpd has done with it.
    unowned(unsafe) var exchange: HTTPExchange?
    /// Whether our epoll watches the socket.
    private(set) var isWatched = false
    /// The client has sent its end of stream. It may still read, but nobody waits for an answer like that.
    private(set) var isHungUp = false
    /// Something came since the last request was read: the kernel won't tell again.
    var hasUnread = false
    /// The turn in which the last answer left, by ``HTTPServer/runTurn``; a request that follows in the same was pipelined.
    var lastAnswerTurn: UInt64 = 0

    init(_ socket: Int32, server: HTTPServer) {
        self.socket = socket
        self.server = server
    }

    func watch(_ loop: EventLoop) throws {
        try loop.register(socket, for: [.readable, .peerClosed, .edgeTriggered], handler: self)
        isWatched = true
    }

    func unwatch(_ loop: EventLoop) {
        if isWatched { loop.deregister(socket) }
        isWatched = false
    }

    func ready(_ descriptor: Int32, _ readiness: Readiness) {
        let waiting = exchange?.isWaiting ?? false
        if !readiness.isDisjoint(with: [.peerClosed, .failed]) {
            isHungUp = true
            if waiting { return server.clientGone(exchange) }
        }
        if waiting { hasUnread = true } else { server.needsRun() }
    }
}
