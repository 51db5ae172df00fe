import Ice
import IceEncoding
import Synchronization

/// Writes down what an invocation's observer is told, and waits for the end.
final class Recorder: InvocationObserver, Sendable {
    enum Event: Equatable {
        case sent
        case replied(ReplyStatus, [UInt8])
        case failed(LocalException.Code, wasSent: Bool)
    }

    private struct State {
        var events: [Event] = []
        var waiters: [(isEnough: ([Event]) -> Bool, continuation: CheckedContinuation<[Event], Never>)] = []
        var invocation: Invocation?
    }

    private let state = Mutex(State())
    let payload: [UInt8]

    init(payload: [UInt8] = [6, 0, 0, 0, 1, 1]) { self.payload = payload }

    var events: [Event] { state.withLock { $0.events } }

    var invocation: Invocation? {
        get { state.withLock { $0.invocation } }
        set { state.withLock { $0.invocation = newValue } }
    }

    /// Waits until the events are enough, or for the end of the test's time.
    func events(when isEnough: @escaping @Sendable ([Event]) -> Bool) async -> [Event] {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let events = state.withLock { state -> [Event]? in
                    if isEnough(state.events) || Task.isCancelled { return state.events }
                    state.waiters.append((isEnough, continuation))
                    return nil
                }
                if let events { continuation.resume(returning: events) }
            }
        } onCancel: {
            let (waiters, events) = state.withLock { state in
                defer { state.waiters = [] }
                return (state.waiters.map(\.continuation), state.events)
            }
            for waiter in waiters { waiter.resume(returning: events) }
        }
    }

    /// Waits for the reply or the failure.
    func end() async -> Event? {
        await events { $0.contains { $0 != .sent } }.first { $0 != .sent }
    }

    /// How often the invocation ended.
    var endCount: Int { events.count { $0 != .sent } }

    private func record(_ event: Event) {
        let (ready, events) = state.withLock { state in
            state.events.append(event)
            let ready = state.waiters.filter { $0.isEnough(state.events) }.map(\.continuation)
            let events = state.events
            state.waiters.removeAll { $0.isEnough(events) }
            return (ready, events)
        }
        for waiter in ready { waiter.resume(returning: events) }
    }

    func sent(_ invocation: Invocation) { record(.sent) }

    func replied(_ invocation: Invocation, status: ReplyStatus, body: UnsafeRawBufferPointer) {
        record(.replied(status, Array(body)))
    }

    func failed(_ invocation: Invocation, _ exception: LocalException, wasSent: Bool) {
        record(.failed(exception.code, wasSent: wasSent))
    }

    func remarshal(_ invocation: Invocation, into buffer: inout OutputBuffer) { buffer.append(payload) }
}
