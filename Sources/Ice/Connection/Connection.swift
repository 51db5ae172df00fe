package import EventLoop
import Glibc
import IceEncoding
import Synchronization

/// One established connection, of either side: a TCP socket, with TLS or WebSocket between when there is a ``transport``,
/// or a UDP socket.
///
/// Requests and replies may be handed over from any thread: they go through ``outbox``, and are written at once by
/// whoever hands them over when nothing else waits. Reading, timers and all news to invocations stay on the loop.
///
/// Sendable without a check: ``outbox`` is a mutex, what is `let` is Sendable, used on the loop only or, as ``transport``,
/// under that mutex, ``key`` and ``localAdapters`` are set before others see the connection, and every other property belongs to the loop.
public final class Connection: @unchecked Sendable {
    let loop: EventLoop
    let settings: Settings
    let outbox: Mutex<Outbox>
    /// Closed on the loop, under the lock of ``outbox``, when the phase becomes closed.
    let descriptor: Int32
    /// How it carries messages.
    let kind: IPEndpoint.Transport
    /// Nil for plain tcp and for udp.
    let transport: Transport?
    /// For messages, as `127.0.0.1:4061`.
    let peer: String
    /// What is collected by batch proxies that are fixed to this connection.
    let batchRequestQueue: BatchRequestQueue
    /// Whether the peer made it.
    let isIncoming: Bool
    /// What requests of the peer are dispatched by, if it still dispatches; nil when nobody does. From any thread.
    let adapter: Mutex<ObjectAdapter?>
    /// Where users' callbacks run; nil for the cooperative pool.
    let executor: (any TaskExecutor)?

    // MARK: Of the loop

    weak var owner: (any ConnectionOwner)?
    /// Requests of the peer; nil before the first one that an adapter takes.
    var dispatch: DispatchQueue?
    /// Of its communicator; set before others see the connection.
    var localAdapters: LocalAdapters?
    /// What a client's connection is found by; set before others see it.
    var key: ConnectionKey?
    var input = ReadBuffer()
    /// Nil until a compressed message arrives.
    var inflater: MessageInflater?
    /// The size of the messages inflated since the loop was last left to others, in bytes.
    var inflatedBytes = 0
    /// Whether messages wait until the loop has looked after others.
    var isYielding = false
    /// The number of answers since a turn of the loop began to read.
    var repliesRead = 0
    var isWatchingReadable = true
    var isWatchingWritable = false
    /// Whether the end of this turn will send.
    var isFlushRequested = false
    /// Whether the socket is closed; news that come later are dropped.
    var isClosed = false
    /// Whether requests may be exchanged; a server's connection always.
    var isValidated: Bool
    /// Whether handshakes below Ice's own are complete.
    var isTransportReady: Bool
    /// Why a graceful close was asked for; nil while the connection is in use.
    var closeReason: LocalException?
    /// Why the connection will be closed when all requests are answered; nil otherwise.
    var drainReason: LocalException?
    /// Why it is closed; nil before.
    var endReason: LocalException?
    /// Whether new requests may be given to it.
    var takesRequests: Bool { !isClosed && closeReason == nil && drainReason == nil }
    /// Whether reading stops until a dispatch ends.
    var isPausedForDispatch = false
    /// Whether reading stops until the peer has taken replies.
    var isPausedForReplies = false
    /// Whether reading stops until its object adapter is active again.
    var isHeld = false
    /// Handshakes go on while the adapter is held.
    var isReadingPaused: Bool { isPausedForDispatch || isPausedForReplies || isHeld && isTransportReady }
    var heartbeatTimer: EventLoop.Timer?
    var idleTimer: EventLoop.Timer?
    var inactivityTimer: EventLoop.Timer?
    /// When something was last received, in nanoseconds of the loop's clock.
    var lastRead: UInt64
    /// Whether the peer has sent a heartbeat.
    var hasHeartbeats = false
    /// Whether the peer's silence was excused when it was last looked at.
    var wasExcused = false
    /// Whether the connection is closed when nobody uses it.
    var checksInactivity = true
    var receivedRequests: UInt64 = 0
    /// All requests, of both directions, when the inactivity timer was started.
    var requestsWhenInactive: UInt64 = 0
    var closeTimer: EventLoop.Timer?
    /// Of a server that waits for a client's handshakes.
    var handshakeTimer: EventLoop.Timer?
    /// Whether the last answers came several at once. Read in any thread.
    let repliesCameTogether = Atomic<Bool>(false)
    /// Requests on their way to the loop that were left to it, see ``isContended``. Read and written in any thread.
    let leftToLoop = Atomic<Int>(0)
    /// When something was last written, in nanoseconds of the loop's clock.
    let lastWrite: Atomic<UInt64>
    /// Requests whose owners are to be told that they are sent.
    var sentRequests: [Invocation] = []

