/// Those who wait for an object adapter's next phase.
struct AdapterWaiters: Sendable {
    var activation: [CheckedContinuation<LocalException?, Never>] = []
    var holding: [CheckedContinuation<Void, Never>] = []
    var unregistration: [CheckedContinuation<Void, Never>] = []
    var deactivation: [CheckedContinuation<Void, Never>] = []

    /// Takes out those whose wait is over.
    ///
    /// - Parameter deactivated: what those who wait for an activation are told that will not come.
    /// - Returns: what resumes them, to be called without a lock.
    mutating func woken(_ life: AdapterLife, deactivated: LocalException) -> [@Sendable () -> Void] {
        var woken: [@Sendable () -> Void] = []
        if life.phase != .holding || life.failure != nil {
            let outcome = life.phase == .active ? nil : life.phase == .holding ? life.failure : deactivated
            woken += activation.map { waiter in { waiter.resume(returning: outcome) } }
            activation = []
        }
        if life.phase != .active {
            woken += holding.map { waiter in { waiter.resume() } }
            holding = []
        }
        if !life.isUnregistering {
            woken += unregistration.map { waiter in { waiter.resume() } }
            unregistration = []
        }
        if life.phase >= .deactivated {
            woken += deactivation.map { waiter in { waiter.resume() } }
            deactivation = []
        }
        return woken
    }
}
