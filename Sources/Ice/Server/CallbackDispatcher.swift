/// A dispatcher that answers by callback, see ``ResponseCallback``.
public protocol CallbackDispatcher: Dispatcher {
    /// Begins to answer one request; the next request of the connection begins when this returns.
    ///
    /// - Parameters:
    ///   - request: what was called.
    ///   - callback: takes the answer: now, or later and in any thread.
    /// - Throws: anything; that is the answer unless there was one before.
    func dispatch(_ request: IncomingRequest, _ callback: ResponseCallback<OutgoingResponse>) throws
}

extension CallbackDispatcher {
    /// Calls ``dispatch(_:_:)`` and waits for the answer.
    public func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
        let request = request
        return try await withResponseCallback { try dispatch(request, $0) }
    }
}
