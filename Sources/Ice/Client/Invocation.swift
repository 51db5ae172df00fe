import EventLoop
import IceEncoding
import Synchronization

/// One request on its way.
///
/// Sendable without a check: what the section "Guarded by the connection" lists is read and written under the lock of
/// the connection that carries it; the rest belongs to the invoker's loop once the invocation is shared.
package final class Invocation: @unchecked Sendable {
    package let template: RequestTemplate
    package let isTwoway: Bool
    package let isIdempotent: Bool
    /// Whether it ends when there is a connection, without sending anything.
    let wantsConnection: Bool
    /// Instead of the template's.
    let context: RequestContext?
    let invoker: Invoker

    // MARK: Guarded by the connection

    /// 0 for a request without reply and before it has a connection.
    var requestId: Int32 = 0
    /// Where its bytes are in the connection's stream.
    var range: Range<UInt64> = 0..<0
    /// Whether the current attempt was handed to the system completely.
    var isWritten = false
    /// Whether it was given up before its first byte left; its bytes may still be among those of the connection.
    var isWithdrawn = false
    /// Whether it is compressed when it is long enough; set before the connection gets it.
    var compresses = false
    /// Whether the current attempt is with an object adapter of the same communicator, see ``CollocatedRequests``.
    var isCollocated = false
    /// Whether nobody needs to be told any more that it was sent.
    var isSentReported = false

    // MARK: Of the loop

    /// Nil when the invocation is over.
    private(set) var observer: (any InvocationObserver)?
    /// What carries it; nil while there is no connection.
    var connection: Connection?
    /// The parameters, kept while there is no connection.
    var payload: [UInt8]?
    /// What it counts for among those of its invoker that wait for a connection, in bytes; nil when it is none of them.
    var waitingBytes: Int?
    var timer: EventLoop.Timer?
    private var retryTimer: EventLoop.Timer?
    private var attempts = 0
    /// Whether an attempt that failed may have been executed.
    private(set) var mayHaveExecuted = false

    /// Whether the invoker counts it.
    let isCounted: Bool
    /// Set from any thread; whoever sends it looks here first.
    let isCancelRequested = Atomic<Bool>(false)

    init(
        _ template: RequestTemplate, context: RequestContext? = nil, isTwoway: Bool, isIdempotent: Bool,
        wantsConnection: Bool = false, isCounted: Bool, invoker: Invoker, observer: any InvocationObserver
    ) {
        self.template = template
        self.context = context
        self.isTwoway = isTwoway
        self.isIdempotent = isIdempotent
        self.wantsConnection = wantsConnection
        self.isCounted = isCounted
        self.invoker = invoker
        self.observer = observer
    }

    /// Whether it is over: answered, failed, cancelled, or sent without asking for an answer. On the loop only.
    package var isDone: Bool { observer == nil }

    /// Whether the request was handed to the system completely. On the loop only.
    package var isSent: Bool { isWritten || mayHaveExecuted }
}

extension Invocation {
    // MARK: Ends

    /// Ends it; returns whom to tell, nil when it was over before.
    private func finish() -> (any InvocationObserver)? {
        guard let observer else { return nil }
        self.observer = nil
        payload = nil
        connection = nil
        let loop = invoker.pool.loop
        if let timer { loop.cancel(timer) }
        if let retryTimer {
            loop.cancel(retryTimer)
            invoker.pool.endPause(self)
        }
        invoker.finished(self)
        return observer
    }

    func replied(_ status: ReplyStatus, _ body: UnsafeRawBufferPointer) {
        if status.rawValue >= ReplyStatus.unknownLocalException.rawValue, isIdempotent, !isDone {
            let exception = LocalException(status: status, body: body)
            if retry(after: exception, wasExecuted: true) { return }
        }
        if status == .objectNotExist, invoker.content.isIndirect || invoker.content.options.router != nil, !isDone {
            if retry(after: LocalException(status: status, body: body), wasExecuted: false) { return }
        }
        finish()?.replied(self, status: status, body: body)
    }

