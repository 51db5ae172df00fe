import EventLoop
import Glibc
import IceEncoding
import Synchronization

extension Connection: EndOfTurnHandler {
    // MARK: On the loop

    /// Adds a request that leaves at the end of this turn.
    func enqueue(_ invocation: Invocation, payload: UnsafeRawBufferPointer) -> Outbox.Admission {
        let admission = withPrepared(invocation, payload: payload) { prepared in
            outbox.withLock { $0.append(invocation, payload: payload, prepared: prepared) }
        }
        if admission == .accepted {
            invocation.connection = self
            requestFlush()
        }
        return admission
    }

    /// Makes the end of this turn send.
    func requestFlush() {
        guard !isFlushRequested else { return }
        isFlushRequested = true
        loop.atEndOfTurn(.flush, self)
    }

    package func endOfTurn() {
        isFlushRequested = false
        flush()
    }

    /// Sends what it can and tells the owners of requests that are sent.
    func flush() {
        guard !isClosed else { return }
        let outcome = outbox.withLock { write(&$0, sent: &sentRequests) }
        reportSent()
        switch outcome {
        case .done, .blocked:
            if (outcome == .blocked) != isWatchingWritable { updateInterest() }
            resumeAfterReplies()
            endDraining()
        case .failed(let error):
            // What the peer said before it went, as CloseConnection, tells more than the failed write.
            if !isReadingPaused { readAvailable() }
            failLost("connection to \(peer): \(error)")
        }
    }

    private func reportSent() {
        guard !sentRequests.isEmpty else { return }
        var sent: [Invocation] = []
        swap(&sent, &sentRequests)
        for invocation in sent { invocation.sent() }
        sent.removeAll(keepingCapacity: true)
        if sentRequests.isEmpty { swap(&sent, &sentRequests) }
    }
}

extension Connection {
    // MARK: With the lock held

    enum WriteOutcome: Equatable {
        case done
        case blocked
        case failed(SystemError)
    }

    /// Writes until nothing is left or the system takes no more. In any thread.
    func write(_ outbox: inout Outbox, sent: inout [Invocation]) -> WriteOutcome {
        guard outbox.phase != .closed, !outbox.isBlocked else { return outbox.isBlocked ? .blocked : .done }
        if let transport { return write(&outbox, through: transport, sent: &sent) }
        if isDatagram { return writeDatagrams(&outbox, sent: &sent) }
        while outbox.unsentBytes > 0 {
            let count = outbox.withUnsent { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count > 0 {
                lastWrite.store(loop.isCurrent ? loop.now : EventLoop.clock(), ordering: .relaxed)
                if settings.tracing.network > 2 { traceBytes("sent", count) }
                outbox.wrote(count, sent: &sent)
            } else if count < 0, errno == EAGAIN {
                outbox.isBlocked = true
                return .blocked
            } else if count < 0, errno == EINTR {
                continue
            } else {
                return .failed(SystemError("send"))
            }
        }
        return .done
    }
}

extension Connection {
    // MARK: From any thread

    /// What became of a request handed over outside the loop.
    enum DirectOutcome {
        /// Written in this call.
        case sent
        /// The loop will write it.
        case queued
        case refused(Outbox.Admission)
        /// Not tried, see ``isContended``.
        case leftToLoop
    }

    /// Whether another thread is at the connection just now, most likely writing, so that a request is queued for the loop
    /// instead of waiting for that thread. Only while answers come together: a call alone never meets anybody. Behind a
    /// request that was left to the loop all others are, of whichever proxy: a thread's requests keep their order.
    var isContended: Bool {
        if leftToLoop.load(ordering: .acquiring) > 0 { return true }
        guard repliesCameTogether.load(ordering: .relaxed) else { return false }
        return outbox.withLockIfAvailable { _ in true } == nil
    }

    /// Writes a request in the calling thread when nothing waits to be written, else queues it.
    func sendDirectly(_ invocation: Invocation, payload: UnsafeRawBufferPointer) -> DirectOutcome {
        withPrepared(invocation, payload: payload) { sendDirectly(invocation, payload: payload, prepared: $0) }
    }

    private func sendDirectly(
        _ invocation: Invocation, payload: UnsafeRawBufferPointer, prepared: PreparedMessage?
    ) -> DirectOutcome {
        var sent: [Invocation] = []
        let (outcome, needsLoop) = outbox.withLock { outbox -> (DirectOutcome, Bool) in
            let wasEmpty = outbox.unsentBytes == 0 && !outbox.isBlocked
            let admission = outbox.append(invocation, payload: payload, prepared: prepared)
            guard admission == .accepted else { return (.refused(admission), false) }
            invocation.connection = self
            guard wasEmpty else { return (.queued, true) }
            let isDone = write(&outbox, sent: &sent) == .done
            if isDone { invocation.isSentReported = true }
            return (isDone ? .sent : .queued, !isDone)
        }
        // The loop goes on where this thread had to stop, and meets the same error when there was one.
        if needsLoop {
            loop.execute { [self, sent] in
                // A transport took the last bytes of these before the system took no more.
                for invocation in sent { invocation.sent() }
                flush()
            }
        }
        return outcome
    }

    /// Hands a reply over. It is written in the calling thread unless requests wait, or that thread will send several.
    ///
    /// - Parameter compresses: whether the client welcomes a compressed one.
    func sendReply(to requestId: Int32, _ response: OutgoingResponse, compresses: Bool, thread: UInt) {
        guard !isDatagram else { return }
        let needsLoop = withPrepared(replyTo: requestId, response, compresses: compresses) { prepared in
            outbox.withLock { outbox -> Bool in
                guard outbox.isOpen else { return false }
                outbox.append(replyTo: requestId, response, compresses: compresses, prepared: prepared)
                return outbox.corkingThread == thread ? false : writeReplies(&outbox)
            }
        }
        if needsLoop { loop.execute { [self] in flush() } }
    }

    /// Collects the replies that `thread` hands over until ``uncork()``.
    func cork(thread: UInt) { outbox.withLock { $0.corkingThread = thread } }

    /// Sends what was collected.
    func uncork() {
        let needsLoop = outbox.withLock { outbox -> Bool in
            outbox.corkingThread = 0
            return writeReplies(&outbox)
        }
        if needsLoop { loop.execute { [self] in flush() } }
    }

    /// - Returns: whether the loop must go on.
    private func writeReplies(_ outbox: inout Outbox) -> Bool {
        guard outbox.unsent.isEmpty, !outbox.isBlocked else { return !outbox.isBlocked }
        var sent: [Invocation] = []
        return write(&outbox, sent: &sent) != .done
    }

    /// Forgets a request. When nothing of it is written it never will be.
    ///
    /// - Returns: whether the peer has or will get the whole request.
    func withdraw(_ invocation: Invocation) -> Bool {
        let (isWithPeer, isDraining) = outbox.withLock { ($0.withdraw(invocation), $0.phase == .draining) }
        if isDraining { loop.execute { [self] in endDraining() } }
        return isWithPeer
    }

    /// Makes a request that was taken out ready for another attempt.
    func release(_ invocation: Invocation) {
        outbox.withLock { _ in
            invocation.isWritten = false
            invocation.requestId = 0
        }
    }
}
