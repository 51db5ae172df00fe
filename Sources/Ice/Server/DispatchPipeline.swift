import Synchronization

/// The middleware of an object adapter in front of its servants: made once, when the first request comes.
final class DispatchPipeline: Sendable {
    typealias Factory = @Sendable (_ next: any Dispatcher) -> any Dispatcher

    /// The end of the pipeline. Does not keep the adapter alive, which keeps the pipeline.
    private final class Servants: Dispatcher {
        private weak let adapter: ObjectAdapter?

        init(_ adapter: ObjectAdapter) { self.adapter = adapter }

        func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
            guard let adapter else { throw LocalException(.objectNotExist, "its object adapter is gone") }
            return try await adapter.dispatchToServant(request)
        }
    }

    private struct State {
        var factories: [Factory] = []
        /// Nil before the first request.
        var first: (any Dispatcher)?
    }

    private let state = Mutex(State())

    func use(_ factory: @escaping Factory) {
        let isEarly = state.withLock { state in
            if state.first == nil { state.factories.append(factory) }
            return state.first == nil
        }
        precondition(isEarly, "all middleware must be installed before the first dispatch")
    }

    /// What the requests of `adapter` go to. The factories are called under the lock: no request comes by before all
    /// middleware is there.
    func first(of adapter: ObjectAdapter) -> any Dispatcher {
        state.withLock { state in
            if let first = state.first { return first }
            var first: any Dispatcher = Servants(adapter)
            for factory in state.factories.reversed() { first = factory(first) }
            state.factories = []
            state.first = first
            return first
        }
    }
}

extension ObjectAdapter {
    // MARK: Middleware

    /// Puts a dispatcher in front of all servants: it sees every request, of all endpoints, also those for objects that
    /// don't exist, and every response. What is added first is called first.
    ///
    /// ```swift
    /// adapter.use { next in Timer(next: next) }.use { next in TokenCheck(next: next) }
    /// ```
    ///
    /// - Precondition: no request was dispatched yet; call it before ``activate()``.
    /// - Parameter middlewareFactory: called once, when the first request comes, with what the dispatcher that it returns
    ///   calls to go on; must not ask for ``dispatchPipeline``.
    /// - Returns: this adapter.
    @discardableResult
    public func use(_ middlewareFactory: @escaping @Sendable (_ next: any Dispatcher) -> any Dispatcher) -> Self {
        pipeline.use(middlewareFactory)
        return self
    }

    /// The middleware and, behind it, the servants of this adapter: what it hands requests to.
    public var dispatchPipeline: any Dispatcher { pipeline.first(of: self) }

    /// Answers a request: what all ways into the adapter come to.
    func dispatch(_ request: IncomingRequest) async throws -> OutgoingResponse {
        try await dispatchPipeline.dispatch(request)
    }
}
