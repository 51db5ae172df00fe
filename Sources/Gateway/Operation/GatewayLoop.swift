package import EventLoop
import Ice

/// One loop's side of the gateway, from its start to its end: gives requests to the shard of the configuration that is
/// served now, counts them and logs them. Confined to the loop's thread.
package final class GatewayLoop: RequestHandler {
    /// What takes new requests.
    package private(set) var shard: GatewayShard
    /// Those of former configurations that still have requests in flight.
    private var retiring: [GatewayShard] = []
    private let loop: EventLoop
    private let metrics = LoopMetrics()
    private let accessLog: AccessLog?
    /// Tells how many clients are connected and how many requests wait for an answer.
    package var census: () -> (connections: Int, waiting: Int) = { (0, 0) }

    /// - Parameter log: takes the lines of the access log; nil: there is none.
    package init(_ shard: GatewayShard, loop: EventLoop, log: LogWriter?) {
        self.shard = shard
        self.loop = loop
        accessLog = log.map { AccessLog($0, loop: loop) }
    }

    package var maximumBodySize: Int { shard.maximumBodySize }

    package func handle(_ request: HTTPRequest, _ sink: any ResponseSink) -> (any RequestInProgress)? {
        shard.handle(request, sink)
    }

    package func response(
        to failure: HTTPFailure, method: HTTPRequest.Method, path: UnsafeRawBufferPointer
    ) -> HTTPResponse {
        shard.response(to: failure, method: method, path: path)
    }

    package func complete(
        _ response: inout HTTPResponse, origin: UnsafeRawBufferPointer, host: UnsafeRawBufferPointer?
    ) {
        shard.complete(&response, origin: origin, host: host)
    }

    package func ended(_ request: EndedRequest) {
        let now = EventLoop.clock()
        let time = request.note.map { now - min($0.arrival, now) }
        metrics.count(request, time: time)
        guard let accessLog, shard.gateway.configuration.accessLog == .json else { return }
        accessLog.write(request, time: time)
    }
}

extension GatewayLoop {
    // MARK: The end

    /// Hands on the last lines of the access log. Nothing of the loop is called afterwards.
    package func stop() { accessLog?.flush() }
}

extension GatewayLoop {
    // MARK: Another configuration

    /// Gives all further requests to another shard. Those in flight end with the one they began with.
    ///
    /// - Parameter idle: is called on the loop when the last of them is over.
    package func replaceShard(_ new: GatewayShard, idle: @escaping () -> Void) {
        let old = shard
        shard = new
        metrics.forgetRoutes()
        retiring.append(old)
        old.notifyWhenIdle { [unowned self, unowned old] in
            retiring.removeAll { $0 === old }
            idle()
        }
    }
}

extension GatewayLoop {
    // MARK: Metrics

    func snapshot() -> LoopSnapshot {
        var snapshot = LoopSnapshot()
        snapshot.meters = metrics.meters
        snapshot.droppedLines = accessLog?.droppedLines ?? 0
        (snapshot.clientConnections, snapshot.requestsInFlight) = census()
        for shard in [shard] + retiring { shard.addTargets(to: &snapshot) }
        return snapshot
    }
}

extension GatewayShard {
    fileprivate func addTargets(to snapshot: inout LoopSnapshot) {
        for (index, (service, target)) in zip(gateway.routes.services, targets).enumerated() {
            snapshot.add(
                LoopSnapshot.Target(
                    service: service.name, inFlight: target.inFlight + (objectTargets[index]?.inFlight ?? 0),
                    unsent: target.unsentBytes,
                    connections: target.isConnected || objectTargets[index]?.isConnected == true ? 1 : 0))
        }
    }
}
