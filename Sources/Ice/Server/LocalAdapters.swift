import Synchronization

/// The object adapters that a communicator's own proxies and connections find, until it is destroyed. From any thread.
final class LocalAdapters: Sendable {
    private struct State {
        weak var communicator: Communicator?
        var adapters: [ObjectAdapter] = []
        var standard: ObjectAdapter?
        /// By what names the router; see ``RouterPools``.
        var routed: [RouterKey: ObjectAdapter] = [:]
    }

    private let state = Mutex(State())
    private let used = Atomic<Bool>(false)

    /// Whether there has been an object adapter: most clients need not look any further.
    var isUsed: Bool { used.load(ordering: .acquiring) }

    /// Nil when it is gone.
    var communicator: Communicator? { state.withLock { $0.communicator } }

    func belong(to communicator: Communicator) { state.withLock { $0.communicator = communicator } }

    func add(_ adapter: ObjectAdapter) {
        state.withLock { state in
            state.adapters.removeAll { !$0.isDispatching }
            state.adapters.append(adapter)
        }
        used.store(true, ordering: .releasing)
    }

    func remove(_ adapter: ObjectAdapter) { state.withLock { $0.adapters.removeAll { $0 === adapter } } }

    /// The one whose servants a proxy can call without a connection; nil when there is none.
    func adapter(for proxy: ProxyContent) -> ObjectAdapter? {
        guard isUsed else { return nil }
        return state.withLock { $0.adapters }.first { $0.isDispatching && $0.isLocal(proxy) }
    }

    /// What new connections of clients start with.
    var standard: ObjectAdapter? {
        get {
            guard isUsed, let adapter = state.withLock({ $0.standard }), adapter.isDispatching else { return nil }
            return adapter
        }
        set { state.withLock { $0.standard = newValue } }
    }

    /// The end: these would keep the communicator.
    func removeAll() {
        state.withLock { state in
            state.adapters = []
            state.standard = nil
            state.routed = [:]
        }
    }
}

extension LocalAdapters {
    // MARK: Routers

    /// Gives a router the object adapter whose objects it calls.
    ///
    /// - Returns: false when it has another one.
    func route(_ router: ObjectPrx, to adapter: ObjectAdapter) -> Bool {
        state.withLock { state in
            let key = RouterKey(router.reference.content)
            guard state.routed[key]?.isDispatching != true else { return false }
            state.routed[key] = adapter
            return true
        }
    }

    /// What a router calls over connections of this proxy, which names the router or is routed; nil for nothing.
    func routedAdapter(for content: Reference.Content) -> ObjectAdapter? {
        guard isUsed else { return nil }
        return state.withLock { state in
            guard !state.routed.isEmpty else { return nil }
            return state.routed[RouterKey(content.effectiveRouter?.reference.content ?? content)]
        }
    }
}
