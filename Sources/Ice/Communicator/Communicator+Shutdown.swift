import EventLoop

extension Communicator {
    // MARK: Shutting down servers

    /// Deactivates all object adapters: nothing new is dispatched, what is being dispatched is answered. Proxies can be
    /// called on; object adapters can't be made any more. Returns at once, see ``shutdownCompleted()``.
    public func shutdown() {
        for adapter in adapters.shutdown() { adapter.deactivate() }
    }

    /// Whether ``shutdown()`` or ``destroy()`` has been called.
    public func isShutdown() -> Bool { adapters.isShutdown || isDestroyed }

    /// Waits until somebody has called ``shutdown()`` or ``destroy()`` and all object adapters are deactivated.
    public func shutdownCompleted() async {
        for adapter in await adapters.waitForShutdown() { await adapter.waitForDeactivate() }
    }

    /// As ``shutdownCompleted()``, blocking the thread. Only for threads of your own, as the main thread: one of the
    /// cooperative pool that blocks keeps other tasks, perhaps the one that shuts down, from running.
    @available(*, noasync, message: "blocks the thread; await 'shutdownCompleted()'")
    public func waitForShutdown() { block { await self.shutdownCompleted() } }

    /// As ``destroy()``, blocking the thread as ``waitForShutdown()`` does. Not an overload of it: the top-level code of a
    /// `main.swift` would take that one, also behind `await`.
    @available(*, noasync, message: "blocks the thread; await 'destroy()'")
    public func destroyAndWait() { block { await self.destroy() } }

    /// Blocks the thread.
    func block(until body: @escaping @Sendable () async -> Void) {
        let latch = Countdown(1)
        Task.detached {
            await body()
            latch.down()
        }
        _ = latch.wait()
    }
}
