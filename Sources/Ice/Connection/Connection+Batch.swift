import IceEncoding

/// Whether a batch is compressed when it is flushed.
public enum CompressBatch: UInt8, Sendable {
    /// It is.
    case yes
    /// It is not.
    case no
    /// It is when one of its requests was made with a proxy that asks for compression, as ``Proxy/ice_compress(_:)``.
    case basedOnProxy
}

extension Connection {
    // MARK: Batches, from any thread

    /// Sends what was called with batch proxies that are fixed to this connection since the last flush, as one message,
    /// and waits until it is sent.
    ///
    /// - Throws: ``LocalException``: why the batch can't be sent; of a closed connection why it was closed.
    public func flushBatchRequests(_ compress: CompressBatch) async throws {
        try await flushBatchRequestsAsync(compress).value
    }

    /// As ``flushBatchRequests(_:)`` without waiting. With nothing collected the future is done, and sent.
    public func flushBatchRequestsAsync(_ compress: CompressBatch) -> InvocationFuture<Void> {
        let future = InvocationFuture<Void>(
            "flushBatchRequests", connection: self, communicator: batchRequestQueue.communicator)
        batchRequestQueue.flush(future, timeout: 0) { origin, compresses in
            guard let origin else { return nil }
            var content = origin.content
            content.options.compresses = compress == .basedOnProxy ? compresses : compress == .yes
            return Invoker(content, pool: origin.invoker().pool)
        }
        return future
    }
}

extension Communicator {
    // MARK: Batches

    /// Flushes all connections as ``Connection/flushBatchRequests(_:)`` does, and waits until all that was collected is
    /// sent, or lost with its connection, which is no error here. Batches of proxies that are not fixed stay where they
    /// are.
    ///
    /// - Throws: ``LocalException`` `.communicatorDestroyed` only.
    public func flushBatchRequests(_ compress: CompressBatch) async throws {
        try await flushBatchRequestsAsync(compress).value
    }

    /// As ``flushBatchRequests(_:)`` without waiting. With nothing collected the future is done, and sent. Cancelling it
    /// takes nothing back.
    ///
    /// - Throws: ``LocalException`` `.communicatorDestroyed` only.
    public func flushBatchRequestsAsync(_ compress: CompressBatch) throws(LocalException) -> InvocationFuture<Void> {
        guard !isDestroyed else { throw LocalException(.communicatorDestroyed, "the communicator is destroyed") }
        let future = InvocationFuture<Void>("flushBatchRequests", connection: nil, communicator: self)
        let flushes = pools.flatMap(\.openConnections).map { $0.flushBatchRequestsAsync(compress) }
        if flushes.allSatisfy(\.isSentSynchronously) {
            future.markSentSynchronously()
            future.complete(.success(()))
        } else {
            Task.detached(executorPreference: executor) {
                for flush in flushes { _ = try? await flush.exception }
                future.markSent()
                future.complete(.success(()))
            }
        }
        return future
    }
}
