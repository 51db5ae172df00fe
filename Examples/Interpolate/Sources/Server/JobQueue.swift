import Dispatch
import Foundation
import Ice
import Modelling
import Synchronization

/// A call that waits to be computed.
struct Job: Sendable {
    let callback: Ice.ResponseCallback<Grid>
    let grid: Grid
    let factor: Float

    /// Computes and answers. Answering throws nothing, whatever became of the client.
    func execute() {
        guard let result = interpolated(grid, factor: factor) else {
            callback.exception(RangeError())
            return
        }
        callback.response(result)
    }
}

/// Computes one job after the other in a thread of its own, so that no thread that dispatches is kept from its work.
final class JobQueue: Sendable {
    private let jobs = Mutex<[Job]>([])
    private let count = DispatchSemaphore(value: 0)

    init() {
        Thread { [self] in
            while true {
                count.wait()
                jobs.withLock { $0.removeFirst() }.execute()
            }
        }.start()
    }

    func add(_ job: Job) {
        jobs.withLock { $0.append(job) }
        count.signal()
    }
}
