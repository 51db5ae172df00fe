package import EventLoop
import Logging
import Synchronization

extension Communicator {
    // MARK: End

    /// Whether ``destroy()`` has been called.
    public var isDestroyed: Bool {
        life.withLock {
            if case .running = $0 { return false }
            return true
        }
    }

    /// Ends everything: invocations in flight fail with `CommunicatorDestroyedException`, object adapters answer what
    /// they are dispatching, connections are closed gracefully, threads end. Returns when all that is done, also when
    /// somebody else has called it before.
    public func destroy() async {
        let isFirst = life.withLock { life in
            guard case .running = life else { return false }
            life = .ending([])
            return true
        }
        guard isFirst else { return await waitForEnd() }
        let adapters = adapters.all
        shutdown()
        // That needs connections.
        for adapter in adapters { await adapter.waitForUnregistration() }
        for pool in pools {
            await withCheckedContinuation { continuation in
                pool.loop.execute { pool.destroy { continuation.resume() } }
            }
        }
        for adapter in adapters { adapter.end() }
        forgetDefaults()
        isStopped.store(true, ordering: .sequentiallyConsistent)
        for pool in pools { pool.loopExecutor.stop() }
        // Not here: this may be one of those threads.
        await Task.detached { [threads] in for thread in threads { thread.stopAndJoin() } }.value
        warnOfUnusedProperties()
        let waiters = life.withLock { life -> [CheckedContinuation<Void, Never>] in
            defer { life = .ended }
            if case .ending(let waiters) = life { return waiters }
            return []
        }
        for waiter in waiters { waiter.resume() }
    }

    /// The proxies that a communicator keeps would keep it.
    func forgetDefaults() {
        options.withLock { options in
            options.locator = nil
            options.router = nil
        }
        locators.clear()
        localAdapters.removeAll()
    }

    private func warnOfUnusedProperties() {
        guard clientSettings.warnsOfUnusedProperties else { return }
        let names = properties.unusedNames
        guard !names.isEmpty else { return }
        logger.warning("properties set and never read", metadata: ["ice-properties": .array(names.map { "\($0)" })])
    }

    private func waitForEnd() async {
        await withCheckedContinuation { continuation in
            let isOver = life.withLock { life in
                guard case .ending(let waiters) = life else { return true }
                life = .ending(waiters + [continuation])
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    /// Ends what belongs to one loop, as ``destroy()`` does, and leaves the loop running. On that loop only.
    ///
    /// - Parameter completion: called on the loop when the last socket is closed, perhaps inside this call.
    package func destroy(on loop: EventLoop, _ completion: @escaping () -> Void) {
        life.withLock { if case .running = $0 { $0 = .ended } }
        let adapters = adapters.all
        _ = self.adapters.shutdown()
        forgetDefaults()
        pool(loop).destroy {
            for adapter in adapters { adapter.end() }
            completion()
        }
    }

    /// Whether jobs given to the loops will not be run any more.
    var hasStopped: Bool { isStopped.load(ordering: .sequentiallyConsistent) && !threads.isEmpty }
}
