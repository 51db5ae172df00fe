import EventLoop
import Glibc

// Connections of sockets that somebody else connected, for tests without ports.

extension ObjectAdapter {
    /// Serves a connected stream socket as if it had been accepted, whether the adapter is active or not. The connection ends
    /// with its peer, or with the communicator.
    ///
    /// - Parameters:
    ///   - descriptor: not blocking; the connection closes it.
    ///   - peer: for messages.
    package func serve(_ descriptor: Int32, peer: String) {
        let pool = communicator.nextPool()
        pool.loop.execute { [self] in
            guard !pool.isDestroyed else {
                Glibc.close(descriptor)
                return
            }
            let connection = Connection(
                descriptor, transport: nil, peer: peer, loop: pool.loop, settings: settings,
                dispatch: DispatchQueue(adapter: self, limit: settings.maxDispatches), kind: .tcp,
                executor: pool.executor)
            connection.owner = pool
            pool.opened(connection)
            connection.start()
        }
    }
}

extension Communicator {
    /// Makes a client's connection of a connected stream socket, and waits for the server's first message.
    ///
    /// - Parameters:
    ///   - descriptor: not blocking; the connection closes it.
    ///   - peer: for messages.
    /// - Throws: ``LocalException``: why the connection ended before that message came, `.connectTimeout` when it doesn't come.
    package func connect(over descriptor: Int32, peer: String) async throws -> Connection {
        let pool = nextPool()
        return try await withCheckedThrowingContinuation { continuation in
            pool.loop.execute {
                guard !pool.isDestroyed else {
                    Glibc.close(descriptor)
                    return continuation.resume(
                        throwing: LocalException(.communicatorDestroyed, "the communicator is destroyed"))
                }
                let connection = Connection(
                    descriptor, transport: nil, peer: peer, loop: pool.loop, settings: pool.settings, dispatch: nil,
                    kind: .tcp, executor: pool.executor)
                pool.opened(connection)
                FirstMessage(connection, pool, continuation).await()
            }
        }
    }
}

/// Owns a client's connection until the server's first message. On the loop.
private final class FirstMessage: ConnectionOwner, TimerHandler {
    private let connection: Connection
    private let pool: ConnectionPool
    private let continuation: CheckedContinuation<Connection, any Error>
    private var timer: EventLoop.Timer?
    /// Nobody else holds it.
    private var own: FirstMessage?

    init(
        _ connection: Connection, _ pool: ConnectionPool, _ continuation: CheckedContinuation<Connection, any Error>
    ) {
        self.connection = connection
        self.pool = pool
        self.continuation = continuation
    }

    func await() {
        own = self
        connection.owner = self
        let limit = pool.settings.connectTimeout
        if limit > 0 { timer = pool.loop.schedule(after: limit, self) }
        connection.start()
    }

    func connectionValidated(_ connection: Connection) {
        connection.owner = pool
        end()
        continuation.resume(returning: connection)
    }

    func connectionClosed(_ connection: Connection, _ exception: LocalException) {
        end()
        pool.closed(connection)
        continuation.resume(throwing: exception)
    }

    func timerFired(_ tag: UInt64) {
        timer = nil
        connection.fail(LocalException(.connectTimeout, "the first message of \(connection.peer) did not come in time"))
    }

    private func end() {
        if let timer { pool.loop.cancel(timer) }
        timer = nil
        own = nil
    }
}
