package import EventLoop
import IceEncoding
import Synchronization

/// The metrics of the whole process: of all loops, through all configurations.
package final class GatewayMetrics: Sendable {
    /// Sendable without a check: what it holds is used by jobs on the loop only.
    private struct Source: @unchecked Sendable {
        let loop: EventLoop
        let gateway: GatewayLoop
    }

    private let sources = Mutex<[Source]>([])
    private let reloads = Atomic<Int>(0)
    private let failedReloads = Atomic<Int>(0)
    private let version: String

    /// - Parameter version: of icegate.
    package init(version: String) { self.version = version }

    /// Adds what a loop counts. Before the loop has any request.
    package func add(_ gateway: GatewayLoop, on loop: EventLoop) {
        let source = Source(loop: loop, gateway: gateway)
        sources.withLock { $0.append(source) }
    }

    /// Lets go of all loops. When none has requests any more.
    package func removeLoops() { sources.withLock { $0 = [] } }

    /// Counts an attempt to load the configuration anew.
    package func countReload(succeeded: Bool) {
        if succeeded {
            reloads.add(1, ordering: .relaxed)
        } else {
            failedReloads.add(1, ordering: .relaxed)
        }
    }

    /// Collects from all loops, without blocking any.
    ///
    /// - Parameters:
    ///   - storedInvocations: how many are kept now.
    ///   - completion: is called with Prometheus' text format on one of the loops.
    func collect(
        storedInvocations: Int, _ completion: @escaping @Sendable (consuming OutputBuffer) -> Void
    ) {
        let sources = sources.withLock { $0 }
        let sum = SharedSum(sources.count)
        for source in sources {
            source.loop.execute { [self] in
                let snapshot = source.gateway.snapshot()
                guard let total = sum.add(snapshot) else { return }
                completion(text(total, storedInvocations))
            }
        }
    }

    private func text(_ snapshot: LoopSnapshot, _ storedInvocations: Int) -> OutputBuffer {
        var text = MetricsWriter()
        snapshot.write(to: &text)
        text.single(
            "icegate_invocations_stored", .gauge, "Asynchronous invocations that are kept, running or finished.",
            String(storedInvocations))
        text.family("icegate_reloads_total", .counter, "Attempts to load configuration and Slice anew.")
        text.sample(
            "icegate_reloads_total", [("result", "success")], String(reloads.load(ordering: .relaxed)))
        text.sample(
            "icegate_reloads_total", [("result", "failure")], String(failedReloads.load(ordering: .relaxed)))
        text.family("icegate_build_info", .gauge, "Always 1; the version is in the label.")
        text.sample("icegate_build_info", [("version", version)], "1")
        ProcessMetrics().write(to: &text)
        return text.finish()
    }
}

/// What loops add up, each when it gets to it.
private final class SharedSum: Sendable {
    private let state: Mutex<(snapshot: LoopSnapshot, missing: Int)>

    init(_ loops: Int) { state = Mutex((LoopSnapshot(), loops)) }

    /// - Returns: the sum, to the loop that is the last.
    func add(_ snapshot: LoopSnapshot) -> LoopSnapshot? {
        state.withLock { state in
            state.snapshot.add(snapshot)
            state.missing -= 1
            return state.missing == 0 ? state.snapshot : nil
        }
    }
}