    static let heartbeatTag: UInt64 = 0
    static let closeTag: UInt64 = 1
    static let handshakeTag: UInt64 = 2
    static let idleTag: UInt64 = 3
    static let inactivityTag: UInt64 = 4

    /// For those who wait for its end, in any thread.
    let ending = Mutex(Ending())

    /// Takes over a connected socket, or a bound one for datagrams.
    ///
    /// - Parameters:
    ///   - transport: nil for plain tcp and for udp.
    ///   - dispatch: what incoming requests go to; makes it a server's connection. A client's gets one with its adapter.
    init(
        _ descriptor: Int32, transport: Transport?, peer: String, loop: EventLoop, settings: Settings,
        dispatch: DispatchQueue?, kind: IPEndpoint.Transport, executor: (any TaskExecutor)?
    ) {
        self.kind = kind
        self.executor = executor
        self.descriptor = descriptor
        self.transport = transport
        self.peer = peer
        self.loop = loop
        self.settings = settings
        self.dispatch = dispatch
        isIncoming = dispatch != nil
        adapter = Mutex(dispatch?.adapter)
        batchRequestQueue = BatchRequestQueue(
            limit: kind == .udp ? settings.batchLimits.datagram : settings.batchLimits.stream)
        isValidated = dispatch != nil || kind == .udp
        isTransportReady = transport == nil
        let trace = Self.messageTrace(settings.tracing, peer: peer)
        if kind == .udp {
            input = Self.datagramBuffer(settings, isServer: dispatch != nil)
            outbox = Mutex(Outbox(.active, messageSizeMax: settings.datagrams.sendLimit, trace: trace))
        } else {
            outbox = Mutex(Outbox(dispatch == nil ? .validating : .active, trace: trace))
        }
        lastWrite = Atomic(loop.now)
        lastRead = loop.now
    }

    /// Starts reading; a server's connection sends its first message. Errors come as the owner's news.
    func start() {
        if !isDatagram {
            var one: Int32 = 1
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
            setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &one, socklen_t(MemoryLayout<Int32>.size))
        }
        do {
            try loop.register(descriptor, for: .readable, handler: self)
        } catch {
            fail(LocalException(.socket, "\(error)"))
            return
        }
        if isDatagram {
            if !isIncoming { owner?.connectionValidated(self) }
            return
        }
        if let transport { startTransport(transport) }
        guard isIncoming, !isClosed else { return }
        outbox.withLock { $0.append(.validateConnection) }
        requestFlush()
        startLiveness()
    }
}

/// Is told on the loop what becomes of a connection.
protocol ConnectionOwner: AnyObject {
    /// A client's connection may be used now.
    func connectionValidated(_ connection: Connection)
    /// The connection is gone. Told once.
    func connectionClosed(_ connection: Connection, _ exception: LocalException)
}

extension Connection: ReadinessHandler {
    package func ready(_ descriptor: Int32, _ readiness: Readiness) {
        if readiness.contains(.writable) {
            outbox.withLock { $0.isBlocked = false }
            flush()
        }
        // Whatever else it may be, reading tells.
        guard !isClosed, readiness != .writable else { return }
        if isReadingPaused {
            // Only a broken socket is reported although nobody asked.
            if !readiness.isDisjoint(with: .failed) {
                failLost("connection to \(peer) broke")
            }
            return
        }
        // Reported again when it is over.
        guard !isYielding else { return }
        repliesRead = 0
        readAvailable()
        let cameTogether = repliesRead > 1
        if cameTogether != repliesCameTogether.load(ordering: .relaxed) {
            repliesCameTogether.store(cameTogether, ordering: .relaxed)
        }
    }

    /// Watches for what is wanted now.
    func updateInterest() {
        guard !isClosed else { return }
        let isBlocked = outbox.withLock { $0.isBlocked }
        guard isBlocked != isWatchingWritable || isReadingPaused == isWatchingReadable else { return }
        var wanted: Readiness = isReadingPaused ? [] : .readable
        if isBlocked { wanted.insert(.writable) }
        do {
            try loop.modify(descriptor, for: wanted)
            isWatchingWritable = isBlocked
            isWatchingReadable = !isReadingPaused
        } catch {
            fail(LocalException(.socket, "\(error)"))
        }
    }
}
