/// The life of an object adapter. Pure: whoever has it does what its methods return.
///
/// Legal phases: holding ⇄ active; both → deactivating → deactivated → destroyed, which is the end. A step that a phase
/// has no use for is ignored; who may not take it is told before, by ``phase``.
struct AdapterLife: Sendable {
    enum Phase: Int, Comparable, Sendable {
        case holding, active, deactivating, deactivated, destroyed

        static func < (left: Phase, right: Phase) -> Bool { left.rawValue < right.rawValue }
    }

    /// What a locator registry knows of it.
    private enum Registration { case none, underway, done }

    enum Action: Equatable, Sendable {
        case nothing
        /// Tell the registry, then ``AdapterLife/registered(_:)``.
        case register
        /// Let the listeners go; for the first time or again.
        case activate(isFirst: Bool)
        case hold
        /// Tell the registry, then ``AdapterLife/unregistered()``.
        case unregister
        /// Close the listeners.
        case close
    }

    private(set) var phase = Phase.holding
    /// Why the last activation came to nothing; nil when it did not.
    private(set) var failure: LocalException?
    private var registration = Registration.none
    private var wantsActive = false
    private var wasActive = false

    /// Whether a registry has to be told of new endpoints.
    var isRegistered: Bool { registration == .done }

    /// Whether the registry is being told that the adapter is gone.
    var isUnregistering: Bool { phase == .deactivating && registration == .done }

    /// - Parameter registers: whether there is a registry to be told first.
    mutating func activate(registers: Bool) -> Action {
        guard phase == .holding else { return .nothing }
        failure = nil
        wantsActive = true
        switch registration {
        case .underway: return .nothing
        case .none where registers:
            registration = .underway
            return .register
        case .none, .done: return becomeActive()
        }
    }

    private mutating func becomeActive() -> Action {
        phase = .active
        defer { wasActive = true }
        return .activate(isFirst: !wasActive)
    }

    mutating func registered(_ failure: LocalException?) -> Action {
        registration = failure == nil ? .done : .none
        if phase == .deactivating { return endRegistration() }
        guard phase == .holding else { return .nothing }
        if let failure {
            self.failure = failure
            wantsActive = false
            return .nothing
        }
        return wantsActive ? becomeActive() : .nothing
    }

    mutating func hold() -> Action {
        wantsActive = false
        guard phase == .active else { return .nothing }
        phase = .holding
        return .hold
    }

    mutating func deactivate() -> Action {
        guard phase < .deactivating else { return .nothing }
        phase = .deactivating
        return registration == .underway ? .nothing : endRegistration()
    }

    private func endRegistration() -> Action { registration == .done ? .unregister : .close }

    mutating func unregistered() -> Action {
        registration = .none
        return phase == .deactivating ? .close : .nothing
    }

    /// All listeners are closed.
    mutating func closed() { phase = max(phase, .deactivated) }

    /// - Returns: whether it was not before.
    mutating func destroy() -> Bool {
        guard phase != .destroyed else { return false }
        phase = .destroyed
        return true
    }
}
