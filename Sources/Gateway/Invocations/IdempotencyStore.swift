import Synchronization

/// First answers by `Idempotency-Key`, for all loops.
///
/// A key is in use from its first request until ``finish(_:_:endsLater:)``, or ``end(_:forgets:)`` when that comes later; then its answer is
/// kept for a while.
final class IdempotencyStore: Sendable {
    /// Called once in the thread of the loop that got the answer; hands over to its own. True when the answer is repeated, false when the
    /// key has been forgotten, for nothing was executed.
    typealias Waiter = @Sendable (StoredResponse, Bool) -> Void

    enum Beginning {
        /// The caller executes the request and says how it ended.
        case first
        case answered(StoredResponse)
        /// The first request runs; the number is for ``stopWaiting(_:_:)``.
        case waits(Int)
        case otherRequest
        case full
    }

    private struct Record: Sendable {
        let fingerprint: [UInt8]
        var response: StoredResponse?
        var waiters: [Int: Waiter] = [:]
    }

    private struct State {
        var table: KeptTable<IdempotencyKey, Record>
        var lastWaiter = 0
    }

    private let state: Mutex<State>
    private let clock: @Sendable () -> UInt64

    /// - Parameter clock: in nanoseconds.
    init(maximum: Int, maximumBytes: Int, keep: UInt64, clock: @escaping @Sendable () -> UInt64) {
        state = Mutex(State(table: KeptTable(maximum: maximum, maximumBytes: maximumBytes, keep: keep)))
        self.clock = clock
    }

    func configure(maximum: Int, keep: UInt64) {
        state.withLock { $0.table.configure(maximum: maximum, keep: keep) }
    }

    var count: Int { state.withLock { $0.table.count } }

    // MARK: Requests

    /// - Parameter bytes: what the request takes while it runs.
    func begin(
        _ key: IdempotencyKey, _ fingerprint: [UInt8], bytes: Int, _ waiter: @escaping Waiter
    ) -> Beginning {
        let now = clock()
        return state.withLock { state in
            guard let record = state.table.find(key, now: now) else {
                let isTaken = state.table.insert(key, Record(fingerprint: fingerprint), bytes: bytes, now: now)
                return isTaken ? .first : .full
            }
            guard record.fingerprint == fingerprint else { return .otherRequest }
            if let response = record.response { return .answered(response) }
            state.lastWaiter += 1
            let number = state.lastWaiter
            _ = state.table.update(key) { $0.waiters[number] = waiter }
            return .waits(number)
        }
    }

    func stopWaiting(_ key: IdempotencyKey, _ number: Int) {
        _ = state.withLock { state in state.table.update(key) { $0.waiters[number] = nil } }
    }

    // MARK: The first request

    /// The first request is answered; those that wait are told. A request that was provably not executed is forgotten, so that a retry
    /// is one.
    ///
    /// - Parameter endsLater: whether ``end(_:forgets:)`` will be called.
    func finish(_ key: IdempotencyKey, _ response: StoredResponse, endsLater: Bool) {
        let now = clock()
        let size = key.size + response.size
        let waiters = state.withLock { state -> [Waiter] in
            if response.isUndispatched { return state.table.remove(key).map { Array($0.waiters.values) } ?? [] }
            let waiters = state.table.update(key) { record in
                defer { record.waiters = [:] }
                record.response = response
                return Array(record.waiters.values)
            }
            if endsLater { state.table.resize(key, bytes: size) } else { state.table.end(key, bytes: size, now: now) }
            return waiters ?? []
        }
        for waiter in waiters { waiter(response, !response.isUndispatched) }
    }

    /// What the answer spoke of has ended.
    ///
    /// - Parameter forgets: whether it was provably not executed.
    func end(_ key: IdempotencyKey, forgets: Bool) {
        let now = clock()
        state.withLock { state in
            if forgets {
                _ = state.table.remove(key)
            } else {
                let size = state.table.find(key, now: now)?.response?.size ?? 0
                state.table.end(key, bytes: key.size + size, now: now)
            }
        }
    }
}
