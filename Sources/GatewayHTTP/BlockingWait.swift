import EventLoop
import Synchronization

/// Runs asynchronous work and blocks the calling thread until it is done. For threads outside the concurrency runtime and
/// outside every loop: the main thread of a command.
package func blockingWait<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
    let box = ResultBox<Value>()
    let done = Countdown(1)
    Task {
        let value = await body()
        box.value.withLock { $0 = value }
        done.down()
    }
    while true {
        _ = done.wait()
        if let value = box.value.withLock({ $0 }) { return value }
    }
}

private final class ResultBox<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}

extension Result where Failure == any Error {
    /// What the closure returns or throws.
    package init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
