import Synchronization

/// The invocations that were made with `Prefer: respond-async`, for all loops.
///
/// Each belongs to the loop that made it, which alone says how it ended; any loop may look at it, wait for it and ask to cancel it.
final class InvocationStore: Sendable {
    /// Called once in the thread of the loop that ended the invocation; hands over to its own.
    typealias Waiter = @Sendable (StoredInvocation) -> Void

    enum Waiting {
        case over(StoredInvocation)
        /// The number is for ``stopWaiting(_:_:)``.
        case waits(Int)
        case unknown
    }

    private struct Record: Sendable {
        var invocation: StoredInvocation
        /// Asks its loop to cancel it; nil when it is over.
        var cancel: (@Sendable () -> Void)?
        var waiters: [Int: Waiter] = [:]
    }

    private struct State {
        var table: KeptTable<String, Record>
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

    // MARK: Its loop

    /// - Parameters:
    ///   - bytes: what the request takes while it runs.
    ///   - cancel: asks its loop to cancel it; from any thread.
    /// - Returns: false when as many run as may.
    func begin(_ invocation: StoredInvocation, bytes: Int, cancel: @escaping @Sendable () -> Void) -> Bool {
        let now = clock()
        return state.withLock { state in
            state.table.insert(invocation.id, Record(invocation: invocation, cancel: cancel), bytes: bytes, now: now)
        }
    }

    /// Its request was refused: nobody knows the id yet.
    func withdraw(_ id: String) { _ = state.withLock { $0.table.remove(id) } }

    func sent(_ id: String, synchronously: Bool) {
        state.withLock { state in
            _ = state.table.update(id) { record in
                guard !record.invocation.isSent else { return }
                record.invocation.isSent = true
                record.invocation.isSentSynchronously = synchronously
            }
        }
    }

    /// It is over; those that wait are told.
    ///
    /// - Parameter response: nil when it was cancelled.
    func finish(_ id: String, _ response: StoredResponse?) {
        let now = clock()
        let finished = Timestamp.now()
        let told = state.withLock { state -> (StoredInvocation, [Waiter])? in
            let expires = finished.advanced(byNanoseconds: state.table.keep)
            let told = state.table.update(id) { record in
                let waiters = Array(record.waiters.values)
                record.waiters = [:]
                record.cancel = nil
                record.invocation.finish(response, at: finished, expires: expires)
                return (record.invocation, waiters)
            }
            state.table.end(id, bytes: response?.size ?? StoredResponse.overhead, now: now)
            return told
        }
        guard let (invocation, waiters) = told else { return }
        for waiter in waiters { waiter(invocation) }
    }

    // MARK: Any loop

    /// Nil when it is unknown or has expired.
    func find(_ id: String) -> StoredInvocation? {
        let now = clock()
        return state.withLock { $0.table.find(id, now: now)?.invocation }
    }

    /// Waits for the end of one that runs.
    func wait(_ id: String, _ waiter: @escaping Waiter) -> Waiting {
        let now = clock()
        return state.withLock { state in
            guard let record = state.table.find(id, now: now) else { return .unknown }
            guard record.invocation.state == .running else { return .over(record.invocation) }
            state.lastWaiter += 1
            let number = state.lastWaiter
            _ = state.table.update(id) { $0.waiters[number] = waiter }
            return .waits(number)
        }
    }

    func stopWaiting(_ id: String, _ number: Int) {
        _ = state.withLock { state in state.table.update(id) { $0.waiters[number] = nil } }
    }

    /// Whoever wants to know how it ends waits for it.
    func cancel(_ id: String) {
        let now = clock()
        state.withLock { $0.table.find(id, now: now)?.cancel }?()
    }
}

extension StoredInvocation {
    fileprivate mutating func finish(_ response: StoredResponse?, at time: Timestamp, expires: Timestamp) {
        finished = time
        self.expires = expires
        self.response = response
        guard let response else {
            state = .cancelled
            return
        }
        state = response.code == nil ? .succeeded : .failed
        // A servant that may have run has been sent the request.
        if !response.isUndispatched { isSent = true }
    }
}
