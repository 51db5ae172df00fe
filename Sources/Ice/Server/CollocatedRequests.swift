import EventLoop
import Synchronization

/// The twoway requests of one loop's invokers that object adapters of the same communicator are answering.
///
/// From any thread; news to invocations come on the loop.
final class CollocatedRequests: Sendable {
    private struct State {
        var pending = PendingTable<Invocation>()
        var isDestroyed = false
    }

    private let loop: EventLoop
    private let state = Mutex(State())

    init(_ loop: EventLoop) { self.loop = loop }

    /// Gives a request an id. It counts as sent.
    ///
    /// - Returns: false when nobody would hear the answer any more.
    func add(_ invocation: Invocation) -> Bool {
        state.withLock { state in
            guard !state.isDestroyed else { return false }
            invocation.requestId = state.pending.insert(invocation)
            invocation.isCollocated = true
            invocation.isWritten = true
            return true
        }
    }

    /// The answer will not be heard.
    ///
    /// - Returns: whether it was waited for.
    @discardableResult
    func forget(_ invocation: Invocation) -> Bool {
        state.withLock { state in
            guard state.pending.element(invocation.requestId) === invocation else { return false }
            return state.pending.remove(invocation.requestId) != nil
        }
    }

    /// Tells whoever waits for it, as the reader of a connection does.
    func replied(_ requestId: Int32, _ response: OutgoingResponse) {
        guard let invocation = state.withLock({ $0.pending.remove(requestId) }) else { return }
        loop.execute {
            response.payload.withUnsafeBytes { invocation.replied(response.replyStatus, $0) }
        }
    }

    /// Fails all, and takes no more. On the loop.
    func destroy(_ reason: LocalException) {
        let failed = state.withLock { state in
            state.isDestroyed = true
            return state.pending.removeAll()
        }
        for invocation in failed.sorted(by: { $0.requestId < $1.requestId }) {
            invocation.attemptFailed(reason, wasSent: true, wasExecuted: true)
        }
    }
}
