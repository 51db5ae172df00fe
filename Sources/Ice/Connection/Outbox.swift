import IceEncoding
import Synchronization

/// What a connection has to send and what it waits for. Pure: bytes go in, whoever owns the socket takes them out.
///
/// Legal phases: validating → active → draining → closing → closed; active may skip draining, and each may go to closed
/// at once, which is the end. A request outside active is refused, which is no error: its owner takes another connection.
struct Outbox: ~Copyable, Sendable {
    var phase: Phase
    /// In bytes; nothing longer is taken.
    private let messageSizeMax: Int
    /// Requests that wait for a reply.
    var pending = PendingTable<Invocation>()
    /// Requests not completely written, in the order of the stream.
    private(set) var unsent: [Invocation] = []
    /// The number of requests that were ever accepted.
    private(set) var accepted: UInt64 = 0
    /// Whether the system takes no more for now, so that the loop waits until it does.
    var isBlocked = false
    /// The thread whose replies are sent together when it says so; 0 for none.
    var corkingThread: UInt = 0

    private var output = OutputBuffer(minimumCapacity: 4096)
    /// The bytes of `output` that are written.
    private var head = 0
    /// The place of `output`'s first byte in the stream.
    private var base: UInt64 = 0
    /// The size of all requests in `unsent`.
    private var requestBytes = 0
    /// The size of those in `unsent` that were withdrawn. They are taken out together, before anything is written:
    /// taken out one by one, thousands that time out in the same moment would move all later bytes thousands of times.
    private var withdrawnBytes = 0

    /// Is told of each message; nil when nobody wants to know. Runs under the connection's lock.
    private let trace: (@Sendable (UnsafeRawBufferPointer) -> Void)?

    init(
        _ phase: Phase, messageSizeMax: Int = Int(Int32.max),
        trace: (@Sendable (UnsafeRawBufferPointer) -> Void)? = nil
    ) {
        self.phase = phase
        self.messageSizeMax = messageSizeMax
        self.trace = trace
    }

    private func traceMessage(from start: Int) {
        if let trace { trace(UnsafeRawBufferPointer(rebasing: output.bytes[start...])) }
    }

    /// Whether replies and heartbeats may be sent.
    var isOpen: Bool { phase == .active || phase == .draining || phase == .closing }

    /// Whether no request of this side waits for anything.
    var isQuiet: Bool { pending.count == 0 && unsentBytes == 0 }

    /// The number of requests that wait to be written completely.
    var unsentRequests: Int { unsent.count { !$0.isWithdrawn } }

    /// The number of bytes that wait to be written.
    var unsentBytes: Int { output.count - head - withdrawnBytes }

    /// The number of bytes that wait to be written and are no requests; up to one message less while a request is half
    /// written.
    var unsentReplyBytes: Int { output.count - head - requestBytes }
}

extension Outbox {
    // MARK: In

    /// Adds a request with its parameters.
    ///
    /// - Parameter prepared: the whole request, with an id of ``reserveId(for:)``; used up whatever is returned.
    mutating func append(
        _ invocation: Invocation, payload: UnsafeRawBufferPointer, prepared: PreparedMessage? = nil
    ) -> Admission {
        guard phase == .active, !invocation.isCancelRequested.load(ordering: .sequentiallyConsistent) else {
            if let prepared { pending.release(prepared.requestId) }
            return phase == .active ? .withheld : .refused
        }
        let start = output.count
        if let prepared {
            output.append(prepared.bytes)
            invocation.requestId = prepared.requestId
            if invocation.isTwoway { pending.fill(prepared.requestId, invocation) }
        } else {
            let size = invocation.messageSize(payload)
            guard size <= messageSizeMax else { return .tooLarge }
            output.reserve(size)
            invocation.writeMessage(payload, into: &output)
            if invocation.compresses { output.patch(1 as UInt8, at: start + 9) }
            if invocation.isTwoway {
                invocation.requestId = pending.insert(invocation)
                output.patch(invocation.requestId, at: start + MessageHeader.size)
            }
        }
        invocation.isWritten = false
        invocation.isWithdrawn = false
        requestBytes += output.count - start
        invocation.range = base + UInt64(start)..<base + UInt64(output.count)
        unsent.append(invocation)
        accepted += 1
        traceMessage(from: start)
        return .accepted
    }

    /// Adds a message without body.
    mutating func append(_ kind: MessageHeader.Kind) {
        let start = output.beginMessage(kind)
        output.endMessage(start)
        traceMessage(from: start)
    }

    /// Adds a reply.
    mutating func append(
        replyTo requestId: Int32, _ response: OutgoingResponse, compresses: Bool = false,
        prepared: PreparedMessage? = nil
    ) {
        let start = output.count
        if let prepared {
            output.append(prepared.bytes)
            return traceMessage(from: start)
        }
        output.reserve(MessageHeader.size + 5 + response.payload.count)
        response.writeMessage(requestId, compresses: compresses, into: &output)
        traceMessage(from: start)
    }
}

extension Outbox {
    // MARK: Out

