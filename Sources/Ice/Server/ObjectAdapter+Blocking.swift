import Synchronization

extension ObjectAdapter {
    // MARK: Blocking

    /// As ``activate()`` and ``waitForActivate()``, blocking the thread. Only for threads of your own, as the main thread.
    @available(*, noasync, message: "blocks the thread; await 'waitForActivate()'")
    public func activateAndWait() throws(LocalException) {
        try activate()
        try block { () async throws(LocalException) in try await self.waitForActivate() }
    }

    /// As ``hold()`` and ``waitForHold()``, blocking the thread as ``activateAndWait()`` does.
    @available(*, noasync, message: "blocks the thread; await 'waitForHold()'")
    public func holdAndWait() throws(LocalException) {
        try hold()
        try block { () async throws(LocalException) in try await self.waitForHold() }
    }

    /// As ``deactivate()`` and ``waitForDeactivate()``, blocking the thread as ``activateAndWait()`` does.
    @available(*, noasync, message: "blocks the thread; await 'waitForDeactivate()'")
    public func deactivateAndWait() {
        deactivate()
        communicator.block { await self.waitForDeactivate() }
    }

    /// As ``destroy()``, blocking the thread as ``activateAndWait()`` does.
    @available(*, noasync, message: "blocks the thread; await 'destroy()'")
    public func destroyAndWait() { communicator.block { await self.destroy() } }

    private func block(_ body: @escaping @Sendable () async throws(LocalException) -> Void) throws(LocalException) {
        let outcome = Outcome()
        communicator.block {
            do throws(LocalException) {
                try await body()
            } catch {
                outcome.failure.withLock { $0 = error }
            }
        }
        if let failure = outcome.failure.withLock({ $0 }) { throw failure }
    }

    private final class Outcome: Sendable {
        let failure = Mutex<LocalException?>(nil)
    }
}
