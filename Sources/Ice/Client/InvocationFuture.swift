import EventLoop
import Synchronization

/// The result of an asynchronous invocation, from any thread.
///
/// Completed once: by the answer, a failure, a timeout or a cancel, whichever comes first.
public final class InvocationFuture<Value: Sendable>: Sendable {
    private struct State {
        var result: Result<Value, any Error>?
        var invocation: Invocation?
        var isSent = false
        var isSentSynchronously = false
        var isCancelled = false
        var waiters: [CheckedContinuation<Value, any Error>] = []
        var callbacks: [@Sendable (Result<Value, any Error>) -> Void] = []
        var sentWaiters: [CheckedContinuation<Bool, any Error>] = []
    }

    private let state = Mutex(State())
    /// The operation that was called.
    public let operation: String
    /// The proxy it was called with.
    public let proxy: ObjectPrx

    init(_ operation: String, of proxy: ObjectPrx) {
        self.operation = operation
        self.proxy = proxy
    }
}

extension InvocationFuture {
    // MARK: Result

    /// Waits for the result. Cancelling the waiting task cancels the invocation.
    ///
    /// - Throws: what the invocation failed with; ``LocalException`` `.invocationCanceled` after a cancel.
    public var value: Value {
        get async throws {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    let result = state.withLock { state in
                        if state.result == nil { state.waiters.append(continuation) }
                        return state.result
                    }
                    if let result { continuation.resume(with: result) }
                }
            } onCancel: {
                cancel()
            }
        }
    }

    /// Whether there is a result, also a failure.
    public var isDone: Bool { state.withLock { $0.result != nil } }

    /// Whether ``cancel()`` ended it.
    public var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// Calls when there is a result, on the cooperative pool; at once in the calling thread when there is one already.
    public func onCompletion(_ body: @escaping @Sendable (Result<Value, any Error>) -> Void) {
        let result = state.withLock { state in
            if state.result == nil { state.callbacks.append(body) }
            return state.result
        }
        if let result { body(result) }
    }

    /// Ends it with `InvocationCanceledException`. A request not sent yet is never sent; the server is not told of
    /// the cancel of a sent one.
    ///
    /// - Returns: true when it is cancelled, also by an earlier call; false when it was done before.
    @discardableResult
    public func cancel() -> Bool {
        let canceled = LocalException(.invocationCanceled, "\(operation) was cancelled")
        let invocation = state.withLock { state -> Invocation? in
            guard state.result == nil else { return nil }
            state.isCancelled = true
            return state.invocation
        }
        guard complete(.failure(canceled)) else { return isCancelled }
        if let invocation {
            invocation.prepareCancel()
            invocation.invoker.loop.execute { invocation.cancel() }
        }
        return true
    }
}

extension InvocationFuture {
    // MARK: Sent

    /// Whether the request was handed to the system completely.
    public var isSent: Bool { state.withLock { $0.isSent } }

    /// Whether that happened in the call that made the invocation.
    public var isSentSynchronously: Bool { state.withLock { $0.isSentSynchronously } }

    /// Waits until the request is sent.
    ///
    /// - Returns: ``isSentSynchronously``.
    /// - Throws: what the invocation failed with before it was sent.
    public func sent() async throws -> Bool {
        try await withCheckedThrowingContinuation { continuation in
            let outcome = state.withLock { state -> Result<Bool, any Error>? in
                if state.isSent { return .success(state.isSentSynchronously) }
                if case .failure(let error)? = state.result { return .failure(error) }
                state.sentWaiters.append(continuation)
                return nil
            }
            if let outcome { continuation.resume(with: outcome) }
        }
    }
}

extension InvocationFuture {
    // MARK: For the runtime

    func begin(_ invocation: Invocation) { state.withLock { if $0.result == nil { $0.invocation = invocation } } }

    func markSent(synchronously: Bool) {
        let waiters = state.withLock { state -> [CheckedContinuation<Bool, any Error>] in
            guard !state.isSent else { return [] }
            state.isSent = true
            state.isSentSynchronously = synchronously
            defer { state.sentWaiters = [] }
            return state.sentWaiters
        }
        for waiter in waiters { waiter.resume(returning: synchronously) }
    }

    /// - Returns: false when it was complete before.
    @discardableResult
    func complete(_ result: Result<Value, any Error>) -> Bool {
        var done = State()
        let isFirst = state.withLock { state -> Bool in
            guard state.result == nil else { return false }
            state.result = result
            state.invocation = nil
            swap(&done.waiters, &state.waiters)
            swap(&done.callbacks, &state.callbacks)
            if case .failure = result, !state.isSent { swap(&done.sentWaiters, &state.sentWaiters) }
            return true
        }
        guard isFirst else { return false }
        for waiter in done.waiters { waiter.resume(with: result) }
        if case .failure(let error) = result { for waiter in done.sentWaiters { waiter.resume(throwing: error) } }
        let callbacks = done.callbacks
        // Users' code never runs on a loop; its order is that of registration.
        if !callbacks.isEmpty { Task { for callback in callbacks { callback(result) } } }
        return true
    }
}
