import EventLoop
import Glibc
import IceEncoding
import Synchronization

extension Connection {
    /// Closes gracefully when all requests are answered and all dispatches done; new requests go elsewhere. On the loop.
    func drain(_ reason: LocalException) {
        guard takesRequests else { return }
        guard isValidated, isTransportReady else { return fail(reason) }
        drainReason = reason
        outbox.withLock { $0.phase = .draining }
        startCloseTimer()
        endDraining()
    }

    /// Goes on with the graceful close when nothing is pending any more.
    func endDraining() {
        guard let drainReason, !isClosed, closeReason == nil, outbox.withLock({ $0.isQuiet }) else { return }
        close(drainReason)
    }

    private func startCloseTimer() {
        guard settings.closeTimeout > 0, closeTimer == nil else { return }
        closeTimer = loop.schedule(after: settings.closeTimeout, self, tag: Self.closeTag)
    }

    /// Closes gracefully: no new requests, dispatches are waited for, then CloseConnection is sent and the peer's end
    /// awaited. Requests in flight fail with `reason` at once; when an object adapter is deactivated, not before the
    /// dispatches are over, which may be calling the peer back. On the loop.
    func close(_ reason: LocalException) {
        guard !isClosed else { return }
        guard closeReason == nil else {
            // Whoever destroys the communicator waits for none of its requests.
            if reason.code == .communicatorDestroyed { failRequests(reason) }
            return
        }
        closeReason = reason
        guard isValidated, isTransportReady, !isDatagram || isIncoming else { return fail(reason) }
        outbox.withLock { $0.phase = .closing }
        startCloseTimer()
        if reason.code != .objectAdapterDeactivated { failRequests(reason) }
        guard let dispatch else { return sendClose() }
        dispatch.whenIdle { [self] in loop.execute { [self] in sendClose() } }
    }

    private func failRequests(_ reason: LocalException) {
        let failed = outbox.withLock { $0.takeAll(finishesBegun: true) }
        for invocation in failed {
            invocation.attemptFailed(reason, wasSent: invocation.isWritten, wasExecuted: invocation.isWritten)
        }
    }

    private func sendClose() {
        guard !isClosed else { return }
        if let closeReason { failRequests(closeReason) }
        if isDatagram, let closeReason { return fail(closeReason) }
        outbox.withLock { $0.append(.closeConnection) }
        requestFlush()
        if isReadingPaused {
            isPausedForDispatch = false
            isPausedForReplies = false
            isHeld = false
            updateInterest()
        }
    }

    /// The socket is no good any more. When the connection was closing, that reason stays: a peer may well answer
    /// CloseConnection with a reset, for it closes with a heartbeat unread.
    func failLost(_ message: String) {
        fail(closeReason ?? LocalException(isDatagram ? .socket : .connectionLost, message))
    }

    /// Ends the connection at once. What waits for replies fails, each exactly once. On the loop.
    func fail(_ exception: LocalException) {
        guard !isClosed else { return }
        isClosed = true
        endReason = exception
        for timer in [heartbeatTimer, idleTimer, inactivityTimer, closeTimer, handshakeTimer] {
            if let timer { loop.cancel(timer) }
        }
        loop.deregister(descriptor)
        let failed = outbox.withLock { outbox in
            let failed = outbox.takeAll(finishesBegun: false)
            if let transport, !outbox.isBlocked { finish(transport, exception) }
            outbox.close()
            Glibc.close(descriptor)
            return failed
        }
        dispatch?.connectionClosed()
        batchRequestQueue.destroy(exception)
        // What the peer had not answered when it closed gracefully it did not and will not execute.
        let provesNothingRan = exception.code == .closeConnection
        for invocation in failed {
            invocation.attemptFailed(
                exception, wasSent: invocation.isWritten, wasExecuted: invocation.isWritten && !provesNothingRan)
        }
        owner?.connectionClosed(self, exception)
        tellEnd(exception)
        // Not before: it takes no other one from now on.
        if !isIncoming { adapter.withLock { $0 = nil } }
    }
}
