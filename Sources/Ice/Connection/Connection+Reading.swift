import EventLoop
import Glibc
import IceEncoding
import Synchronization

extension Connection {
    /// So many reads before other descriptors get their turn.
    static let maximumReads = 16

    /// Reads what is there and handles all whole messages.
    func readAvailable() {
        if let transport { return readAvailable(transport) }
        if isDatagram { return readDatagrams() }
        for _ in 0..<Self.maximumReads {
            let (count, isFull) = input.fill { room in recv(descriptor, room.baseAddress, room.count, 0) }
            if count > 0 {
                if settings.tracing.network > 2 { traceBytes("received", count) }
                lastRead = loop.now
                handleMessages()
                guard !isClosed, !isReadingPaused, !isYielding, isFull else { return }
            } else if count == 0 {
                endOfStream()
                return
            } else if errno == EAGAIN {
                return
            } else if errno != EINTR {
                failLost("connection to \(peer): \(SystemError("recv"))")
                return
            }
        }
    }

    func endOfStream() {
        let within = input.bytes.isEmpty ? "" : " in the middle of a message"
        let hint = isValidated ? nil : transport?.silentEndHint.map { " before its first message: \($0)" }
        failLost("\(peer) closed the connection\(within)\(hint ?? "")")
    }

    /// Handles the whole messages that have arrived. Goes on until the bytes do not suffice for one.
    func handleMessages() {
        while !isClosed, !isReadingPaused, !isYielding {
            let bytes = input.bytes
            guard bytes.count >= MessageHeader.size else { break }
            var cursor = InputCursor(bytes)
            do throws(MarshalError) {
                let header = try MessageHeader(&cursor, maximumSize: settings.messageSizeMax)
                guard bytes.count >= header.messageSize else { break }
                if settings.tracing.messages > 0 {
                    traceReceived(UnsafeRawBufferPointer(rebasing: bytes[..<header.messageSize]))
                }
                let body = UnsafeRawBufferPointer(rebasing: bytes[MessageHeader.size..<header.messageSize])
                try handle(header, body)
                input.consume(header.messageSize)
            } catch {
                fail(protocolFailure(error))
            }
        }
        if let dispatch {
            dispatch.startPending()
            limitReplies()
        }
        endDraining()
        // Whoever stops TLS or WebSocket may leave the socket open.
        if let transport, transport.isAtEnd, !isClosed, !isReadingPaused, !isYielding { endOfStream() }
    }

    private func protocolFailure(_ error: MarshalError) -> LocalException {
        LocalException(
            error.code == .badHeader || error.code == .unsupportedVersion ? .protocolError : .marshal,
            "\(peer) sent \(error.message)")
    }

    func handle(_ header: MessageHeader, _ body: UnsafeRawBufferPointer) throws(MarshalError) {
        switch header.kind {
        case .reply:
            try refuseBeforeValidation()
            try withInflated(header, body) { body throws(MarshalError) in try handleReply(body) }
        case .request, .batchRequest:
            try refuseBeforeValidation()
            try withInflated(header, body) { body throws(MarshalError) in try handleRequest(header, body) }
        case .validateConnection:
            guard body.isEmpty else { throw MarshalError(.badHeader, "a ValidateConnection message with a body") }
            handleValidation()
        case .closeConnection:
            guard body.isEmpty else { throw MarshalError(.badHeader, "a CloseConnection message with a body") }
            try refuseBeforeValidation()
            handleClose()
        }
    }

    /// Lends what follows the header, without compression.
    private func withInflated(
        _ header: MessageHeader, _ body: UnsafeRawBufferPointer,
        _ handle: (UnsafeRawBufferPointer) throws(MarshalError) -> Void
    ) throws(MarshalError) {
        guard header.compression == 2 else { return try handle(body) }
        // Out of the connection meanwhile, so that whatever is handled can't reach the lent bytes.
        var inflater = inflater.take() ?? MessageInflater()
        let inflated = try inflater.inflate(body, maximumSize: settings.messageSizeMax)
        yield(after: inflated.count)
        try handle(inflated)
        self.inflater = consume inflater
    }

