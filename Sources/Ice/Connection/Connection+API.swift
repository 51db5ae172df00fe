import EventLoop
import Synchronization

extension Connection {
    /// Those who wait for the end.
    struct Ending {
        var reason: LocalException?
        var waiters: [CheckedContinuation<LocalException, Never>] = []
        var callbacks: [@Sendable (Connection) -> Void] = []
    }

    func tellEnd(_ exception: LocalException) {
        let before = ending.withLock { ending in
            defer { ending = Ending(reason: exception) }
            return ending
        }
        for waiter in before.waiters { waiter.resume(returning: exception) }
        let callbacks = before.callbacks
        guard !callbacks.isEmpty else { return }
        Task.detached(executorPreference: executor) { [self] in
            for callback in callbacks { callback(self) }
        }
    }
}

extension Connection {
    // MARK: End, from any thread

    /// Whether it is closed.
    var isOver: Bool { ending.withLock { $0.reason != nil } }

    /// Closes the connection gracefully: invocations in flight are answered first, new ones take another connection, or
    /// fail when their proxy is fixed to this one; then dispatches are waited for, and the peer is told. Returns when the
    /// connection is closed, also when it was before. The property `Ice.Connection.Client.CloseTimeout` limits it.
    ///
    /// - Throws: ``LocalException``: why the connection ended otherwise, `.closeTimeout` after the time is over.
    public func close() async throws {
        loop.execute { [self] in
            var reason = LocalException(.connectionClosed, "the application closed the connection to \(peer)")
            reason.closedByApplication = true
            drain(reason)
        }
        let end = await withCheckedContinuation { continuation in
            let reason = ending.withLock { ending in
                if ending.reason == nil { ending.waiters.append(continuation) }
                return ending.reason
            }
            if let reason { continuation.resume(returning: reason) }
        }
        switch end.code {
        case .connectionClosed, .closeConnection, .communicatorDestroyed, .objectAdapterDeactivated: return
        default: throw end
        }
    }

    /// Ends the connection at once: invocations in flight fail with `ConnectionAbortedException`, and the peer is told
    /// nothing.
    public func abort() {
        loop.execute { [self] in
            var reason = LocalException(.connectionAborted, "the application aborted the connection to \(peer)")
            reason.closedByApplication = true
            fail(reason)
        }
    }

    /// Calls when the connection is closed, once; at once in the calling thread when it is already. Any number of them
    /// may be set.
    public func setCloseCallback(_ callback: @escaping @Sendable (Connection) -> Void) {
        let isOver = ending.withLock { ending in
            if ending.reason == nil { ending.callbacks.append(callback) }
            return ending.reason != nil
        }
        if isOver { callback(self) }
    }

    /// Throws why the connection is closed; returns when it is not.
    public func throwException() throws(LocalException) {
        if let reason = ending.withLock({ $0.reason }) { throw reason }
    }

    /// Keeps the connection open also when nobody uses it.
    public func disableInactivityCheck() {
        loop.execute { [self] in
            checksInactivity = false
            if let inactivityTimer { loop.cancel(inactivityTimer) }
            inactivityTimer = nil
        }
    }
}

extension Connection {
    // MARK: Queue, from any thread

    /// The number of bytes that wait to be written, requests and replies.
    public var unsentBytes: Int { outbox.withLock { $0.unsentBytes } }

    /// The number of requests that are not written completely.
    public var unsentRequests: Int { outbox.withLock { $0.unsentRequests } }

    /// The number of requests that wait for their replies, unsent ones included.
    public var pendingRequests: Int { outbox.withLock { $0.pending.count } }
}
