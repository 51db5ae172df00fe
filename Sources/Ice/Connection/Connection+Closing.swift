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

    /// Closes gracefully: no new requests, requests in flight fail with `reason`, dispatches are waited for, then
    /// CloseConnection is sent and the peer's end awaited. On the loop.
    func close(_ reason: LocalException) {
        guard !isClosed, closeReason == nil else { return }
        closeReason = reason
        guard isValidated, isTransportReady, !isDatagram || dispatch != nil else { return fail(reason) }
        let failed = outbox.withLock { outbox in
            outbox.phase = .closing
            return outbox.takeAll(finishesBegun: true)
        }
        startCloseTimer()
        if let dispatch {
            dispatch.whenIdle { [self] in loop.execute { [self] in sendClose() } }
        } else {
            sendClose()
        }
        for invocation in failed {
            invocation.attemptFailed(reason, wasSent: invocation.isWritten, wasExecuted: invocation.isWritten)
        }
    }

    private func sendClose() {
        guard !isClosed else { return }
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
    }
}
