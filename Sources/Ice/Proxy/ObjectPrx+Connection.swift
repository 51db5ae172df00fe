// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are Ice's own: what has none of Slice's operations' names starts with `ice_`.

import IceEncoding
import Synchronization

extension Proxy {
    // MARK: Connection

    /// The connection that requests go over; makes one unless there is one. Nil when there is none to be made: the
    /// object is one of this communicator's own object adapters, see ``ice_collocationOptimized(_:)``.
    ///
    /// - Throws: ``LocalException`` when there can't be one.
    public func ice_getConnection() async throws -> Connection? { try await ice_getConnectionAsync().value }

    /// As ``ice_getConnection()`` without waiting.
    ///
    /// - Throws: ``LocalException`` `.communicatorDestroyed` only; everything else comes with the future.
    public func ice_getConnectionAsync() throws(LocalException) -> InvocationFuture<Connection?> {
        let operation = "ice_getConnection"
        guard !untyped.reference.communicator.isDestroyed else {
            throw LocalException(.communicatorDestroyed, "the communicator is destroyed")
        }
        let future = InvocationFuture<Connection?>(operation, of: untyped)
        let invoker = untyped.reference.invoker()
        let template = RequestTemplate(identity: untyped.content.identity, operation: operation, mode: .idempotent)
        let invocation = Invocation(
            template, isTwoway: true, isIdempotent: true, wantsConnection: true, isCounted: false, invoker: invoker,
            observer: ConnectionObserver(future))
        future.begin(invocation)
        invoker.obtainConnection(invocation, timeout: untyped.invocationTimeout)
        if untyped.reference.communicator.hasStopped {
            future.complete(.failure(LocalException(.communicatorDestroyed, "the communicator is destroyed")))
        }
        return future
    }

    /// The connection that requests of this proxy went over last; nil when there was none, or it is gone.
    public func ice_getCachedConnection() -> Connection? {
        guard untyped.reference.content.options.isConnectionCached,
            let connection = untyped.reference.invoker().currentConnection,
            connection.outbox.withLock({ $0.phase == .active })
        else { return nil }
        return connection
    }
}

/// Completes a future with a connection.
private final class ConnectionObserver: InvocationObserver, Sendable {
    private let future: InvocationFuture<Connection?>

    init(_ future: InvocationFuture<Connection?>) { self.future = future }

    func obtained(_ invocation: Invocation, _ connection: Connection?) { future.complete(.success(connection)) }
    func failed(_ invocation: Invocation, _ exception: LocalException, wasSent: Bool) {
        future.complete(.failure(exception))
    }
    // Nothing is sent.
    func sent(_ invocation: Invocation) {}
    func replied(_ invocation: Invocation, status: ReplyStatus, body: UnsafeRawBufferPointer) {}
    func remarshal(_ invocation: Invocation, into buffer: inout OutputBuffer) {}
}
