import Foundation
import Testing

/// Random values of random types, from JSON through the gateway to a real servant and back. What has to come back is
/// computed from the values alone.
@Suite("Random values through real Ice servers")
struct RandomValueTests {
    @Test("come back as they went in", .timeLimit(.minutes(60)), arguments: [Peer.python38, .python37])
    func comeBack(peer: Peer) async throws {
        for seed in try Self.seeds() {
            try await RandomModule(peer: peer, seed: seed).run(callsPerOperation: 4)
        }
    }

    /// One seed a module: `ICEGATE_RANDOM_SEED`, `ICEGATE_RANDOM_MODULES` new ones, or always the same few.
    private static func seeds() throws -> [UInt64] {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["ICEGATE_RANDOM_SEED"] {
            guard let seed = UInt64(seed) else { throw HarnessError("ICEGATE_RANDOM_SEED is no number: \(seed)") }
            return [seed]
        }
        guard let modules = environment["ICEGATE_RANDOM_MODULES"] else { return Array(1...10) }
        guard let count = Int(modules), count > 0 else {
            throw HarnessError("ICEGATE_RANDOM_MODULES is no positive number: \(modules)")
        }
        var random = SystemRandomNumberGenerator()
        return (0..<count).map { _ in random.next() }
    }
}