    /// Lends the bytes to be written.
    mutating func withUnsent<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        removeWithdrawn()
        return body(UnsafeRawBufferPointer(rebasing: output.bytes[head...]))
    }

    /// Lends each request to be written until one can't be, for connections that carry nothing else.
    ///
    /// - Parameter send: returns whether it was written, all of it.
    mutating func sendEach(sent: inout [Invocation], _ send: (UnsafeRawBufferPointer) -> Bool) {
        removeWithdrawn()
        var end = head
        for invocation in unsent {
            let next = end + invocation.range.count
            guard send(UnsafeRawBufferPointer(rebasing: output.bytes[end..<next])) else { break }
            end = next
        }
        if end > head { wrote(end - head, sent: &sent) }
    }

    /// `count` bytes were written. Requests that are complete now are moved into `sent`.
    mutating func wrote(_ count: Int, sent: inout [Invocation]) {
        head += count
        if head == output.count {
            base += UInt64(head)
            head = 0
            output.truncate(to: 0)
            requestBytes = 0
            if sent.isEmpty {
                swap(&sent, &unsent)
            } else {
                sent += unsent
                unsent.removeAll(keepingCapacity: true)
            }
            for invocation in sent { invocation.isWritten = true }
            return
        }
        let place = base + UInt64(head)
        let complete = unsent.prefix { $0.range.upperBound <= place }
        for invocation in complete {
            invocation.isWritten = true
            requestBytes -= invocation.range.count
        }
        sent += complete
        unsent.removeFirst(complete.count)
        if head >= 65_536, head * 2 >= output.count {
            output.removeFirst(head)
            base += UInt64(head)
            head = 0
        }
    }

    /// Gives back memory that a burst needed.
    mutating func trim() {
        if output.count == 0 { output.shrink(toCapacity: 65_536) }
    }
}

extension Outbox {
    // MARK: Replies and ends

    /// Takes out what the reply with that id is for; nil when nothing waits for it. A reply to a request that has not
    /// left completely is as unknown as any.
    mutating func takePending(_ id: Int32) -> Invocation? {
        guard let invocation = pending.element(id), invocation.isWritten else { return nil }
        return pending.remove(id)
    }

    /// Forgets a request. When nothing of it is written it never will be.
    ///
    /// - Returns: whether the peer has or will get the whole request.
    mutating func withdraw(_ invocation: Invocation) -> Bool {
        if invocation.requestId != 0, pending.element(invocation.requestId) === invocation {
            _ = pending.remove(invocation.requestId)
        }
        if invocation.isWritten { return true }
        guard !invocation.isWithdrawn, isUnsent(invocation) else { return false }
        guard invocation.range.lowerBound >= base + UInt64(head) else {
            // Its first bytes left, so the rest must follow.
            return true
        }
        mark(invocation)
        // Not before half of the bytes are of no use, so that each byte moves few times.
        if withdrawnBytes * 2 > output.count - head { removeWithdrawn() }
        return false
    }

    /// Whether it is one of those not completely written: they are in the order of their ranges.
    private func isUnsent(_ invocation: Invocation) -> Bool {
        var (low, high) = (0, unsent.count)
        while low < high {
            let middle = (low + high) / 2
            if unsent[middle].range.lowerBound < invocation.range.lowerBound { low = middle + 1 } else { high = middle }
        }
        return low < unsent.count && unsent[low] === invocation
    }

    private mutating func mark(_ invocation: Invocation) {
        invocation.isWithdrawn = true
        withdrawnBytes += invocation.range.count
    }

    /// Takes out the bytes of all withdrawn requests.
    private mutating func removeWithdrawn() {
        guard withdrawnBytes > 0 else { return }
        var kept = OutputBuffer(minimumCapacity: max(unsentBytes, 4096))
        var done = head
        var removed: UInt64 = 0
        for invocation in unsent {
            let range = invocation.range
            if invocation.isWithdrawn {
                kept.append(UnsafeRawBufferPointer(rebasing: output.bytes[done..<Int(range.lowerBound - base)]))
                done = Int(range.upperBound - base)
                removed += UInt64(range.count)
            } else {
                invocation.range = range.lowerBound - removed..<range.upperBound - removed
            }
        }
        kept.append(UnsafeRawBufferPointer(rebasing: output.bytes[done...]))
        unsent.removeAll(where: \.isWithdrawn)
        output = kept
        base += UInt64(head)
        head = 0
        requestBytes -= withdrawnBytes
        withdrawnBytes = 0
    }

    /// Forgets all requests, in the order in which they were made. Of those not yet begun nothing will be written.
    ///
    /// - Parameter finishesBegun: whether one of which only a part is written will be written to its end.
    mutating func takeAll(finishesBegun: Bool) -> [Invocation] {
        removeWithdrawn()
        if finishesBegun, let first = unsent.first, first.range.lowerBound < base + UInt64(head) {
            first.isWritten = true
        }
        var all = pending.removeAll()
        all += unsent.filter { !$0.isTwoway }
        all.sort { $0.range.lowerBound < $1.range.lowerBound }
        for invocation in unsent where invocation.range.lowerBound >= base + UInt64(head) { mark(invocation) }
        removeWithdrawn()
        return all
    }

    /// The end: frees the bytes.
    mutating func close() {
        phase = .closed
        unsent = []
        requestBytes = 0
        withdrawnBytes = 0
        base += UInt64(output.count)
        head = 0
        output.truncate(to: 0)
        output.shrink(toCapacity: 16)
    }
}
