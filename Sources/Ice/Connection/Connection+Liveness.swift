import EventLoop
import IceEncoding
import Synchronization

extension Connection: TimerHandler {
    /// From now on something is sent at least every half idle timeout, or the peer gives the connection up; and what the
    /// peer sends is watched.
    func startLiveness() {
        let period = settings.idleTimeout / 2
        guard period > 0, !isClosed else { return }
        heartbeatTimer = loop.schedule(after: period, self, tag: Self.heartbeatTag)
        if settings.checksIdle { idleTimer = loop.schedule(after: settings.idleTimeout, self, tag: Self.idleTag) }
    }

    package func timerFired(_ tag: UInt64) {
        guard !isClosed else { return }
        switch tag {
        case Self.closeTag:
            closeTimer = nil
            closeTimedOut()
        case Self.handshakeTag:
            handshakeTimer = nil
            fail(LocalException(.connectTimeout, "\(peer) did not finish its handshake in time"))
        case Self.idleTag: checkIdle()
        case Self.inactivityTag: checkInactivity()
        default: beat()
        }
    }

    private func closeTimedOut() {
        // The end of a communicator or adapter tells more than that its peers were slow.
        if let reason = closeReason ?? drainReason, reason.code != .connectionClosed { return fail(reason) }
        fail(LocalException(.closeTimeout, "\(peer) did not finish closing in time"))
    }
}

extension Connection {
    // MARK: Heartbeats

    private func beat() {
        let period = settings.idleTimeout / 2
        let last = lastWrite.load(ordering: .relaxed)
        let quiet = loop.now > last ? loop.now - last : 0
        trimInput()
        // Timers fire up to a millisecond late, so the last write may seem a little younger than it is.
        guard quiet + 1_000_000 >= period else {
            outbox.withLock { $0.trim() }
            heartbeatTimer = loop.schedule(after: period - quiet, self, tag: Self.heartbeatTag)
            return
        }
        outbox.withLock { outbox in
            if outbox.isOpen, outbox.unsentBytes == 0 { outbox.append(.validateConnection) }
            outbox.trim()
        }
        requestFlush()
        heartbeatTimer = loop.schedule(after: period, self, tag: Self.heartbeatTag)
        watchInactivity()
    }
}

extension Connection {
    // MARK: The peer's silence

    /// Gives up a peer that has sent nothing for the idle timeout.
    ///
    /// Ice before 3.8 sends heartbeats only while it dispatches. A peer that never sent one is given up only while a
    /// request waits for its answer: a quiet one of old is not a dead one.
    private func checkIdle() {
        let isExcused = isReadingPaused || !hasHeartbeats && outbox.withLock { $0.pending.count == 0 }
        // The silence of a peer that owed nothing doesn't count when it does.
        if isExcused || wasExcused { lastRead = loop.now }
        wasExcused = isExcused
        let silence = loop.now > lastRead ? loop.now - lastRead : 0
        guard silence + 1_000_000 >= settings.idleTimeout else {
            let rest = isExcused ? settings.idleTimeout / 2 : settings.idleTimeout - silence
            idleTimer = loop.schedule(after: rest, self, tag: Self.idleTag)
            return
        }
        idleTimer = nil
        let milliseconds = settings.idleTimeout / 1_000_000
        fail(LocalException(.connectionAborted, "\(peer) sent nothing for \(milliseconds) ms"))
    }
}

extension Connection {
    // MARK: Inactivity

    /// All requests of both directions so far.
    private func requests(_ outbox: borrowing Outbox) -> UInt64 { outbox.accepted &+ receivedRequests }

    private func isInactive(_ outbox: borrowing Outbox) -> Bool {
        outbox.pending.count == 0 && outbox.unsent.isEmpty && input.bytes.isEmpty && !isReadingPaused
            && dispatch?.isIdle ?? true
    }

    /// Starts to wait for the next request of either side when there is none now.
    private func watchInactivity() {
        guard settings.inactivityTimeout > 0, checksInactivity, takesRequests, inactivityTimer == nil else { return }
        let count = outbox.withLock { isInactive($0) ? requests($0) : nil }
        guard let count else { return }
        requestsWhenInactive = count
        inactivityTimer = loop.schedule(after: settings.inactivityTimeout, self, tag: Self.inactivityTag)
    }

    private func checkInactivity() {
        inactivityTimer = nil
        guard checksInactivity, takesRequests else { return }
        // Under one lock, so that a request from another thread comes before or finds the connection closing.
        let closes = outbox.withLock { outbox in
            guard requests(outbox) == requestsWhenInactive, isInactive(outbox) else { return false }
            outbox.phase = .draining
            return true
        }
        guard closes else { return watchInactivity() }
        close(LocalException(.connectionClosed, "nobody used the connection to \(peer)"))
    }
}