    /// In bytes. Some dozens on the wire may become a megabyte, which takes milliseconds; thousands of such messages
    /// arrive together, and are not inflated in one turn of the loop.
    static let maximumInflated = 1 << 20

    /// Lets the loop look after others when much was inflated, then goes on.
    private func yield(after count: Int) {
        inflatedBytes += count
        guard inflatedBytes >= Self.maximumInflated, !isYielding else { return }
        isYielding = true
        loop.execute { [self] in
            inflatedBytes = 0
            isYielding = false
            guard !isClosed, !isReadingPaused else { return }
            handleMessages()
        }
    }

    /// Gives back memory that large messages needed.
    func trimInput() {
        input.trim()
        inflater = nil
    }

    private func refuseBeforeValidation() throws(MarshalError) {
        guard isValidated else {
            throw MarshalError(.badHeader, "another message before ValidateConnection")
        }
    }

    private func handleReply(_ body: UnsafeRawBufferPointer) throws(MarshalError) {
        var cursor = InputCursor(body)
        let id = try cursor.read(Int32.self)
        let status = ReplyStatus(rawValue: try cursor.read(UInt8.self))
        repliesRead += 1
        guard let invocation = outbox.withLock({ $0.takePending(id) }) else { return }
        invocation.replied(status, UnsafeRawBufferPointer(rebasing: body[5...]))
    }

    private func handleValidation() {
        guard !isValidated else {
            hasHeartbeats = true
            return
        }
        isValidated = true
        outbox.withLock { $0.phase = .active }
        startLiveness()
        owner?.connectionValidated(self)
    }

    private func handleClose() {
        fail(closeReason ?? LocalException(.closeConnection, "\(peer) closed the connection gracefully"))
    }

    private func handleRequest(_ header: MessageHeader, _ body: UnsafeRawBufferPointer) throws(MarshalError) {
        // A side that is closing discards requests; the peer knows from CloseConnection that they were not executed.
        guard closeReason == nil else { return }
        receivedRequests += 1
        let adapter = takingAdapter
        try IncomingRequest.readAll(header, body, adapter: adapter, connection: self) { request in
            take(request, adapter)
        }
    }

    private func take(_ request: IncomingRequest, _ adapter: ObjectAdapter?) {
        guard let adapter else { return answerWithoutAdapter(request) }
        let dispatch = dispatchQueue(adapter)
        if dispatch.add(request, from: self) {
            isPausedForDispatch = true
            updateInterest()
        }
    }

    /// A client's connection has no objects unless it was given some.
    private func answerWithoutAdapter(_ request: IncomingRequest) {
        let current = request.current
        guard current.requestId != 0, !isDatagram else { return }
        let response = OutgoingResponse(
            .objectNotExist,
            target: LocalException.Target(identity: current.id, facet: current.facet, operation: current.operation))
        outbox.withLock { $0.append(replyTo: current.requestId, response) }
        requestFlush()
        limitReplies()
    }
}

extension Connection {
    // MARK: Back-pressure

    /// In bytes. A peer that makes requests but takes fewer replies than this is read no further.
    static let maximumUnsentReplies = 1 << 20

    /// Requests of our own don't count: a server may well take none before we have read its replies.
    private func limitReplies() {
        guard !isClosed, closeReason == nil, !isPausedForReplies,
            outbox.withLock({ $0.unsentReplyBytes }) > Self.maximumUnsentReplies
        else { return }
        isPausedForReplies = true
        updateInterest()
        // What is written in other threads doesn't make us read on; this does.
        requestFlush()
    }

    /// Reads on when the peer has taken half of what stopped us.
    func resumeAfterReplies() {
        guard isPausedForReplies, !isClosed,
            outbox.withLock({ $0.unsentReplyBytes }) <= Self.maximumUnsentReplies / 2
        else { return }
        isPausedForReplies = false
        lastRead = loop.now
        handleMessages()
        updateInterest()
    }

    /// Reads on after a dispatch ended. From any thread.
    func resumeReading() {
        loop.execute { [self] in
            guard isPausedForDispatch, !isClosed else { return }
            isPausedForDispatch = false
            lastRead = loop.now
            handleMessages()
            updateInterest()
        }
    }
}
