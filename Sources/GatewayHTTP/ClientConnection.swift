import CMicroHTTPD
import EventLoop
import Gateway
import Glibc
import IceEncoding

/// One client's connection, from accept to close.
///
/// libmicrohttpd does not look at a suspended connection. So our own epoll watches the socket as well: once registered,
/// edge-triggered, without a system call per request. It tells when the client has gone and when something came to read.
final class ClientConnection: ReadinessHandler {
    /// The server owns the daemon, which owns this object: it is there as long as callbacks come.
    private unowned(unsafe) let server: HTTPServer
    private let connection: OpaquePointer
    private let socket: Int32
    /// What the TLS session uses as long as it lives; nil: plain HTTP.
    private let credentials: TLSCredentials?
    /// Its place among the server's connections.
    var index = 0
    /// The latest request, until libmicrohttpd has done with it.
    unowned(unsafe) var exchange: HTTPExchange?
    private var isOpen = true
    /// Whether our epoll watches the socket.
    private(set) var isWatched = false
    /// The client has sent its end of stream. It may still read, but nobody waits for an answer like that.
    private(set) var isHungUp = false
    /// Something came behind the request in hand: the kernel won't tell again.
    var hasUnread = false

    /// When something last came or libmicrohttpd was last let at it. By the loop's clock.
    var lastActive: UInt64
    /// Whether what comes next is a request: none has begun, or the one before was answered and lets the connection stay.
    var awaitsRequest = true
    /// Whether a request was answered.
    var hasServed = false

    /// When the first byte of the request being read came, or the answer being sent was queued; 0: neither. By the loop's clock.
    var busySince: UInt64 = 0

    private var isSuspended = false
    /// Whether it was given up, with all that was to be said: that may be that nothing was executed, so nothing may be any more.
    private(set) var isEnding = false
    /// Whether libmicrohttpd looks at the connection in every run.
    private var isChecked = false

    /// Whether libmicrohttpd may be at parsing a request of this connection.
    var mayBeReading: Bool { isOpen && !isSuspended && !isEnding && exchange?.isReading ?? true }

    /// The client's address; nil when the system does not know it any more.
    private(set) lazy var address = SocketAddress(peerOf: socket)
    /// The same as text.
    private(set) lazy var name = address?.description

    // For `ParkedConnections` alone.
    var isParked = false
    unowned(unsafe) var parkedBefore: ClientConnection?
    unowned(unsafe) var parkedAfter: ClientConnection?
    /// By the loop's clock.
    var parkedSince: UInt64 = 0

    init(_ connection: OpaquePointer, server: HTTPServer, tls credentials: TLSCredentials?) {
        self.connection = connection
        socket = icegate_connection_socket(connection)
        self.server = server
        self.credentials = credentials
        lastActive = server.loop.now
        if let credentials, let session = icegate_connection_tls_session(connection) { credentials.set(session) }
    }

    var isEncrypted: Bool { credentials != nil }

    func watch(_ loop: EventLoop) throws {
        try loop.register(socket, for: [.readable, .peerClosed, .edgeTriggered], handler: self)
        isWatched = true
    }

    /// libmicrohttpd is about to close the socket and to free its connection.
    func close(_ loop: EventLoop) {
        if isWatched { loop.deregister(socket) }
        isWatched = false
        isOpen = false
    }

    func ready(_ descriptor: Int32, _ readiness: Readiness) {
        if !readiness.isDisjoint(with: [.peerClosed, .failed]) { isHungUp = true }
        lastActive = server.loop.now
        if busySince == 0, exchange?.isReading ?? true { busySince = server.loop.now }
        if isParked { return server.unpark(self) }
        if let exchange, !exchange.isReading {
            hasUnread = true
            if isHungUp { server.clientGone(exchange) }
        } else {
            if isHungUp { server.hungUp(self) }
            server.needsRun()
        }
    }
}

extension ClientConnection {
    // MARK: Ending

