import EventLoop

/// What of a future does not depend on its type: unspecialized code, which calls from other modules may be, is quick with
/// it.
struct FutureState {
    var isDone = false
    /// What the invocation failed with; nil as long as it has not.
    var failure: (any Error)?
    var invocation: Invocation?
    var isSent = false
    var isSentSynchronously = false
    var isCancelled = false
    /// Look at the result when they are resumed, which they are once: all are taken out together.
    var waiters = Few<UnsafeContinuation<Void, Never>>()
    var callbacks = Few<@Sendable () -> Void>()
    /// Callbacks that hand the call over and do nothing else: they need no executor themselves.
    var handOvers = Few<@Sendable () -> Void>()
    /// As ``waiters``.
    var sentWaiters = Few<UnsafeContinuation<Void, Never>>()
    var sentCallbacks = Few<@Sendable (Bool) -> Void>()
    /// Of blocked threads, each of which looks again.
    var latches = Few<Countdown>()
}

extension FutureState {
    /// What whoever waits for the request to leave is told; nil when that is not known yet.
    var sentOutcome: Result<Bool, any Error>? {
        if isSent { return .success(isSentSynchronously) }
        guard isDone else { return nil }
        return failure.map { .failure($0) } ?? .success(false)
    }

    /// - Returns: the state before, with all that are to be told.
    mutating func finish(_ failure: (any Error)?, cancels: Bool) -> FutureState {
        var before = FutureState(
            isDone: true, failure: failure, isSent: isSent, isSentSynchronously: isSentSynchronously,
            isCancelled: cancels)
        swap(&self, &before)
        return before
    }

    /// - Returns: those that are to be told, nothing else; nil when it was sent or is over.
    mutating func markSent() -> FutureState? {
        guard !isSent, !isDone else { return nil }
        isSent = true
        var told = FutureState()
        swap(&sentWaiters, &told.sentWaiters)
        swap(&sentCallbacks, &told.sentCallbacks)
        swap(&latches, &told.latches)
        return told
    }
}

/// Elements in their order; a single one needs no memory of its own.
struct Few<Element> {
    private var first: Element?
    private var others: [Element] = []

    var isEmpty: Bool { first == nil }

    mutating func append(_ element: Element) {
        if first == nil { first = element } else { others.append(element) }
    }

    func forEach(_ body: (Element) -> Void) {
        guard let first else { return }
        body(first)
        for other in others { body(other) }
    }

    mutating func removeAll(where isUnwanted: (Element) -> Bool) {
        others.removeAll(where: isUnwanted)
        if let first, isUnwanted(first) { self.first = others.isEmpty ? nil : others.removeFirst() }
    }
}

extension Few: Sendable where Element: Sendable {}
