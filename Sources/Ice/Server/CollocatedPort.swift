import EventLoop
import Synchronization

/// Where an object adapter gets requests from proxies of its own communicator. It listens nowhere; it is among the
/// listeners so that a deactivation waits for what was called here, too. As in Ice, such requests don't wait while the
/// adapter is held.
///
/// From any thread, but for ``close()``, which belongs to the loop as any listener's.
final class CollocatedPort: EndpointListener {
    private struct State {
        /// Requests that are not answered yet.
        var active = 0
        var isClosing = false
    }

    let pool: ConnectionPool
    /// No address.
    let address: SocketAddress
    let adapter: ObjectAdapter
    private let state = Mutex(State())

    init?(adapter: ObjectAdapter, pool: ConnectionPool) {
        guard let nowhere = SocketAddress(numeric: "0.0.0.0", port: 0) else { return nil }
        address = nowhere
        self.adapter = adapter
        self.pool = pool
    }

    /// Whether it takes requests.
    var isOpen: Bool { state.withLock { !$0.isClosing && adapter.isDispatching } }

    /// Announces requests.
    ///
    /// - Returns: false when they are too late.
    func begin(_ count: Int) -> Bool {
        state.withLock { state in
            // The loop closes it a little later than the adapter is deactivated.
            guard !state.isClosing, adapter.isDispatching else { return false }
            state.active += count
            return true
        }
    }

    /// So many are answered.
    func end(_ count: Int) {
        let isLast = state.withLock { state in
            state.active -= count
            return state.isClosing && state.active == 0
        }
        if isLast { pool.loop.execute { [self] in settle() } }
    }

    func abandon() {}

    func activate() {}

    func hold() {}

    func whenHeld(_ body: @escaping @Sendable () -> Void) { body() }

    func close() {
        let isIdle = state.withLock { state -> Bool in
            guard !state.isClosing else { return false }
            state.isClosing = true
            return state.active == 0
        }
        if isIdle { settle() }
    }

    private func settle() {
        pool.closed(self)
        adapter.listenerClosed(self)
    }
}
