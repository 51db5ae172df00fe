import EventLoop
import Glibc
import IceEncoding
import Synchronization

extension Connection {
    // MARK: On the loop

    /// Begins the handshakes of a connection that is not plain tcp.
    func startTransport(_ transport: Transport) {
        if isIncoming, settings.connectTimeout > 0 {
            handshakeTimer = loop.schedule(after: settings.connectTimeout, self, tag: Self.handshakeTag)
        }
        do throws(LocalException) {
            try outbox.withLock { _ throws(LocalException) in try transport.start() }
            requestFlush()
        } catch {
            fail(error)
        }
    }

    /// Reads what is there through the transport and handles all whole messages.
    func readAvailable(_ transport: Transport) {
        for _ in 0..<Self.maximumReads {
            let count = recv(descriptor, transport.room.baseAddress, transport.room.count, 0)
            if count > 0 {
                if settings.tracing.network > 2 { traceBytes("received", count) }
                lastRead = loop.now
                take(count, transport)
                guard !isClosed, !isReadingPaused, !isYielding, count == transport.room.count else { return }
            } else if count == 0 {
                return endOfStream()
            } else if errno == EAGAIN {
                return
            } else if errno != EINTR {
                return failLost("connection to \(peer): \(SystemError("recv"))")
            }
        }
    }

    private func take(_ count: Int, _ transport: Transport) {
        var failure: LocalException?
        let (hasUnsent, isReady) = outbox.withLock { _ in
            do throws(LocalException) {
                try transport.receive(count, into: &input)
            } catch {
                failure = error
            }
            return (!transport.unsent.isEmpty, transport.isReady)
        }
        if hasUnsent { requestFlush() }
        if isReady, !isTransportReady {
            isTransportReady = true
            if let handshakeTimer { loop.cancel(handshakeTimer) }
            handshakeTimer = nil
            // The first message waited for this.
            requestFlush()
            if isHeld { updateInterest() }
        }
        handleMessages()
        if let failure { fail(failure) }
    }
}

extension Connection {
    // MARK: With the lock held

    /// Writes through the transport until nothing is left or the system takes no more. In any thread.
    func write(
        _ outbox: inout Outbox, through transport: Transport, sent: inout [Invocation]
    ) -> WriteOutcome {
        while true {
            while !transport.unsent.isEmpty {
                let bytes = transport.unsent
                let count = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
                if count > 0 {
                    lastWrite.store(EventLoop.clock(), ordering: .relaxed)
                    if settings.tracing.network > 2 { traceBytes("sent", count) }
                    transport.wrote(count)
                } else if count < 0, errno == EAGAIN {
                    outbox.isBlocked = true
                    return .blocked
                } else if count >= 0 || errno != EINTR {
                    return .failed(SystemError("send"))
                }
            }
            guard transport.isReady, outbox.unsentBytes > 0 else { return .done }
            guard let count = outbox.withUnsent({ transport.encode($0) }) else {
                return .failed(SystemError("SSL_write", code: EPROTO))
            }
            // From here on the bytes leave with the transport's: nobody can withdraw them.
            outbox.wrote(count, sent: &sent)
        }
    }

    /// Tells the peer that nothing follows, as far as the system takes it at once.
    func finish(_ transport: Transport, _ reason: LocalException) {
        transport.finish(reason)
        let bytes = transport.unsent
        guard !bytes.isEmpty else { return }
        _ = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    }
}
