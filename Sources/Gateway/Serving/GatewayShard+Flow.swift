import EventLoop
import Ice

extension GatewayShard {
    // MARK: Flow control

    /// Takes the client's share of requests, when clients have a limit.
    func admit(_ note: inout RequestNote, _ sink: any ResponseSink) throws(Refusal) {
        guard let clients = gateway.flow.clients, let address = sink.clientAddress else { return }
        guard let share = clients.begin(address) else {
            throw Refusal(.tooManyRequests, "a client may have \(clients.limit) requests that are not answered")
        }
        note.share = share
    }

    /// Refuses what would only wait: the bounds are on requests without an answer and on bytes the target did not take yet.
    ///
    /// - Parameter count: of the requests that are to be made at once.
    func checkFlow(_ route: Route, _ mode: ServiceConfiguration.Mode, count: Int = 1) throws(Refusal) {
        let flow = gateway.flow
        let limits = flowLimits
        guard flow.total.current + count <= limits.inFlight else {
            throw Refusal(.overloaded, "too many calls are in flight")
        }
        guard flow.targets[route.serviceIndex].current + count <= limits.inFlightPerTarget else {
            throw Refusal(.overloaded, "too many calls to '\(route.service)' are in flight")
        }
        guard invoker(route, mode).unsentBytes < limits.unsentPerTarget else {
            throw Refusal(.overloaded, "too many calls to '\(route.service)' wait to be sent")
        }
    }

    func exchangeBegan() { inFlight += 1 }

    func exchangeEnded() {
        inFlight -= 1
        if inFlight == 0, whenIdle != nil { becameIdle() }
    }

    /// Calls back on the loop when nothing is in flight any more, but not inside this call. For a shard that gets no more
    /// requests.
    func notifyWhenIdle(_ completion: @escaping () -> Void) {
        whenIdle = completion
        becameIdle()
    }

    /// Looks whether nothing is in flight, but not inside the call that ended the last exchange: whoever made it may begin
    /// another one.
    func becameIdle() {
        guard whenIdle != nil else { return }
        let shard = ConfinedShard(shard: self)
        loop.execute {
            let shard = shard.shard
            guard shard.inFlight == 0, !shard.readiness.isAsking, let completion = shard.whenIdle else { return }
            shard.whenIdle = nil
            completion()
        }
    }
}

/// Sendable without a check: a job on the shard's own loop is all that uses it.
private struct ConfinedShard: @unchecked Sendable {
    let shard: GatewayShard
}

/// A loop's bounds.
struct FlowLimits {
    /// Of all loops.
    let inFlight: Int
    /// Of all loops.
    let inFlightPerTarget: Int
    /// Bytes of this loop, which has its own connection to the target: its part of the configured limit.
    let unsentPerTarget: Int

    init(_ limits: GatewayConfiguration.Limits, loops: Int) {
        inFlight = limits.inFlight
        inFlightPerTarget = limits.inFlightPerTarget
        unsentPerTarget = max(limits.unsentPerTarget / max(loops, 1), 1)
    }
}
