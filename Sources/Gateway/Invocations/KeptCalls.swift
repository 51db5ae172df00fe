import EventLoop
import Synchronization

/// What all loops know of the calls that outlive their request.
package final class KeptCalls: Sendable {
    let invocations: InvocationStore
    let keys: IdempotencyStore
    package let running = RunningCalls()
    private let longestWait: Mutex<UInt64>

    /// Requests that run and answers that are kept, in bytes: of the invocations, and as much again of the idempotency keys.
    static let maximumBytes = 64 << 20

    init(
        _ limits: GatewayConfiguration.Invocations, maximumBytes: Int = KeptCalls.maximumBytes,
        clock: @escaping @Sendable () -> UInt64 = EventLoop.clock
    ) {
        let keep = limits.keep.nanosecondsClamped
        invocations = InvocationStore(
            maximum: limits.maximum, maximumBytes: maximumBytes, keep: keep, clock: clock)
        keys = IdempotencyStore(maximum: limits.maximum, maximumBytes: maximumBytes, keep: keep, clock: clock)
        longestWait = Mutex(limits.longestWait.nanosecondsClamped)
    }

    /// For what begins or ends from now on.
    func configure(_ limits: GatewayConfiguration.Invocations) {
        let keep = limits.keep.nanosecondsClamped
        invocations.configure(maximum: limits.maximum, keep: keep)
        keys.configure(maximum: limits.maximum, keep: keep)
        longestWait.withLock { $0 = limits.longestWait.nanosecondsClamped }
    }

    /// How long a client waits that prefers so many seconds, in nanoseconds.
    func wait(_ seconds: UInt32?) -> UInt64 {
        min(UInt64(seconds ?? 0) * 1_000_000_000, longestWait.withLock { $0 })
    }
}
