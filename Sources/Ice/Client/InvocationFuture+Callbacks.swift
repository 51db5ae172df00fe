import EventLoop
import Synchronization

extension InvocationFuture {
    // MARK: Callbacks

    /// Calls when there is a result: where callbacks run (see ``Communicator``), never on a loop; at once in the calling
    /// thread when there is one already. Callbacks registered before the result came are called one after the other in
    /// their order.
    public func onCompletion(_ body: @escaping @Sendable (Result<Value, any Error>) -> Void) {
        let isDone = state.withLock { state in
            if !state.isDone { state.callbacks.append { [self] in if let result { body(result) } } }
            return state.isDone
        }
        if isDone, let result { body(result) }
    }

    /// Calls on that executor when there is a result, also when there is one already.
    public func onCompletion(
        on executor: any TaskExecutor, _ body: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        let loopExecutor = executor as? LoopExecutor
        let handOver: @Sendable () -> Void = { [self] in
            guard let result else { return }
            if let loopExecutor { return loopExecutor.run { body(result) } }
            Task.detached(executorPreference: executor) { body(result) }
        }
        let isDone = state.withLock { state in
            if !state.isDone { state.handOvers.append(handOver) }
            return state.isDone
        }
        if isDone { handOver() }
    }

    /// Hands the call over when there is a result, also when there is one already.
    ///
    /// - Parameter executor: runs what it is given, now or later, as `{ queue.async(execute: $0) }`. Must not block.
    public func onCompletion(
        on executor: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void,
        _ body: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        onCompletion { result in executor { body(result) } }
    }

    /// Calls once when the request is sent, however often it is repeated: where callbacks run, with false; at once in
    /// the calling thread when it was sent before, with ``isSentSynchronously``. Never calls when the invocation fails
    /// or is cancelled before.
    public func onSent(_ body: @escaping @Sendable (_ sentSynchronously: Bool) -> Void) {
        let sentSynchronously = state.withLock { state -> Bool? in
            if state.isSent { return state.isSentSynchronously }
            if !state.isDone { state.sentCallbacks.append(body) }
            return nil
        }
        if let sentSynchronously { body(sentSynchronously) }
    }

    /// Calls on that executor when the request is sent, also when it was sent before.
    public func onSent(on executor: any TaskExecutor, _ body: @escaping @Sendable (_ sentSynchronously: Bool) -> Void) {
        onSent { isSynchronous in Task.detached(executorPreference: executor) { body(isSynchronous) } }
    }
}

extension InvocationFuture {
    // MARK: Blocking

    /// Blocks the thread until there is a result. Only for threads of your own: one of the cooperative pool that blocks
    /// keeps other tasks, perhaps the one that answers, from running.
    ///
    /// - Parameter timeout: after which the wait ends and the invocation goes on; zero looks and returns; nil waits for
    ///   ever.
    /// - Throws: what the invocation failed with; ``LocalException`` `.timeout` when the time is over.
    @available(*, noasync, message: "blocks the thread; await 'value'")
    public func wait(timeout: Duration? = nil) throws -> Value {
        try blocked(timeout).get()
    }

    /// As ``exception``, blocking the thread as ``wait(timeout:)`` does.
    ///
    /// - Throws: ``LocalException`` `.invocationCanceled` after a cancel, `.timeout` when the time is over.
    @available(*, noasync, message: "blocks the thread; await 'exception'")
    public func waitForException(timeout: Duration? = nil) throws -> (any Error)? {
        try failure(in: blocked(timeout))
    }

    /// As ``sent()``, blocking the thread as ``wait(timeout:)`` does.
    ///
    /// - Returns: ``isSentSynchronously``.
    /// - Throws: what the invocation failed with before it was sent; ``LocalException`` `.timeout` when the time is over.
    @available(*, noasync, message: "blocks the thread; await 'sent()'")
    public func waitForSent(timeout: Duration? = nil) throws -> Bool {
        try block(timeout) { $0.sentOutcome }.get()
    }

    private func blocked(_ timeout: Duration?) throws(LocalException) -> Result<Value, any Error> {
        try block(timeout) { $0.isDone ? () : nil }
        return result ?? .failure(LocalException(.invocationCanceled, "\(operation) has no result"))
    }

    private func block<Outcome: Sendable>(
        _ timeout: Duration?, until outcome: (FutureState) -> Outcome?
    ) throws(LocalException) -> Outcome {
        let deadline = timeout.map { Countdown.deadline(after: $0) }
        while true {
            let latch = Countdown(1)
            let now = state.withLock { state in
                let outcome = outcome(state)
                if outcome == nil { state.latches.append(latch) }
                return outcome
            }
            if let now { return now }
            if latch.wait(until: deadline) { continue }
            let last = state.withLock { state in
                state.latches.removeAll { $0 === latch }
                return outcome(state)
            }
            guard let last else { throw LocalException(.timeout, "\(operation) is not there in time") }
            return last
        }
    }
}
