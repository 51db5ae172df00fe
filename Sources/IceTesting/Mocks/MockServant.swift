public import Ice
import Synchronization

/// A servant made of closures, one an operation, that work on encoded parameters. Counts its calls.
public final class MockServant: Servant {
    /// What an operation does.
    public typealias Operation = @Sendable (IncomingRequest) async throws -> OutgoingResponse

    /// The type ids it reports.
    public let iceTypeIds: [String]

    private struct Waiter {
        var id: Int
        var operation: String
        var count: Int
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var operations: [String: Operation]
        var calls: [String] = []
        var counts: [String: Int] = [:]
        var waiters: [Waiter] = []
        var lastWaiter = 0
    }

    private let state: Mutex<State>

    /// - Parameters:
    ///   - typeIds: the most derived interface first.
    ///   - operations: by name; another name is answered with `OperationNotExistException`.
    public init(_ typeIds: [String] = [], operations: [String: Operation] = [:]) {
        iceTypeIds = typeIds
        state = Mutex(State(operations: operations))
    }

    /// Sets or replaces what an operation does.
    public func on(_ operation: String, _ body: @escaping Operation) {
        state.withLock { $0.operations[operation] = body }
    }

    /// Forgets what all operations do, and so what their closures hold, perhaps this servant itself.
    public func removeOperations() { state.withLock { $0.operations = [:] } }

    /// So many calls are kept in ``calls``.
    public static let maximumCalls = 10_000

    /// The operations called so far in their order, without those beyond ``maximumCalls``.
    public var calls: [String] { state.withLock { $0.calls } }

    /// How often an operation was called.
    public func callCount(_ operation: String) -> Int { state.withLock { $0.counts[operation] ?? 0 } }

    /// Waits until an operation was called so often, or until the task is cancelled, as by the time limit of a test.
    public func waitForCalls(_ operation: String, count: Int) async {
        let id = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard !Task.isCancelled, (state.counts[operation] ?? 0) < count else { return true }
                    state.waiters.append(
                        Waiter(id: id, operation: operation, count: count, continuation: continuation))
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume()
        }
    }

    /// Counts the call and does what was set for its operation.
    public func dispatch(_ request: sending IncomingRequest) async throws -> OutgoingResponse {
        let name = request.current.operation
        let (operation, reached) = state.withLock { state -> (Operation?, [Waiter]) in
            if state.calls.count < Self.maximumCalls { state.calls.append(name) }
            state.counts[name, default: 0] += 1
            guard !state.waiters.isEmpty else { return (state.operations[name], []) }
            let count = state.counts[name] ?? 0
            let reached = state.waiters.filter { $0.operation == name && $0.count <= count }
            state.waiters.removeAll { $0.operation == name && $0.count <= count }
            return (state.operations[name], reached)
        }
        for waiter in reached { waiter.continuation.resume() }
        guard let operation else { throw LocalException(.operationNotExist, name) }
        return try await operation(request)
    }
}
