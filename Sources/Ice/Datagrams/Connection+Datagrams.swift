import CLinux
import EventLoop
import Glibc
import IceEncoding
import Logging

/// A udp socket as a connection: one message is one datagram, requests only, and nobody answers. Nothing is validated, kept
/// alive or closed on the wire, and no datagram ends it, whatever is in it. An adapter's takes datagrams from everybody.
extension Connection {
    var isDatagram: Bool { kind == .udp }

    // MARK: In

    /// Where datagrams arrive; a client expects none.
    static func datagramBuffer(_ settings: Settings, isServer: Bool) -> ReadBuffer {
        ReadBuffer(initialCapacity: isServer ? settings.datagrams.receiveLimit : MessageHeader.size)
    }

    /// Reads what is there and dispatches it.
    func readDatagrams() {
        for _ in 0..<Self.maximumReads where !isClosed && !isReadingPaused && !isYielding {
            var code: Int32 = 0
            var size = 0
            let (count, _) = input.fill { room in
                size = recv(descriptor, room.baseAddress, room.count, Int32(MSG_TRUNC))
                code = errno
                return min(size, room.count)
            }
            if size >= 0 {
                if settings.tracing.network > 2 { traceBytes("received", size) }
                handleDatagram(size)
                if count > 0 { input.consume(count) }
            } else if code == EAGAIN {
                break
            } else if code != EINTR {
                // What the network says of a datagram sent before; the socket is as good as ever.
                warn("a datagram to \(peer) was lost: \(SystemError("recv", code: code))")
            }
        }
        dispatch?.startPending()
    }

    /// - Parameter size: of the datagram, of which the last bytes may be missing.
    private func handleDatagram(_ size: Int) {
        let bytes = input.bytes
        do throws(MarshalError) {
            guard dispatch != nil else { throw MarshalError(.badHeader, "nobody asked \(peer) for datagrams") }
            guard size <= settings.datagrams.receiveLimit, size == bytes.count else {
                throw MarshalError(.badSize, "it is longer than \(settings.datagrams.receiveLimit) bytes")
            }
            var cursor = InputCursor(bytes)
            let header = try MessageHeader(&cursor, maximumSize: settings.messageSizeMax)
            guard header.messageSize == size else {
                throw MarshalError(.badSize, "a message of \(header.messageSize) bytes in one of \(size)")
            }
            guard header.kind == .request || header.kind == .batchRequest else {
                throw MarshalError(.badHeader, "a message of type \(header.kind.rawValue)")
            }
            if settings.tracing.messages > 0 { traceReceived(bytes) }
            try handle(header, UnsafeRawBufferPointer(rebasing: bytes[MessageHeader.size...]))
        } catch {
            warn("a datagram of \(size) bytes is ignored: \(error.message)")
        }
    }

    private func warn(_ message: @autoclosure () -> String) {
        guard settings.tracing.warnsOfDatagrams else { return }
        settings.tracing.warn("\(message())", ["ice-connection": "\(peer)"])
    }

    // MARK: Out, with the lock held

    /// Sends what waits, each request as a datagram, until the system takes no more. In any thread.
    func writeDatagrams(_ outbox: inout Outbox, sent: inout [Invocation]) -> WriteOutcome {
        var outcome = WriteOutcome.done
        outbox.sendEach(sent: &sent) { datagram in
            outcome = write(datagram)
            return outcome == .done
        }
        outbox.isBlocked = outcome == .blocked
        outbox.trim()
        return outcome
    }

    private func write(_ datagram: UnsafeRawBufferPointer) -> WriteOutcome {
        var isSecondTry = false
        while true {
            if send(descriptor, datagram.baseAddress, datagram.count, Int32(MSG_NOSIGNAL)) >= 0 {
                if settings.tracing.network > 2 { traceBytes("sent", datagram.count) }
                return .done
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .blocked
            // Lost before it left, as it may be later.
            case ENOBUFS: return .done
            case let code:
                // It may be an earlier datagram's, as that nobody listens at the port. Such an error is told once.
                guard !isSecondTry else { return .failed(SystemError("send", code: code)) }
                isSecondTry = true
            }
        }
    }
}

extension Connection {
    /// In bytes, before compression.
    var requestSizeMax: Int { isDatagram ? settings.datagrams.sendLimit : Int(Int32.max) }

    /// Why a request that the outbox found too large can't be sent.
    var requestTooLarge: LocalException {
        isDatagram
            ? LocalException(
                .datagramLimit, "a datagram cannot carry a request of more than \(settings.datagrams.sendLimit) bytes")
            : LocalException(.marshal, "a request cannot be longer than 2³¹−1 bytes")
    }
}
