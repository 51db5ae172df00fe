import Ice
import Synchronization

/// Dispatches that wait until all are let go at once.
final class Held: Sendable {
    private let calls = Mutex<[(current: Current, callback: ResponseCallback<OutgoingResponse>)]>([])

    func hold(_ current: Current) async throws -> OutgoingResponse {
        try await withResponseCallback { callback in calls.withLock { $0.append((current, callback)) } }
    }

    func release() {
        let calls = calls.withLock { calls in
            defer { calls = [] }
            return calls
        }
        for (current, callback) in calls { callback.response(current.makeEmptyOutgoingResponse()) }
    }
}
