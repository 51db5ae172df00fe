import Synchronization

/// Answers a dispatch from anywhere: for servants whose work ends in a callback, a queue or a thread of their own instead of
/// an `async` function.
///
/// Its functions may be called from any thread and never throw. Only the first answer counts. When the last reference goes
/// without an answer the dispatch ends with an `UnknownException`, so that no client waits for ever.
public final class ResponseCallback<Value: Sendable>: Sendable {
    /// Nil when it is called.
    private let reply: Mutex<(@Sendable (Result<Value, any Error>) -> Void)?>

    /// - Parameter reply: is called once, in the thread that answers.
    public init(_ reply: @escaping @Sendable (Result<Value, any Error>) -> Void) { self.reply = Mutex(reply) }

    deinit {
        end(.failure(LocalException(.unknown, "dispatch failed: nothing will answer it")))
    }

    /// Answers with a result.
    ///
    /// - Returns: false when there was an answer before.
    @discardableResult
    public func response(_ value: Value) -> Bool { end(.success(value)) }

    /// Answers with what the dispatch would throw: an exception of Ice, a user exception, anything.
    ///
    /// - Returns: false when there was an answer before.
    @discardableResult
    public func exception(_ error: any Error) -> Bool { end(.failure(error)) }

    @discardableResult
    private func end(_ result: Result<Value, any Error>) -> Bool {
        guard let reply = reply.withLock({ $0.take() }) else { return false }
        reply(result)
        return true
    }
}

extension ResponseCallback<Void> {
    /// Answers for an operation without results.
    ///
    /// - Returns: false when there was an answer before.
    @discardableResult
    public func response() -> Bool { response(()) }
}

/// Waits for an answer by callback, in an operation of a servant:
///
/// ```swift
/// func greet(name: String, current: Current) async throws -> String {
///     try await withResponseCallback { callback in
///         queue.add(name) { callback.response("Hello, \($0)!") }
///     }
/// }
/// ```
///
/// - Parameter body: is called at once, in the calling thread. What it throws is the answer unless there was one before.
/// - Returns: what ``ResponseCallback/response(_:)`` was given.
/// - Throws: what ``ResponseCallback/exception(_:)`` was given; `CancellationError` when the task is cancelled before.
public func withResponseCallback<Value: Sendable>(
    _ body: (ResponseCallback<Value>) throws -> Void
) async throws -> Value {
    let answer = Answer<Value>()
    answer.ask(body)
    if let result = answer.result { return try result.get() }
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { answer.wait($0) }
    } onCancel: {
        answer.end(.failure(CancellationError()))
    }
}

/// Where a callback and who waits for it meet.
private final class Answer<Value: Sendable>: Sendable {
    private enum State {
        case asked
        case waiting(CheckedContinuation<Value, any Error>)
        case ended(Result<Value, any Error>)
    }

    private let state = Mutex(State.asked)

    /// The callback lives no longer than `body` wants.
    func ask(_ body: (ResponseCallback<Value>) throws -> Void) {
        let callback = ResponseCallback<Value> { self.end($0) }
        do { try body(callback) } catch { callback.exception(error) }
    }

    var result: Result<Value, any Error>? {
        state.withLock { state in
            if case .ended(let result) = state { result } else { nil }
        }
    }

    func wait(_ continuation: CheckedContinuation<Value, any Error>) {
        let result = state.withLock { state -> Result<Value, any Error>? in
            if case .ended(let result) = state { return result }
            state = .waiting(continuation)
            return nil
        }
        if let result { continuation.resume(with: result) }
    }

    func end(_ result: Result<Value, any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            switch state {
            case .asked:
                state = .ended(result)
                return nil
            case .waiting(let continuation):
                state = .ended(result)
                return continuation
            case .ended: return nil
            }
        }
        continuation?.resume(with: result)
    }
}
