import Dispatch
import Foundation
import Ice
import Synchronization

// The servants of FromAMDCallbacks.md.

struct ModelI: Model {
    let queue: JobQueue

    func interpolate(data: Grid, factor: Float, current: Current) async throws -> Grid {
        try await withResponseCallback { callback in
            queue.add(Job(callback: callback, grid: data, factor: factor))
        }
    }
}

struct Job: Sendable {
    let callback: ResponseCallback<Grid>
    let grid: Grid
    let factor: Float

    func execute() {
        guard let result = interpolateGrid() else {
            callback.exception(RangeError())
            return
        }
        callback.response(result)
    }
}

extension Job {
    /// Nil out of range.
    func interpolateGrid() -> Grid? {
        factor <= 1 ? grid.map { row in row.map { $0 * factor } } : nil
    }
}

final class JobQueue: Sendable {
    private let jobs = Mutex<[Job]>([])
    private let count = DispatchSemaphore(value: 0)

    func add(_ job: Job) {
        jobs.withLock { $0.append(job) }
        count.signal()
    }

    /// For a thread of your own.
    func executeNext() {
        count.wait()
        jobs.withLock { $0.removeFirst() }.execute()
    }
}

struct JI: J {
    let log: AsyncStream<String>.Continuation

    func startProcess(current: Current) async throws { log.yield("started") }

    func endProcess(current: Current) async throws -> Int32 {
        Task { log.yield("goes on by itself") }
        return 7
    }
}

/// Awaits what it needs.
struct II: I {
    let archive: Archive

    func foo(s: Int16, current: Current) async throws -> (returnValue: Int32, l: Int64) {
        let entries = try await archive.entries(of: s)
        return (Int32(s), Int64(entries.count))
    }
}

actor Archive {
    func entries(of number: Int16) throws -> [String] {
        // Not declared by the operation.
        guard number >= 0 else { throw RangeError() }
        return Array(repeating: "entry", count: Int(number))
    }
}

struct ForgetfulModel: Model {
    func interpolate(data: Grid, factor: Float, current: Current) async throws -> Grid {
        try await withResponseCallback { _ in }
    }
}