    /// Sends the message, past libmicrohttpd, as the last there is. No answer must be on its way.
    func sendLast(_ message: borrowing OutputBuffer) {
        isEnding = true
        // Nothing else is in the socket's buffer, so a message this short goes at once.
        let bytes = message.bytes
        if isEncrypted {
            guard let session = icegate_connection_tls_session(connection) else { return }
            // Refused by GnuTLS before the end of the handshake.
            guard gnutls_record_send(session, bytes.baseAddress, bytes.count) == bytes.count else { return }
            gnutls_bye(session, GNUTLS_SHUT_WR)
        } else {
            _ = send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
        shutdown(socket, Int32(SHUT_WR))
    }
}

extension ClientConnection {
    /// Ends a connection that takes too long, with words when that is a request.
    ///
    /// libmicrohttpd sees the end of the stream and closes. Its own timeout begins anew with every byte.
    func endSlow() {
        guard isOpen, !isSuspended, !isEnding else { return }
        isEnding = true
        if let exchange {
            exchange.refuseSlow()
        } else if awaitsRequest, !isHungUp, !isEncrypted || hasServed {
            // Of a new connection over TLS nobody knows whether more than the handshake came.
            server.refuse(self, .slowClient)
        }
        shutdown(socket, Int32(SHUT_RDWR))
    }

    /// Ends a connection whose client has gone in the middle of a request.
    ///
    /// libmicrohttpd, told by its edge-triggered epoll of bytes and the end of the stream at once, takes the bytes and
    /// waits for an edge that does not come. A shut down socket is one more edge.
    func cutOff() {
        guard isOpen, exchange?.isReading ?? true else { return }
        shutdown(socket, Int32(SHUT_RDWR))
    }
}

extension ClientConnection {
    // MARK: What libmicrohttpd refuses

    /// The status with which libmicrohttpd refuses the request by itself, when it does; nil: it doesn't. For a request that
    /// is being read.
    var refusalStatus: UInt32? {
        guard isOpen else { return nil }
        let status = icegate_response_status(connection)
        return status == 0 ? nil : status
    }

    /// Whether libmicrohttpd has read so many bytes and found no request line in them. Only of a new connection is that known.
    func hasReadWithoutLine(_ count: UInt64) -> Bool {
        guard awaitsRequest, exchange == nil, !hasServed, !isEncrypted else { return false }
        let (received, unread) = (icegate_bytes_received(socket), icegate_bytes_unread(socket))
        return received >= unread && received - unread >= count
    }

    /// Why libmicrohttpd closes the connection, when that is for bytes that are no request line, or only a part of one.
    ///
    /// It tells nobody. What the socket and the time say leaves these two, or that the client is gone, or that nothing came.
    /// Over TLS the session is gone before the end is told, so those clients get no answer.
    ///
    /// - Parameter patience: how long libmicrohttpd waits for bytes. Nanoseconds.
    func unexplainedEnd(_ patience: UInt64) -> HTTPFailure? {
        guard awaitsRequest, exchange == nil, !isEnding, !isHungUp, !isEncrypted else { return nil }
        var byte: UInt8 = 0
        let peeked = recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        guard peeked > 0 || peeked < 0 && errno == EAGAIN else { return nil }
        if server.loop.now - lastActive < patience / 2 { return .badRequest }
        // What comes while a connection is being accepted makes no edge.
        let hasBytes = busySince != 0 || !hasServed && icegate_bytes_received(socket) > 0
        return hasBytes ? .slowClient : nil
    }
}

extension ClientConnection {
    // MARK: Suspending

    func suspend() {
        MHD_suspend_connection(connection)
        isSuspended = true
    }

    /// Resumes the connection so that the very next run takes it as far as it gets.
    ///
    /// Of itself libmicrohttpd would first try to read, since that was what it did last, and write the answer only in the
    /// run after. But connections with a timeout of their own are all brought up to date at the begin of a run, and one
    /// brought up to date knows that it is about to write. A timeout can be set while suspended (source, 0.9.75).
    func resume() {
        if !isChecked { icegate_set_connection_timeout(connection, UInt32(clamping: server.limits.slowClient + 1)) }
        isChecked = true
        isSuspended = false
        lastActive = server.loop.now
        MHD_resume_connection(connection)
    }

    /// After the run: a connection that is not suspended again must not be looked at in every further one.
    func leaveCheckedList() {
        guard isChecked, !isSuspended, isOpen else { return }
        icegate_set_connection_timeout(connection, UInt32(clamping: server.limits.slowClient))
        isChecked = false
    }
}
