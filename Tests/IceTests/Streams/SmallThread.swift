import Glibc
import Testing

/// Runs on a thread with a stack of 2 MiB, a quarter of what Linux gives, and waits for its end.
func onSmallThread(_ body: @escaping @Sendable () -> Void) async throws {
    final class Work {
        let body: @Sendable () -> Void
        let done: CheckedContinuation<Void, any Error>
        init(_ body: @escaping @Sendable () -> Void, _ done: CheckedContinuation<Void, any Error>) {
            self.body = body
            self.done = done
        }
    }
    struct NoThread: Error {}
    try await withCheckedThrowingContinuation { done in
        let work = Unmanaged.passRetained(Work(body, done))
        let failure = withUnsafeTemporaryAllocation(of: pthread_attr_t.self, capacity: 1) { memory -> CInt in
            guard let attributes = memory.baseAddress else { return -1 }
            pthread_attr_init(attributes)
            pthread_attr_setstacksize(attributes, 2 << 20)
            pthread_attr_setdetachstate(attributes, CInt(PTHREAD_CREATE_DETACHED))
            defer { pthread_attr_destroy(attributes) }
            var thread: pthread_t = 0
            return pthread_create(
                &thread, attributes,
                { argument in
                    guard let argument else { return nil }
                    let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
                    work.body()
                    work.done.resume()
                    return nil
                }, work.toOpaque())
        }
        if failure != 0 { work.takeRetainedValue().done.resume(throwing: NoThread()) }
    }
}
