import Synchronization

/// Something that happens once, for answers that wait until a test says so.
///
/// ```swift
/// let event = MockEvent()
/// servant.on("greet") { call in
///     await event.wait()
///     return .returns("late")
/// }
/// ```
public final class MockEvent: Sendable {
    private struct State {
        var hasHappened = false
        var next = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// An event that has not happened.
    public init() {}

    /// Whether it has happened.
    public var hasHappened: Bool { state.withLock { $0.hasHappened } }

    /// Lets all go on who wait, now and later.
    public func happen() {
        let waiters = state.withLock { state in
            state.hasHappened = true
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// Waits until it has happened, or the task is cancelled.
    public func wait() async {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard !state.hasHappened, !Task.isCancelled else { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }

    /// Waits for a time, or until it has happened or the task is cancelled.
    func wait(atMost limit: Duration) async {
        await withTaskGroup { group in
            group.addTask { try? await Task.sleep(for: limit) }
            group.addTask { [self] in await wait() }
            _ = await group.next()
            group.cancelAll()
        }
    }
}
