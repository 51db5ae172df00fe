import CLinux

/// What a descriptor is watched for, and what it is ready for.
package struct Readiness: OptionSet, Sendable {
    package var rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readable = Readiness(rawValue: icegate_EPOLLIN)
    package static let writable = Readiness(rawValue: icegate_EPOLLOUT)
    /// The peer sent its end of stream, or is gone.
    package static let peerClosed = Readiness(rawValue: icegate_EPOLLRDHUP)
    /// Both directions are down or the descriptor failed. Always reported, never asked for.
    package static let failed = Readiness(rawValue: icegate_EPOLLHUP | icegate_EPOLLERR)
    /// Report a change once, not a state; to be given at registration.
    package static let edgeTriggered = Readiness(rawValue: icegate_EPOLLET)
}

/// Is told on the loop's thread when a descriptor it registered is ready.
package protocol ReadinessHandler: AnyObject {
    func ready(_ descriptor: Int32, _ readiness: Readiness)
}

/// Is told on the loop's thread when a timer it scheduled is due.
package protocol TimerHandler: AnyObject {
    /// - Parameter tag: what the timer was scheduled with.
    func timerFired(_ tag: UInt64)
}

/// Is called once at the end of the turn for which it asked.
package protocol EndOfTurnHandler: AnyObject {
    func endOfTurn()
}
