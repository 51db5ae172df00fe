/// What one loop had counted, and how it was, at one moment.
struct LoopSnapshot: Sendable {
    /// One service's target on one loop.
    struct Target: Sendable {
        let service: String
        var inFlight: Int
        /// Bytes.
        var unsent: Int
        var connections: Int
    }

    var meters: [OperationMeter] = []
    var targets: [Target] = []
    var clientConnections = 0
    var requestsInFlight = 0
    var droppedLines: UInt64 = 0

    /// Adds another loop's.
    mutating func add(_ other: LoopSnapshot) {
        clientConnections += other.clientConnections
        requestsInFlight += other.requestsInFlight
        droppedLines &+= other.droppedLines
        for target in other.targets { add(target) }
        var indices: [String: Int] = [:]
        for (index, meter) in meters.enumerated() { indices[Self.key(meter)] = index }
        for meter in other.meters {
            if let index = indices[Self.key(meter)] {
                meters[index].add(meter)
            } else {
                meters.append(meter)
            }
        }
    }

    mutating func add(_ target: Target) {
        guard let index = targets.firstIndex(where: { $0.service == target.service }) else {
            targets.append(target)
            return
        }
        targets[index].inFlight += target.inFlight
        targets[index].unsent += target.unsent
        targets[index].connections += target.connections
    }

    /// Names have no blank.
    private static func key(_ meter: OperationMeter) -> String { meter.service + " " + meter.operation }
}
