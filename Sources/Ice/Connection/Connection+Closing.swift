import EventLoop
import Glibc
import IceEncoding
import Synchronization

extension Connection {
    /// Closes gracefully: no new requests, requests in flight fail with `reason`, dispatches are waited for, then
    /// CloseConnection is sent and the peer's end awaited. On the loop.
    func close(_ reason: LocalException) {
        guard !isClosed, closeReason == nil else { return }
        closeReason = reason
        guard isValidated, isTransportReady else { return fail(reason) }
        let failed = outbox.withLock { outbox in
            outbox.phase = .closing
            return outbox.takeAll(finishesBegun: true)
        }
        if settings.closeTimeout > 0 {
            closeTimer = loop.schedule(after: settings.closeTimeout, self, tag: Self.closeTag)
        }
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
        outbox.withLock { $0.append(.closeConnection) }
        requestFlush()
        if isReadingPaused {
            isPausedForDispatch = false
            isPausedForReplies = false
            updateInterest()
        }
    }

    /// Ends the connection at once. What waits for replies fails, each exactly once. On the loop.
    func fail(_ exception: LocalException) {
        guard !isClosed else { return }
        isClosed = true
        endReason = exception
        if let heartbeatTimer { loop.cancel(heartbeatTimer) }
        if let closeTimer { loop.cancel(closeTimer) }
        if let handshakeTimer { loop.cancel(handshakeTimer) }
        loop.deregister(descriptor)
        let failed = outbox.withLock { outbox in
            let failed = outbox.takeAll(finishesBegun: false)
            if let transport, !outbox.isBlocked { finish(transport, exception) }
            outbox.close()
            Glibc.close(descriptor)
            return failed
        }
        dispatch?.connectionClosed()
        // What the peer had not answered when it closed gracefully it did not and will not execute.
        let provesNothingRan = exception.code == .closeConnection
        for invocation in failed {
            invocation.attemptFailed(
                exception, wasSent: invocation.isWritten, wasExecuted: invocation.isWritten && !provesNothingRan)
        }
        owner?.connectionClosed(self, exception)
    }
}

extension Connection: TimerHandler {
    // MARK: Heartbeats and time

    /// From now on something is sent at least every half idle timeout, or the peer gives the connection up.
    func startHeartbeats() {
        let period = settings.idleTimeout / 2
        guard period > 0, !isClosed else { return }
        heartbeatTimer = loop.schedule(after: period, self, tag: Self.heartbeatTag)
    }

    package func timerFired(_ tag: UInt64) {
        guard !isClosed else { return }
        if tag == Self.closeTag {
            closeTimer = nil
            fail(closeReason ?? LocalException(.closeTimeout, "\(peer) did not finish closing in time"))
            return
        }
        if tag == Self.handshakeTag {
            handshakeTimer = nil
            fail(LocalException(.connectTimeout, "\(peer) did not finish its handshake in time"))
            return
        }
        let period = settings.idleTimeout / 2
        let last = lastWrite.load(ordering: .relaxed)
        let quiet = loop.now > last ? loop.now - last : 0
        // Timers fire up to a millisecond late, so the last write may seem a little younger than it is.
        if quiet + 1_000_000 >= period {
            outbox.withLock { outbox in
                if outbox.phase == .active || outbox.phase == .closing, outbox.unsentBytes == 0 {
                    outbox.append(.validateConnection)
                }
                outbox.trim()
            }
            requestFlush()
            input.trim()
            heartbeatTimer = loop.schedule(after: period, self, tag: Self.heartbeatTag)
        } else {
            outbox.withLock { $0.trim() }
            input.trim()
            heartbeatTimer = loop.schedule(after: period - quiet, self, tag: Self.heartbeatTag)
        }
    }
}
