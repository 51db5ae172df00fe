import EventLoop
import Glibc
import Synchronization

extension ObjectAdapter {
    // MARK: Life

    /// Starts accepting connections and reading requests, or goes on after ``hold()``. Returns at once.
    ///
    /// The first time, an adapter with an adapter id and a locator tells the locator's registry first, and is active when
    /// that has answered, see ``waitForActivate()``; a registry that refuses leaves it as it was, and is named in the
    /// log.
    ///
    /// - Throws: ``LocalException`` `.objectAdapterDeactivated`, `.objectAdapterDestroyed`.
    public func activate() throws(LocalException) {
        let failure = step { state in
            if let refusal = self.refusal(state) { return .failure(refusal) }
            return .success(state.life.activate(registers: self.registers(state)))
        }
        if let failure { throw failure }
    }

    /// Waits until the adapter is active; at once when it is.
    ///
    /// - Throws: ``LocalException``: why the last ``activate()`` came to nothing: `.notRegistered` when the registry does not
    ///   know the adapter or its replica group, `.objectAdapterIdInUse`, or why the registry could not be told;
    ///   `.objectAdapterDeactivated`, `.objectAdapterDestroyed`.
    public func waitForActivate() async throws(LocalException) {
        let failure = await withCheckedContinuation { (continuation: CheckedContinuation<LocalException?, Never>) in
            let outcome = state.withLock { state -> LocalException?? in
                if let failure = refusal(state) ?? state.life.failure { return .some(failure) }
                if state.life.phase == .active { return .some(nil) }
                state.waiters.activation.append(continuation)
                return nil
            }
            if let outcome { continuation.resume(returning: outcome) }
        }
        if let failure { throw failure }
    }

    /// Stops accepting connections and reading from those there are, until ``activate()``. What was read is dispatched;
    /// requests that come meanwhile wait in the sockets.
    ///
    /// - Throws: ``LocalException`` `.objectAdapterDeactivated`, `.objectAdapterDestroyed`.
    public func hold() throws(LocalException) {
        let failure = step { state in
            if let refusal = self.refusal(state) { return .failure(refusal) }
            return .success(state.life.hold())
        }
        if let failure { throw failure }
    }

    /// Waits until the adapter is held and everything that was read has been answered.
    ///
    /// - Throws: ``LocalException`` `.objectAdapterDeactivated`, `.objectAdapterDestroyed`.
    public func waitForHold() async throws(LocalException) {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.life.phase == .active { state.waiters.holding.append(continuation) }
                return state.life.phase != .active
            }
            if isOver { continuation.resume() }
        }
        if let failure = state.withLock({ refusal($0) }) { throw failure }
        for listener in state.withLock({ $0.listeners }) {
            await withCheckedContinuation { continuation in
                let isGone = state.withLock { state in
                    // While the adapter has listeners their loops run.
                    guard state.listeners.contains(where: { $0 === listener }) else { return true }
                    listener.pool.loop.execute { listener.whenHeld { continuation.resume() } }
                    return false
                }
                if isGone { continuation.resume() }
            }
        }
    }

    /// Stops listening and closes the connections gracefully: dispatches in progress are answered first. An adapter that a
    /// registry knows is taken out of it before. Returns at once; see ``waitForDeactivate()``. There is no way back.
    public func deactivate() { step { .success($0.life.deactivate()) } }

    /// Waits until the adapter is deactivated and all its connections are closed.
    public func waitForDeactivate() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.life.phase < .deactivated { state.waiters.deactivation.append(continuation) }
                return state.life.phase >= .deactivated
            }
            if isOver { continuation.resume() }
        }
    }

    /// Waits until a registry has been told that the adapter is gone, as far as one has to be.
    func waitForUnregistration() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.life.isUnregistering { state.waiters.unregistration.append(continuation) }
                return !state.life.isUnregistering
            }
            if isOver { continuation.resume() }
        }
    }

    /// Whether ``deactivate()`` or ``destroy()`` has been called.
    public func isDeactivated() -> Bool { state.withLock { $0.life.phase >= .deactivating } }

    /// Deactivates the adapter, waits for that, forgets its servants and tells its servant locators. Its name is free then.
    public func destroy() async {
        deactivate()
        await waitForDeactivate()
        end()
    }

    /// What ``destroy()`` does at last.
    func end() {
        let servants = state.withLock { state -> ServantMap? in
            guard state.life.destroy() else { return nil }
            defer { state.servants = ServantMap() }
            return state.servants
        }
        guard let servants else { return }
        for (category, locator) in servants.allLocators { locator.deactivate(category) }
        communicator.adapters.remove(self)
        communicator.localAdapters.remove(self)
    }
}

extension ObjectAdapter {
    // MARK: Steps

    /// Why nothing new may be asked of it; nil when it may.
    func refusal(_ state: State) -> LocalException? {
        switch state.life.phase {
        case .holding, .active: nil
        case .deactivating, .deactivated: deactivated
        case .destroyed: destroyed
        }
    }

    private func registers(_ state: State) -> Bool {
        !configuration.registration.adapterId.isEmpty && state.locator != nil && !state.published.isEmpty
    }

    /// Changes the life and does what comes of it.
    @discardableResult
    func step(
        _ change: (inout State) -> Result<AdapterLife.Action, LocalException>
    ) -> LocalException? {
        let (result, woken) = state.withLock { state in
            let result = change(&state)
            if case .success(let action) = result { perform(action, &state) }
            return (result, state.waiters.woken(state.life, deactivated: deactivated))
        }
        for wake in woken { wake() }
        switch result {
        case .success(.register): register()
        case .success(.unregister): unregister()
        case .success(.activate(isFirst: true)) where configuration.printsReady: printReady()
        case .success: break
        case .failure(let failure): return failure
        }
        return nil
    }

    /// Under the lock, so that the loops are told in the order of the phases.
    private func perform(_ action: AdapterLife.Action, _ state: inout State) {
        switch action {
        case .activate:
            for listener in state.listeners { listener.pool.loop.execute { listener.activate() } }
        case .hold:
            for listener in state.listeners { listener.pool.loop.execute { listener.hold() } }
        case .close:
            if state.listeners.isEmpty { state.life.closed() }
            for listener in state.listeners { listener.pool.loop.execute { listener.close() } }
        case .nothing, .register, .unregister: break
        }
    }

    func listenerClosed(_ listener: any EndpointListener) {
        let woken = state.withLock { state in
            state.listeners.removeAll { $0 === listener }
            if state.listeners.isEmpty { state.life.closed() }
            if state.collocated === listener { state.collocated = nil }
            return state.waiters.woken(state.life, deactivated: deactivated)
        }
        for wake in woken { wake() }
    }

    /// What IceGrid's node and scripts wait for.
    private func printReady() {
        var line = Array("\(name) ready\n".utf8)
        while !line.isEmpty {
            let count = write(STDOUT_FILENO, line, line.count)
            guard count > 0 || errno == EINTR else { return }
            line.removeFirst(max(0, count))
        }
    }
}
