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
        /// Whether the first request has come.
        var isMade = false
        /// Nil when there is no middleware.
        var first: (any Dispatcher)?
    }

    private let state = Mutex(State())

    func use(_ factory: @escaping Factory) {
        let isEarly = state.withLock { state in
            if !state.isMade { state.factories.append(factory) }
            return !state.isMade
        }
        precondition(isEarly, "all middleware must be installed before the first dispatch")
    }

    /// What the requests of `adapter` go to before its servants; nil when there is no middleware. The factories are called
    /// under the lock: no request comes by before all middleware is there.
    func middleware(of adapter: ObjectAdapter) -> (any Dispatcher)? {
        state.withLock { state in
            guard !state.isMade else { return state.first }
            state.isMade = true
            for factory in state.factories.reversed() {
                state.first = factory(state.first ?? Self.servants(of: adapter))
            }
            state.factories = []
            return state.first
        }
    }

    static func servants(of adapter: ObjectAdapter) -> any Dispatcher { Servants(adapter) }
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
    public var dispatchPipeline: any Dispatcher {
        pipeline.middleware(of: self) ?? DispatchPipeline.servants(of: self)
    }

    /// Answers a request: what all ways into the adapter come to.
    func dispatch(_ request: IncomingRequest) async throws -> OutgoingResponse {
        guard let middleware = pipeline.middleware(of: self) else { return try await dispatchToServant(request) }
        return try await middleware.dispatch(request)
    }
}
