import IceEncoding
import Synchronization

/// What a connection has to send and what it waits for. Pure: bytes go in, whoever owns the socket takes them out.
///
/// Legal phases: validating → active → closing → closed; validating and active may go to closed at once; closed is the
/// end. A request outside active is refused, which is no error: its owner takes another connection.
struct Outbox: ~Copyable, Sendable {
    enum Phase: Equatable {
        /// A client's connection before the server's first message. Nothing may be sent.
        case validating
        case active
        /// No new request; CloseConnection is or will be sent.
        case closing
        case closed
    }

    /// What became of a request that was to be added.
    enum Admission {
        case accepted
        /// The connection takes none; another may.
        case refused
        /// It is being cancelled; nobody shall send it.
        case withheld
        /// No message can be so long.
        case tooLarge
    }

    var phase: Phase
    /// Requests that wait for a reply.
    private(set) var pending = PendingTable<Invocation>()
    /// Requests not completely written, in the order of the stream.
    private(set) var unsent: [Invocation] = []
    /// Whether the system takes no more for now, so that the loop waits until it does.
    var isBlocked = false
    /// The thread whose replies are sent together when it says so; 0 for none.
    var corkingThread: UInt = 0

    private var output = OutputBuffer(minimumCapacity: 4096)
    /// The bytes of `output` that are written.
    private var head = 0
    /// The place of `output`'s first byte in the stream.
    private var base: UInt64 = 0

    init(_ phase: Phase) { self.phase = phase }

    /// The number of bytes that wait to be written.
    var unsentBytes: Int { output.count - head }
}

extension Outbox {
    // MARK: In

    /// Adds a request with its parameters.
    mutating func append(_ invocation: Invocation, payload: UnsafeRawBufferPointer) -> Admission {
        guard phase == .active else { return .refused }
        guard !invocation.isCancelRequested.load(ordering: .sequentiallyConsistent) else { return .withheld }
        let start = output.count
        let template = invocation.template.bytes
        let context = invocation.context.bytes
        let size = template.count + context.count + payload.count
        guard size <= Int(Int32.max) else { return .tooLarge }
        output.reserve(size)
        output.append(template)
        output.append(context)
        output.append(payload)
        output.endMessage(start)
        if invocation.isTwoway {
            invocation.requestId = pending.insert(invocation)
            output.patch(invocation.requestId, at: start + MessageHeader.size)
        }
        invocation.isWritten = false
        invocation.range = base + UInt64(start)..<base + UInt64(output.count)
        unsent.append(invocation)
        return .accepted
    }

    /// Adds a message without body.
    mutating func append(_ kind: MessageHeader.Kind) {
        let start = output.beginMessage(kind)
        output.endMessage(start)
    }

    /// Adds a reply.
    mutating func append(replyTo requestId: Int32, _ response: OutgoingResponse) {
        let start = output.count
        output.reserve(MessageHeader.size + 5 + response.body.count)
        _ = output.beginMessage(.reply)
        output.append(requestId)
        output.append(response.replyStatus.rawValue)
        output.append(response.body)
        output.endMessage(start)
    }
}

extension Outbox {
    // MARK: Out

    /// Lends the bytes to be written.
    func withUnsent<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        body(UnsafeRawBufferPointer(rebasing: output.bytes[head...]))
    }

    /// `count` bytes were written. Requests that are complete now are moved into `sent`.
    mutating func wrote(_ count: Int, sent: inout [Invocation]) {
        head += count
        if head == output.count {
            base += UInt64(head)
            head = 0
            output.truncate(to: 0)
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
        for invocation in complete { invocation.isWritten = true }
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
        guard let index = unsent.firstIndex(where: { $0 === invocation }) else { return invocation.isWritten }
        guard invocation.range.lowerBound >= base + UInt64(head) else {
            // Its first bytes left, so the rest must follow.
            return true
        }
        remove(unsentAt: index)
        return false
    }

    private mutating func remove(unsentAt index: Int) {
        let invocation = unsent.remove(at: index)
        let range = invocation.range
        output.removeSubrange(Int(range.lowerBound - base)..<Int(range.upperBound - base))
        let size = range.upperBound - range.lowerBound
        for later in unsent[index...] {
            later.range = later.range.lowerBound - size..<later.range.upperBound - size
        }
    }

    /// Forgets all requests, in the order in which they were made. Of those not yet begun nothing will be written.
    ///
    /// - Parameter finishesBegun: whether one of which only a part is written will be written to its end.
    mutating func takeAll(finishesBegun: Bool) -> [Invocation] {
        if finishesBegun, let first = unsent.first, first.range.lowerBound < base + UInt64(head) {
            first.isWritten = true
        }
        var all = pending.removeAll()
        all += unsent.filter { !$0.isTwoway }
        all.sort { $0.range.lowerBound < $1.range.lowerBound }
        while let last = unsent.last, last.range.lowerBound >= base + UInt64(head) {
            remove(unsentAt: unsent.count - 1)
        }
        return all
    }

    /// The end: frees the bytes.
    mutating func close() {
        phase = .closed
        unsent = []
        base += UInt64(output.count)
        head = 0
        output.truncate(to: 0)
        output.shrink(toCapacity: 16)
    }
}
