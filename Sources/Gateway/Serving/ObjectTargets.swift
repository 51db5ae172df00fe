import Ice
import IceEncoding

/// The invokers of a templated service whose objects are found by their identities: each has its own way to its server.
/// Bounded; those used last stay. Confined to its shard's loop.
final class ObjectTargets {
    /// Clients choose identities, so that there is no end to them.
    static let limit = 1024

    private struct Entry {
        var target: Invoker
        var lastUse: UInt64
    }

    private let make: (Identity) -> Invoker
    private var entries: [Identity: Entry] = [:]
    private var useCount: UInt64 = 0
    /// At so many of them some are forgotten. More than ``limit`` only while those have requests.
    private var threshold = ObjectTargets.limit

    var count: Int { entries.count }
    /// The requests of all that are not over.
    var inFlight: Int { entries.values.reduce(0) { $0 + $1.target.inFlight } }
    /// Whether any of them has a connection.
    var isConnected: Bool { entries.values.contains { $0.target.isConnected } }

    init(_ make: @escaping (Identity) -> Invoker) { self.make = make }

    func target(of identity: Identity) -> Invoker {
        useCount += 1
        if let target = entries[identity]?.target {
            entries[identity]?.lastUse = useCount
            return target
        }
        if entries.count >= threshold { forget() }
        let target = make(identity)
        entries[identity] = Entry(target: target, lastUse: useCount)
        return target
    }

    /// Half of them, so that it is not done with each request. Those with requests stay: flow control counts them.
    private func forget() {
        let byAge = entries.sorted { $0.value.lastUse < $1.value.lastUse }
        for (identity, entry) in byAge.prefix(byAge.count / 2) where entry.target.inFlight == 0 {
            entries[identity] = nil
        }
        threshold = max(Self.limit, entries.count * 2)
    }
}
