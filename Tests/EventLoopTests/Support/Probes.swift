import EventLoop

/// A readiness handler made of a closure.
final class ReadinessProbe: ReadinessHandler {
    private let body: (Int32, Readiness) -> Void

    init(_ body: @escaping (Int32, Readiness) -> Void) { self.body = body }

    func ready(_ descriptor: Int32, _ readiness: Readiness) { body(descriptor, readiness) }
}

/// A timer handler made of a closure.
final class TimerProbe: TimerHandler {
    private let body: (UInt64) -> Void

    init(_ body: @escaping (UInt64) -> Void) { self.body = body }

    func timerFired(_ tag: UInt64) { body(tag) }
}

/// An end-of-turn handler made of a closure.
final class TurnProbe: EndOfTurnHandler {
    private let body: (TurnProbe) -> Void

    init(_ body: @escaping (TurnProbe) -> Void) { self.body = body }

    func endOfTurn() { body(self) }
}
