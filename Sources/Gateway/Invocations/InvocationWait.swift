import EventLoop

/// A client that waits for the end of an invocation, perhaps of another loop's.
///
/// Sendable without a check: other loops only hand it over to its own, on which everything happens.
final class InvocationWait: RequestInProgress, TimerHandler, @unchecked Sendable {
    private let shard: GatewayShard
    private let id: String
    private var number: Int?
    private var timer: EventLoop.Timer?
    /// Nil when it is over.
    private var told: ((StoredInvocation?) -> Void)?

    private init(_ shard: GatewayShard, _ id: String, _ told: @escaping (StoredInvocation?) -> Void) {
        self.shard = shard
        self.id = id
        self.told = told
    }

    /// - Parameters:
    ///   - timeout: in nanoseconds; nil for none.
    ///   - told: called once on this loop, perhaps inside this call: with the invocation when it is over or the time is, with nil when it is
    ///     unknown. Not when the client goes first.
    /// - Returns: nil when it was told inside the call.
    static func start(
        _ shard: GatewayShard, _ id: String, timeout: UInt64?, _ told: @escaping (StoredInvocation?) -> Void
    ) -> InvocationWait? {
        let wait = InvocationWait(shard, id, told)
        let loop = shard.loop
        let waiting = shard.gateway.kept.invocations.wait(id) { invocation in
            loop.execute { wait.finish(invocation) }
        }
        switch waiting {
        case .over(let invocation): wait.finish(invocation)
        case .unknown: wait.finish(nil)
        case .waits(let number):
            wait.number = number
            if let timeout { wait.timer = loop.schedule(after: timeout, wait) }
            return wait
        }
        return nil
    }

    func timerFired(_ tag: UInt64) {
        timer = nil
        stop()
        finish(shard.gateway.kept.invocations.find(id))
    }

    func clientGone() {
        stop()
        end()
    }

    private func stop() {
        if let number { shard.gateway.kept.invocations.stopWaiting(id, number) }
        number = nil
    }

    private func finish(_ invocation: StoredInvocation?) { end()?(invocation) }

    @discardableResult
    private func end() -> ((StoredInvocation?) -> Void)? {
        if let timer { shard.loop.cancel(timer) }
        timer = nil
        defer { told = nil }
        return told
    }
}