    /// The request of the current attempt left. The connection says so once an attempt.
    func sent() {
        guard !isDone else { return }
        guard isTwoway else {
            finish()?.sent(self)
            return
        }
        guard !isSentReported else { return }
        isSentReported = true
        observer?.sent(self)
    }

    /// Ends what wanted a connection; nil when none is needed.
    func obtained(_ connection: Connection?) { finish()?.obtained(self, connection) }

    /// The current attempt came to nothing.
    ///
    /// - Parameter wasExecuted: whether the server may have executed it.
    func attemptFailed(_ exception: LocalException, wasSent: Bool, wasExecuted: Bool) {
        guard !isDone else { return }
        if retry(after: exception, wasSent: wasSent, wasExecuted: wasExecuted) { return }
        connection = nil
        fail(exception)
    }

    /// Ends it without another attempt.
    func fail(_ exception: LocalException) {
        finish()?.failed(self, exception, wasSent: mayHaveExecuted)
    }

    /// Gives it up, wherever it is.
    private func abandon() {
        if let connection, connection.withdraw(self) { mayHaveExecuted = true }
        if isCollocated, invoker.pool.collocatedRequests.forget(self) { mayHaveExecuted = true }
    }

    /// Stops it: a request not yet sent never will be, a reply is not waited for. The observer is told nothing more.
    ///
    /// - Returns: false when it was over before. On the loop only.
    @discardableResult
    package func cancel() -> Bool {
        guard !isDone else { return false }
        abandon()
        return finish() != nil
    }

    /// For a cancel from another thread, which the loop completes: makes sure at once that it is not sent any more.
    ///
    /// Whichever connections the invoker has had, none that it takes later accepts the request.
    ///
    /// - Returns: whether one of them had handed the request to the system completely.
    func prepareCancel() -> Bool {
        isCancelRequested.store(true, ordering: .sequentiallyConsistent)
        for connection in invoker.allConnections {
            _ = connection.withdraw(self)
            if connection.outbox.withLock({ _ in isWritten }) { return true }
            if connection.outbox.withLock({ _ in isWithdrawn }) { return false }
        }
        return false
    }
}

extension Invocation: TimerHandler {
    // MARK: Retries and time

    private static let timeoutTag: UInt64 = 0
    private static let retryTag: UInt64 = 1

    private func retry(after exception: LocalException, wasSent: Bool = true, wasExecuted: Bool) -> Bool {
        if wasExecuted { mayHaveExecuted = true }
        invoker.forgetLocation(after: exception)
        guard invoker.retries else { return false }
        let isFree = invoker.isUnknownToRouter(exception)
        let policy = invoker.pool.retryPolicy
        let isTraced = invoker.pool.settings.tracing.retry > 0
        func pause(attempts: Int) -> Int? {
            guard !isFree else { return 0 }
            return policy.pause(
                after: exception, wasSent: wasSent, isIdempotent: isIdempotent, attempts: attempts,
                isIndirect: invoker.content.isIndirect)
        }
        guard let pause = pause(attempts: attempts) else {
            if isTraced, attempts > 0, pause(attempts: 0) != nil { traceRetry(after: exception, pause: nil) }
            return false
        }
        if isTraced { traceRetry(after: exception, pause: pause) }
        if !isFree { attempts += 1 }
        connection?.release(self)
        connection = nil
        isCollocated = false
        if pause == 0 || invoker.pool.isDestroyed {
            invoker.wait(self)
        } else {
            invoker.pool.beginPause(self)
            retryTimer = invoker.pool.loop.schedule(
                after: UInt64(pause).multipliedOrMaximum(by: 1_000_000), self, tag: Self.retryTag)
        }
        return true
    }

    func startTimer(_ timeout: UInt64) {
        guard timeout > 0, !isDone else { return }
        timer = invoker.pool.loop.schedule(after: timeout, self, tag: Self.timeoutTag)
    }

    package func timerFired(_ tag: UInt64) {
        guard !isDone else { return }
        if tag == Self.retryTag {
            retryTimer = nil
            invoker.pool.endPause(self)
            invoker.wait(self)
        } else {
            timer = nil
            abandon()
            fail(LocalException(.invocationTimeout, "no answer to \(template.operation) in time"))
        }
    }
}
