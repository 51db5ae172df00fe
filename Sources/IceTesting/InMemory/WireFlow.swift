/// The bytes of one direction of a ``Wire``: what was taken from the sender and what the receiver may have. Pure.
struct WireFlow {
    /// Taken from the sender, not yet handed over.
    private(set) var pending: [UInt8] = []
    /// Handed over, the first of them only.
    private(set) var recorded: [UInt8] = []
    /// How many were handed over.
    private(set) var passed = 0
    /// How many may be handed over in all; nil without a limit.
    var limit: Int?
    /// Whether the wire is cut when the limit is reached.
    var cutsAtLimit = false
    /// Whether the sender has ended.
    var isEnded = false
    /// Whether the receiver was told so.
    var isEndPassed = false
    /// Whole messages among the bytes handed over.
    private(set) var messageCount = 0
    /// Where the message begins that is not whole yet, in bytes from the start.
    private var messageStart = 0

    /// So many bytes are recorded.
    static let recordedMaximum = 16 << 20
    /// So many are taken ahead of the receiver.
    static let pendingMaximum = 64 << 10

    /// How many bytes the receiver may have now.
    var ready: Int { min(pending.count, limit.map { max(0, $0 - passed) } ?? pending.count) }

    var wantsMore: Bool { !isEnded && pending.isEmpty }

    /// Whether a limit that cuts is reached.
    var isCut: Bool { cutsAtLimit && limit.map { passed >= $0 } == true }

    mutating func take(_ bytes: some Sequence<UInt8>) { pending += bytes }

    mutating func pass(_ count: Int) {
        let bytes = pending.prefix(count)
        recorded += bytes.prefix(Self.recordedMaximum - recorded.count)
        pending.removeFirst(bytes.count)
        passed += bytes.count
        while let size = messageSize(at: messageStart), messageStart + size <= recorded.count {
            messageStart += size
            messageCount += 1
        }
    }

    /// Nil when the header isn't there, or is none.
    private func messageSize(at start: Int) -> Int? {
        guard recorded.count - start >= 14, recorded[start...].starts(with: "IceP".utf8) else { return nil }
        let size = (0..<4).reduce(0) { $0 | Int(recorded[start + 10 + $1]) << (8 * $1) }
        return size >= 14 && size <= Int32.max ? size : nil
    }

    /// The whole messages that were handed over.
    var messages: [[UInt8]] {
        var messages: [[UInt8]] = []
        var start = 0
        while let size = messageSize(at: start), start + size <= recorded.count {
            messages.append(Array(recorded[start..<start + size]))
            start += size
        }
        return messages
    }
}
