import EventLoop
import Ice

extension GatewayShard {
    // MARK: Flow control

    /// Refuses what would only wait: the bounds are on requests without an answer and on bytes the target did not take yet.
    ///
    /// - Parameter count: of the requests that are to be made at once.
    func checkFlow(_ route: Route, _ mode: ServiceConfiguration.Mode, count: Int = 1) throws(Refusal) {
        let target = invoker(route, mode)
        let limits = gateway.configuration.limits
        guard inFlight + count <= limits.inFlight, target.inFlight + count <= limits.inFlightPerTarget,
            target.unsentBytes < limits.unsentPerTarget
        else {
            throw Refusal(.overloaded, "too many calls to '\(route.service)' are in flight")
        }
    }

    func exchangeBegan() { inFlight += 1 }

    func exchangeEnded() {
        inFlight -= 1
        if inFlight == 0, whenIdle != nil { checkIdle() }
    }

    /// Calls back on the loop when nothing is in flight any more, but not inside this call. For a shard that gets no more
    /// requests.
    func notifyWhenIdle(_ completion: @escaping () -> Void) {
        whenIdle = completion
        checkIdle()
    }

    /// Not inside the call that ended the last exchange: whoever made it may begin another one.
    private func checkIdle() {
        let shard = ConfinedShard(shard: self)
        loop.execute {
            let shard = shard.shard
            guard shard.inFlight == 0, let completion = shard.whenIdle else { return }
            shard.whenIdle = nil
            completion()
        }
    }
}

/// Sendable without a check: a job on the shard's own loop is all that uses it.
private struct ConfinedShard: @unchecked Sendable {
    let shard: GatewayShard
}
