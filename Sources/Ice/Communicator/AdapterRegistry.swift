import Synchronization

/// The object adapters of a communicator, and whether they are shut down.
final class AdapterRegistry: Sendable {
    /// Nobody can reach an adapter that nobody has and that listens nowhere, so it need not be kept.
    private struct Member: Sendable {
        weak var adapter: ObjectAdapter?
    }

    private struct State {
        var isShutdown = false
        var members: [Member] = []
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// - Throws: ``LocalException`` `.alreadyRegistered` when another one has its name, `.communicatorDestroyed` when it
    ///   is too late.
    func add(_ adapter: ObjectAdapter) throws(LocalException) {
        let failure = state.withLock { state -> LocalException? in
            guard !state.isShutdown else { return Communicator.shutDown }
            let name = adapter.name
            let isTaken =
                !name.isEmpty && state.members.contains { $0.adapter?.name.utf8.elementsEqual(name.utf8) ?? false }
            guard !isTaken else {
                return LocalException(.alreadyRegistered, "there is an object adapter '\(name)' already")
            }
            state.members.removeAll { $0.adapter == nil }
            state.members.append(Member(adapter: adapter))
            return nil
        }
        if let failure { throw failure }
    }

    /// Frees the adapter's name.
    func remove(_ adapter: ObjectAdapter) { state.withLock { $0.members.removeAll { $0.adapter === adapter } } }

    /// Those that are not destroyed.
    var all: [ObjectAdapter] { state.withLock { $0.members.compactMap(\.adapter) } }

    var isShutdown: Bool { state.withLock { $0.isShutdown } }

    /// From now on there are no new adapters.
    ///
    /// - Returns: those to be deactivated; none when it has been called before.
    func shutdown() -> [ObjectAdapter] {
        let (adapters, waiters) = state.withLock { state -> ([ObjectAdapter], [CheckedContinuation<Void, Never>]) in
            guard !state.isShutdown else { return ([], []) }
            state.isShutdown = true
            defer { state.waiters = [] }
            return (state.members.compactMap(\.adapter), state.waiters)
        }
        for waiter in waiters { waiter.resume() }
        return adapters
    }

    /// Waits for ``shutdown()``.
    ///
    /// - Returns: all adapters.
    func waitForShutdown() async -> [ObjectAdapter] {
        await withCheckedContinuation { continuation in
            let isShutdown = state.withLock { state in
                if !state.isShutdown { state.waiters.append(continuation) }
                return state.isShutdown
            }
            if isShutdown { continuation.resume() }
        }
        return state.withLock { $0.members.compactMap(\.adapter) }
    }
}
