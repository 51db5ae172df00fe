import Glibc
import Synchronization

/// The requests of one connection, or those of one proxy that needs none: begun in their order on the communicator's
/// executor or the loop's, ended in any order.
final class DispatchQueue: Sendable {
    private struct State {
        var waiting: [IncomingRequest] = []
        /// Whether a task is beginning requests.
        var isRunning = false
        /// Requests not answered yet, those that wait included.
        var active = 0
        /// Whether the connection is not read until one ends.
        var isFull = false
        var whenIdle: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())
    /// Of requests that name none.
    let adapter: ObjectAdapter
    private let limit: Int
    private let executor: (any TaskExecutor)?
    private let sink = Mutex<(any ReplySink)?>(nil)
    /// Nil when dispatches go on whatever becomes of the connection.
    private let tasks: DispatchTasks?

    /// - Parameter loopExecutor: that of the connection's loop; used when the adapter's configuration says so.
    init(adapter: ObjectAdapter, limit: Int, loopExecutor: (any TaskExecutor)? = nil) {
        executor =
            loopExecutor.flatMap { adapter.configuration.dispatchesOnLoop ? $0 : nil } ?? adapter.communicator.executor
        self.adapter = adapter
        self.limit = limit
        tasks = adapter.settings.cancelsDispatches ? DispatchTasks() : nil
    }

    /// Adds a request. ``startPending()`` makes it go.
    ///
    /// - Returns: whether the connection must not be read on until it is told so.
    func add(_ request: IncomingRequest, from sink: any ReplySink) -> Bool {
        self.sink.withLock { if $0 == nil { $0 = sink } }
        return state.withLock { state in
            state.waiting.append(request)
            state.active += 1
            guard limit > 0, state.active >= limit else { return false }
            state.isFull = true
            return true
        }
    }

    func startPending() {
        let starts = state.withLock { state in
            guard !state.waiting.isEmpty, !state.isRunning else { return false }
            state.isRunning = true
            return true
        }
        guard starts else { return }
        // Ends when the queue is empty; its owner is the connection.
        Task.detached(executorPreference: executor) { [self] in run() }
    }

    /// Does not suspend, so that all of it runs on one thread.
    private func run() {
        guard let sink = sink.withLock({ $0 }) else { return }
        let thread = UInt(pthread_self())
        while let batch = nextBatch() {
            if batch.count > 1 { sink.cork(thread: thread) }
            for request in batch { begin(request, sink) }
            if batch.count > 1 { sink.uncork() }
        }
    }

    /// Returns when the dispatch has ended or waits for something.
    private func begin(_ request: IncomingRequest, _ sink: any ReplySink) {
        // What nobody waits for anyway goes on.
        guard let tasks, request.current.requestId != 0 else {
            Task.immediate(executorPreference: executor) { await dispatch(request, sink) }
            return
        }
        let key = tasks.begin()
        let task = Task.immediate(executorPreference: executor) {
            await dispatch(request, sink)
            tasks.ended(key)
        }
        tasks.made(task, key)
    }

    private func nextBatch() -> [IncomingRequest]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isRunning = false
                return nil
            }
            let batch = state.waiting
            state.waiting = []
            return batch
        }
    }

    private func dispatch(_ request: IncomingRequest, _ sink: any ReplySink) async {
        let current = request.current
        var compresses = request.compressesReply
        let response: OutgoingResponse
        do {
            response = try await (current.adapter ?? adapter).dispatch(request)
        } catch {
            response = current.makeOutgoingResponse(error: error)
            compresses = false
        }
        if current.requestId != 0 {
            sink.sendReply(
                to: current.requestId, response, compresses: compresses, thread: UInt(pthread_self()))
        }
        report(response, to: current)
        finished(sink)
    }

    private func finished(_ sink: any ReplySink) {
        let (resumes, idle) = state.withLock { state -> (Bool, [@Sendable () -> Void]) in
            state.active -= 1
            let resumes = state.isFull && state.active < limit
            if resumes { state.isFull = false }
            guard state.active == 0 else { return (resumes, []) }
            defer { state.whenIdle = [] }
            return (resumes, state.whenIdle)
        }
        if resumes { sink.resumeReading() }
        for body in idle { body() }
        sink.dispatchEnded()
    }

    /// Whether no request is being answered.
    var isIdle: Bool { state.withLock { $0.active == 0 } }

    /// Calls when no request is being answered; at once when there is none.
    func whenIdle(_ body: @escaping @Sendable () -> Void) {
        let isIdle = state.withLock { state in
            if state.active > 0 { state.whenIdle.append(body) }
            return state.active == 0
        }
        if isIdle { body() }
    }

    /// Requests not begun are dropped; answers to the others go nowhere.
    func connectionClosed() {
        state.withLock { state in
            state.active -= state.waiting.count
            state.waiting = []
            state.whenIdle = []
        }
        sink.withLock { $0 = nil }
        tasks?.cancel()
    }
}
