/// What one loop counted of one operation of one service, or of one of the gateway's own paths.
///
/// Counting allocates nothing once an outcome has been seen.
struct OperationMeter: Sendable {
    /// How requests ended; few for each operation.
    struct Outcome: Sendable, Hashable {
        let method: HTTPRequest.Method
        /// 499: the client was gone before the answer.
        let status: Int
        let code: ErrorCode?
    }

    /// Empty for the gateway's own paths.
    let service: String
    /// A path when there is no service; empty for unknown ones.
    let operation: String
    private(set) var outcomes: [(outcome: Outcome, count: UInt64)] = []
    /// By bucket, not cumulative; the last one is beyond all bounds.
    private(set) var buckets = [UInt64](repeating: 0, count: Self.bounds.count + 1)
    /// Nanoseconds.
    private(set) var totalTime: UInt64 = 0
    /// Bytes of bodies.
    private(set) var received: UInt64 = 0
    private(set) var sent: UInt64 = 0

    init(service: String, operation: String) {
        self.service = service
        self.operation = operation
    }

    /// Upper bounds of the buckets of request durations, in nanoseconds.
    static let bounds: [UInt64] = [
        500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000, 250_000_000,
        500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000,
    ]

    /// - Parameter time: from the request to its answer, in nanoseconds; nil for a request that was never complete.
    mutating func count(_ outcome: Outcome, time: UInt64?, received: Int, sent: Int) {
        add(outcome, 1)
        if let time {
            buckets[Self.bounds.firstIndex { time <= $0 } ?? Self.bounds.count] &+= 1
            totalTime &+= time
        }
        self.received &+= UInt64(received)
        self.sent &+= UInt64(sent)
    }

    private mutating func add(_ outcome: Outcome, _ count: UInt64) {
        for index in outcomes.indices where outcomes[index].outcome == outcome {
            outcomes[index].count &+= count
            return
        }
        outcomes.append((outcome, count))
    }

    /// Adds what another loop counted of the same operation.
    mutating func add(_ other: OperationMeter) {
        for (outcome, count) in other.outcomes { add(outcome, count) }
        for index in buckets.indices { buckets[index] &+= other.buckets[index] }
        totalTime &+= other.totalTime
        received &+= other.received
        sent &+= other.sent
    }
}
