import EventLoop
import Synchronization

/// The result of an asynchronous invocation, from any thread.
///
/// Completed once: by the answer, a failure, a timeout or a cancel, whichever comes first. An invocation goes on when
/// nobody keeps its future.
public final class InvocationFuture<Value: Sendable>: Sendable {
    struct State {
        var result: Result<Value, any Error>?
        var invocation: Invocation?
        var isSent = false
        var isSentSynchronously = false
        var isCancelled = false
        var waiters: [CheckedContinuation<Result<Value, any Error>, Never>] = []
        var callbacks: [@Sendable (Result<Value, any Error>) -> Void] = []
        var sentWaiters: [CheckedContinuation<Result<Bool, any Error>, Never>] = []
        var sentCallbacks: [@Sendable (Bool) -> Void] = []
        /// Of blocked threads, each of which looks again.
        var latches: [Countdown] = []
    }

    let state: Mutex<State>
    /// The operation that was called; empty for a future made by ``completed(_:)``.
    public let operation: String
    /// The proxy it was called with; nil for a flush of a connection or communicator, and one made by ``completed(_:)``.
    public let proxy: ObjectPrx?
    /// The connection whose batch it flushes; nil for everything else, also for what is called with a proxy.
    public let connection: Connection?
    /// The communicator it belongs to; nil for a future made by ``completed(_:)``, and for a flush of a connection that
    /// nothing was collected for.
    public let communicator: Communicator?

    init(_ operation: String, of proxy: ObjectPrx) {
        state = Mutex(State())
        self.operation = operation
        self.proxy = proxy
        connection = nil
        communicator = proxy.ice_getCommunicator()
    }

    /// For what is not called with a proxy.
    init(_ operation: String, connection: Connection?, communicator: Communicator?) {
        state = Mutex(State())
        self.operation = operation
        proxy = nil
        self.connection = connection
        self.communicator = communicator
    }

    private init(_ value: Value) {
        state = Mutex(State(result: .success(value)))
        operation = ""
        proxy = nil
        connection = nil
        communicator = nil
    }

    /// A future that is done, as if an invocation had succeeded; it was never sent.
    public static func completed(_ value: Value) -> InvocationFuture { InvocationFuture(value) }
}

extension InvocationFuture {
    // MARK: Result

    /// Waits for the result. Cancelling a waiting task cancels the invocation, for all that wait.
    ///
    /// - Throws: what the invocation failed with; ``LocalException`` `.invocationCanceled` after a cancel.
    public var value: Value {
        get async throws { try await result().get() }
    }

    /// Waits for the end: what the invocation failed with, nil when it succeeded. Cancelling a waiting task cancels the
    /// invocation.
    ///
    /// - Throws: ``LocalException`` `.invocationCanceled` after a cancel.
    public var exception: (any Error)? {
        get async throws { try failure(in: await result()) }
    }

    private func result() async -> Result<Value, any Error> {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let result = state.withLock { state in
                    if state.result == nil { state.waiters.append(continuation) }
                    return state.result
                }
                if let result { continuation.resume(returning: result) }
            }
        } onCancel: {
            cancel()
        }
    }

    func failure(in result: Result<Value, any Error>) throws -> (any Error)? {
        guard case .failure(let error) = result else { return nil }
        if isCancelled { throw error }
        return error
    }

    /// Whether there is a result, also a failure.
    public var isDone: Bool { state.withLock { $0.result != nil } }

    /// Whether ``cancel()`` ended it.
    public var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// Whether there is no result yet.
    public var isRunning: Bool { !isDone }

    /// Ends it with `InvocationCanceledException`. A request not sent yet is never sent; the server is not told of
    /// the cancel of a sent one, and its answer is ignored.
    ///
    /// - Returns: true when it is cancelled, also by an earlier call; false when it was done before.
    @discardableResult
    public func cancel() -> Bool {
        let canceled = LocalException(.invocationCanceled, "\(operation) was cancelled")
        guard let before = settle(.failure(canceled), cancels: true) else { return isCancelled }
        if let invocation = before.invocation {
            invocation.prepareCancel()
            invocation.invoker.loop.execute { invocation.cancel() }
        }
        tell(before, .failure(canceled))
        return true
    }
}

extension InvocationFuture {
    // MARK: Sent

    /// Whether the request was handed to the system completely. False of one that failed or was cancelled before.
    public var isSent: Bool { state.withLock { $0.isSent } }

    /// Whether that happened in the call that made the invocation; false of a request that had to wait, for a connection
    /// or for those before it.
    public var isSentSynchronously: Bool { state.withLock { $0.isSentSynchronously } }

    /// Waits until the request is sent. Cancelling a waiting task cancels the invocation.
    ///
    /// - Returns: ``isSentSynchronously``.
    /// - Throws: what the invocation failed with before it was sent.
    public func sent() async throws -> Bool {
        if let outcome = state.withLock({ $0.sentOutcome }) { return try outcome.get() }
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome = state.withLock { state in
                    if state.sentOutcome == nil { state.sentWaiters.append(continuation) }
                    return state.sentOutcome
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            cancel()
        }.get()
    }
}

extension InvocationFuture.State {
    /// What whoever waits for the request to leave is told; nil when that is not known yet.
    var sentOutcome: Result<Bool, any Error>? {
        if isSent { return .success(isSentSynchronously) }
        return result?.map { _ in false }
    }
}

extension InvocationFuture {
    // MARK: For the runtime

    func begin(_ invocation: Invocation) { state.withLock { $0.invocation = invocation } }

    /// The request left in the call that makes the invocation; nobody else has the future yet.
    func markSentSynchronously() {
        state.withLock { state in
            state.isSent = true
            state.isSentSynchronously = true
        }
    }

    /// The request left later, or a reply proves that it did.
    func markSent() {
        let before = state.withLock { state -> State? in
            guard !state.isSent, state.result == nil else { return nil }
            let before = state
            state.isSent = true
            state.sentWaiters = []
            state.sentCallbacks = []
            state.latches = []
            return before
        }
        guard let before else { return }
        for waiter in before.sentWaiters { waiter.resume(returning: .success(false)) }
        for latch in before.latches { latch.down() }
        let callbacks = before.sentCallbacks
        if !callbacks.isEmpty { runCallbacks { for callback in callbacks { callback(false) } } }
    }

    /// Ends it.
    ///
    /// - Returns: false when it was complete before.
    @discardableResult
    func complete(_ result: Result<Value, any Error>) -> Bool {
        guard let before = settle(result) else { return false }
        tell(before, result)
        return true
    }

    /// - Returns: the state before, with all that are to be told; nil when it was complete.
    private func settle(_ result: Result<Value, any Error>, cancels: Bool = false) -> State? {
        state.withLock { state in
            guard state.result == nil else { return nil }
            let before = state
            state = State(
                result: result, isSent: before.isSent, isSentSynchronously: before.isSentSynchronously,
                isCancelled: cancels)
            return before
        }
    }

    private func tell(_ before: State, _ result: Result<Value, any Error>) {
        for waiter in before.waiters { waiter.resume(returning: result) }
        for waiter in before.sentWaiters { waiter.resume(returning: result.map { _ in false }) }
        for latch in before.latches { latch.down() }
        let callbacks = before.callbacks
        if !callbacks.isEmpty { runCallbacks { for callback in callbacks { callback(result) } } }
    }

    /// Users' code never runs on a loop, nor inside a call of another user.
    private func runCallbacks(_ body: @escaping @Sendable () -> Void) {
        Task.detached(executorPreference: communicator?.executor) { body() }
    }
}
