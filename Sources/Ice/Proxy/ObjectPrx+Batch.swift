// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are Ice's own: what has none of Slice's operations' names starts with `ice_`.

import IceEncoding

extension Proxy {
    // MARK: Batches

    /// Sends what was called with this batch proxy since the last flush, as one message, and waits until it is sent;
    /// connects when there is no connection. What was called with another proxy, also one made out of this one, has a
    /// batch of its own; all proxies fixed to a connection share one.
    ///
    /// The requests are lost when the flush fails or is cancelled: nobody can say which of them were executed.
    ///
    /// - Throws: ``LocalException`` when the batch can't be sent.
    public func ice_flushBatchRequests() async throws { try await ice_flushBatchRequestsAsync().value }

    /// As ``ice_flushBatchRequests()`` without waiting. With nothing collected the future is done, and sent.
    ///
    /// - Throws: ``LocalException`` `.communicatorDestroyed` only; everything else comes with the future.
    public func ice_flushBatchRequestsAsync() throws(LocalException) -> InvocationFuture<Void> {
        guard !untyped.reference.communicator.isDestroyed else {
            throw LocalException(.communicatorDestroyed, "the communicator is destroyed")
        }
        let future = InvocationFuture<Void>("ice_flushBatchRequests", of: untyped)
        if let queue = untyped.reference.batchRequestQueue {
            queue.flush(future, timeout: untyped.invocationTimeout) { _, _ in untyped.reference.invoker() }
        } else {
            future.markSentSynchronously()
            future.complete(.success(()))
        }
        return future
    }
}
