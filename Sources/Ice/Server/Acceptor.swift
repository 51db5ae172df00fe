import CLinux
import EventLoop
import Glibc
import IceEncoding
import Logging

/// A listening socket and the connections it accepted. Everything but the constructor belongs to the loop.
///
/// Sendable without a check: see above.
final class Acceptor: EndpointListener, @unchecked Sendable {
    let pool: ConnectionPool
    let address: SocketAddress
    private let adapter: ObjectAdapter
    private let transport: IPEndpoint.Transport
    private let descriptor: Int32
    private var connections: [ObjectIdentifier: Connection] = [:]
    /// Closed ones whose dispatches go on.
    private var unansweredConnections = 0
    private var isActive = false
    private var isClosing = false
    private var pauseTimer: EventLoop.Timer?
    private var whenHeld: [@Sendable () -> Void] = []
    /// For a system without free descriptors, in nanoseconds.
    private static let pause: UInt64 = 100_000_000
    private static let acceptsPerTurn = 16

    /// Binds and listens.
    ///
    /// - Throws: ``LocalException`` `.socket`.
    init(
        _ address: SocketAddress, transport: IPEndpoint.Transport, adapter: ObjectAdapter, pool: ConnectionPool,
        backlog: Int
    ) throws(LocalException) {
        self.adapter = adapter
        self.transport = transport
        self.pool = pool
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { throw LocalException(.socket, "\(SystemError("socket"))") }
        adapter.settings.protocols.prepare(descriptor, for: address)
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        guard address.withSockaddr({ bind(descriptor, $0, $1) }) == 0,
            listen(descriptor, Int32(clamping: backlog)) == 0,
            let bound = SocketAddress(localOf: descriptor)
        else {
            let error = SystemError("bind or listen")
            Glibc.close(descriptor)
            throw LocalException(.socket, "\(address): \(error)")
        }
        self.descriptor = descriptor
        self.address = bound
    }

    /// Accepts connections from now on.
    func activate() {
        guard !isActive, !isClosing else { return }
        isActive = true
        if adapter.settings.tracing.network > 0 { trace("listening for connections") }
        watch()
        for connection in Array(connections.values) { connection.resumeAfterHold() }
    }

    func abandon() { Glibc.close(descriptor) }

    func hold() {
        guard isActive, !isClosing else { return }
        isActive = false
        if adapter.settings.tracing.network > 0 { trace("holding connections") }
        stopWatching()
        for connection in connections.values { connection.hold() }
    }

    private func stopWatching() {
        pool.loop.deregister(descriptor)
        if let pauseTimer { pool.loop.cancel(pauseTimer) }
        pauseTimer = nil
    }

    private func watch() {
        do {
            try pool.loop.register(descriptor, for: .readable, handler: self)
        } catch {
            pauseTimer = pool.loop.schedule(after: Self.pause, self)
        }
    }

    /// Stops listening and closes the connections gracefully; tells the pool and the adapter when all are closed.
    func close() {
        guard !isClosing else { return }
        isClosing = true
        if adapter.settings.tracing.network > 0 { trace("stopped listening for connections") }
        stopWatching()
        Glibc.close(descriptor)
        let reason = LocalException(.objectAdapterDeactivated, "object adapter '\(adapter.name)' is deactivated")
        for connection in Array(connections.values) { connection.close(reason) }
        settle()
    }

    func whenHeld(_ body: @escaping @Sendable () -> Void) {
        whenHeld.append(body)
        settleHeld()
    }

    private func settleHeld() {
        guard !whenHeld.isEmpty else { return }
        if let busy = connections.values.compactMap(\.dispatch).first(where: { !$0.isIdle }) {
            // One that is closed meanwhile comes here, too.
            return busy.whenIdle { [self] in pool.loop.execute { [self] in settleHeld() } }
        }
        let bodies = whenHeld
        whenHeld = []
        for body in bodies { body() }
    }

    /// The end of a connection is not that of its dispatches, and an adapter ends after them.
    private func waitForDispatches(of connection: Connection) {
        guard let dispatch = connection.dispatch, !dispatch.isIdle else { return }
        unansweredConnections += 1
        dispatch.whenIdle { [self] in
            pool.loop.execute { [self] in
                unansweredConnections -= 1
                settle()
            }
        }
    }

    private func trace(_ message: Logger.Message) {
        adapter.settings.tracing.trace(
            .network, message,
            [
                "ice-adapter": "\(adapter.name)", "ice-transport": "\(transport.rawValue)",
                "ice-connection": "\(address)",
            ])
    }

    private func settle() {
        guard isClosing, connections.isEmpty, unansweredConnections == 0 else { return }
        pool.closed(self)
        adapter.listenerClosed(self)
    }
}

extension Acceptor: ReadinessHandler, TimerHandler, ConnectionOwner {
    func ready(_ descriptor: Int32, _ readiness: Readiness) {
        for _ in 0..<Self.acceptsPerTurn {
            let accepted = accept4(
                descriptor, nil, nil, Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue))
            if accepted >= 0 {
                open(accepted)
            } else if errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM {
                // The socket stays readable: without a pause the loop would spin.
                pool.loop.deregister(descriptor)
                pauseTimer = pool.loop.schedule(after: Self.pause, self)
                return
            } else if errno == EAGAIN {
                return
            }
        }
    }

    private func open(_ descriptor: Int32) {
        let settings = adapter.settings
        let maximum = adapter.configuration.maxConnections
        guard maximum <= 0 || connections.count < maximum else {
            if settings.tracing.network > 1 { trace("refused a connection: there are \(maximum) already") }
            Glibc.close(descriptor)
            return
        }
        let peer = SocketAddress(peerOf: descriptor)?.description ?? "?"
        let transport: Transport?
        do throws(LocalException) {
            transport = try Transport.server(self.transport, peer: peer, security: pool.security)
        } catch {
            Glibc.close(descriptor)
            return
        }
        let connection = Connection(
            descriptor, transport: transport, peer: peer, loop: pool.loop, settings: settings,
            dispatch: DispatchQueue(
                adapter: adapter, limit: settings.maxDispatches, loopExecutor: pool.loopExecutor), kind: self.transport,
            executor: pool.executor)
        connections[ObjectIdentifier(connection)] = connection
        connection.owner = self
        connection.trace("accepted", self.transport)
        pool.opened(connection)
        connection.start()
    }

    func timerFired(_ tag: UInt64) {
        pauseTimer = nil
        if isActive, !isClosing { watch() }
    }

    func connectionValidated(_ connection: Connection) {}

    func connectionClosed(_ connection: Connection, _ exception: LocalException) {
        connections[ObjectIdentifier(connection)] = nil
        connection.traceEnd(transport, exception)
        pool.closed(connection)
        waitForDispatches(of: connection)
        settleHeld()
        settle()
    }
}
