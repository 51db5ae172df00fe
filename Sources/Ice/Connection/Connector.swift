import CLinux
import EventLoop
import Glibc
import IceEncoding
import Logging

/// Establishes one client connection: name look-up, each address in turn, the server's first message. One time limit
/// covers it all. On the loop.
final class Connector {
    let key: ConnectionKey
    private let pool: ConnectionPool
    private var waiters: [any ConnectionWaiter] = []
    private var untried: ArraySlice<SocketAddress> = []
    private var timer: EventLoop.Timer?
    private var lastFailure: LocalException?
    private var descriptor: Int32?
    private var address: SocketAddress?
    private var connection: Connection?
    /// Set at the end, also of what the resolver is still busy with.
    private var isOver = false

    init(_ key: ConnectionKey, pool: ConnectionPool) {
        self.key = key
        self.pool = pool
    }

    func add(_ waiter: any ConnectionWaiter) { waiters.append(waiter) }

    func start() {
        if pool.settings.connectTimeout > 0 { timer = pool.loop.schedule(after: pool.settings.connectTimeout, self) }
        if let address = SocketAddress(numeric: key.host, port: key.port) {
            untried = [address]
            tryNext()
            return
        }
        let box = LoopBound(self)
        pool.resolver.resolve(key.host, port: key.port, on: pool.loop) { result in box.value.resolved(result) }
    }

    private func resolved(_ result: Result<[SocketAddress], Resolver.Failure>) {
        guard !isOver else { return }
        switch result {
        case .success(let addresses):
            untried = pool.settings.protocols.ordered(addresses)[...]
            tryNext()
        case .failure(let failure):
            end(LocalException(.dns, "\(failure)"))
        }
    }

    /// Gives up.
    func cancel(_ reason: LocalException) { end(reason) }
}

/// Lets a resolver's answer carry what belongs to a loop.
///
/// Sendable without a check: the closure that holds it runs on that loop only.
private struct LoopBound: @unchecked Sendable {
    let value: Connector

    init(_ value: Connector) { self.value = value }
}

extension Connector: ReadinessHandler, TimerHandler, ConnectionOwner {
    // MARK: One address

    private func tryNext() {
        guard let address = untried.popFirst() else {
            end(lastFailure ?? LocalException(.connectFailed, "no address for \(key.host)"))
            return
        }
        do {
            try connect(address)
        } catch {
            closeDescriptor()
            lastFailure = failure(error, address)
            tryNext()
        }
    }

    private func connect(_ address: SocketAddress) throws(SystemError) {
        if pool.settings.tracing.network > 1 {
            pool.settings.tracing.trace(
                .network, "trying to establish connection",
                ["ice-connection": "\(address)", "ice-transport": "\(key.transport.rawValue)"])
        }
        if key.transport == .udp {
            return open(try DatagramSocket.connected(to: address, key, pool.settings), to: address)
        }
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { throw SystemError("socket") }
        self.descriptor = descriptor
        self.address = address
        if let source = SocketAddress(numeric: key.sourceAddress, port: 0) {
            guard source.withSockaddr({ bind(descriptor, $0, $1) }) == 0 else { throw SystemError("bind") }
        }
        // A second call with EINTR's connection under way would be wrong; the first one goes on by itself.
        if address.withSockaddr({ Glibc.connect(descriptor, $0, $1) }) == 0 || errno == EINTR || errno == EINPROGRESS {
            do {
                try pool.loop.register(descriptor, for: .writable, handler: self)
            } catch {
                throw error as? SystemError ?? SystemError("epoll_ctl")
            }
        } else {
            throw SystemError("connect")
        }
    }

    func ready(_ descriptor: Int32, _ readiness: Readiness) {
        guard let address, descriptor == self.descriptor else { return }
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        guard code == 0 else {
            closeDescriptor()
            lastFailure = failure(SystemError("connect", code: code), address)
            return tryNext()
        }
        pool.loop.deregister(descriptor)
        self.descriptor = nil
        guard SocketAddress(localOf: descriptor) != SocketAddress(peerOf: descriptor) else {
            // A port of our own that the system chose to connect from: nobody listens there.
            Glibc.close(descriptor)
            lastFailure = failure(SystemError("connect", code: ECONNREFUSED), address)
            return tryNext()
        }
        open(descriptor, to: address)
    }

    /// Makes the connection out of a connected socket.
    private func open(_ descriptor: Int32, to address: SocketAddress) {
        let transport: Transport?
        do throws(LocalException) {
            transport = try Transport.client(key, peer: "\(address)", security: pool.security)
        } catch {
            Glibc.close(descriptor)
            return end(error)
        }
        let connection = Connection(
            descriptor, transport: transport, peer: "\(address)", loop: pool.loop, settings: pool.settings,
            dispatch: nil, kind: key.transport, executor: pool.executor)
        connection.key = key
        connection.attach(pool.localAdapters.standard)
        self.connection = connection
        connection.owner = self
        pool.opened(connection)
        connection.start()
    }

    private func failure(_ error: SystemError, _ address: SocketAddress) -> LocalException {
        if pool.settings.tracing.network > 1 {
            pool.settings.tracing.trace(
                .network, "failed to establish connection",
                ["ice-connection": "\(address)", "ice-transport": "\(key.transport.rawValue)", "error": "\(error)"])
        }
        return LocalException(error.code == ECONNREFUSED ? .connectionRefused : .connectFailed, "\(address): \(error)")
    }

    private func closeDescriptor() {
        guard let descriptor else { return }
        pool.loop.deregister(descriptor)
        Glibc.close(descriptor)
        self.descriptor = nil
    }

    func connectionValidated(_ connection: Connection) {
        guard !isOver else { return }
        isOver = true
        if let timer { pool.loop.cancel(timer) }
        connection.trace("established", key.transport)
        connection.owner = pool
        pool.connectorSucceeded(self, connection)
        let waiters = waiters
        self.waiters = []
        for waiter in waiters { waiter.connected(connection) }
    }

    func connectionClosed(_ connection: Connection, _ exception: LocalException) {
        self.connection = nil
        connection.trace("failed to establish", key.transport, level: 2, error: exception)
        pool.closed(connection)
        guard !isOver else { return }
        lastFailure = exception
        tryNext()
    }

    // MARK: Ends

    package func timerFired(_ tag: UInt64) {
        timer = nil
        let milliseconds = pool.settings.connectTimeout / 1_000_000
        let place = "\(key.host):\(key.port)"
        guard let connection else {
            return end(LocalException(.connectTimeout, "no connection to \(place) within \(milliseconds) ms"))
        }
        let lack =
            connection.isTransportReady
            ? "it has not spoken Ice" : "its \(key.transport.rawValue) handshake was not over"
        end(
            LocalException(
                .connectTimeout,
                "connected to \(place), but \(lack) within \(milliseconds) ms: a wrong port, or \(otherTransports)?"))
    }

    /// What a peer may speak that is connected to but silent, as a part of a sentence.
    private var otherTransports: String {
        let others = key.transport == .ws || key.transport == .ssl ? "tcp or wss" : "ssl or ws"
        return "\(others) instead of \(key.transport.rawValue)"
    }

    private func end(_ exception: LocalException) {
        guard !isOver else { return }
        isOver = true
        if let timer { pool.loop.cancel(timer) }
        closeDescriptor()
        pool.forget(self)
        connection?.fail(exception)
        let waiters = waiters
        self.waiters = []
        for waiter in waiters { waiter.notConnected(exception) }
        pool.settle()
    }
}
