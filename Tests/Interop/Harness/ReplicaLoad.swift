import Glibc
import Synchronization

/// Calls from several tasks while the first replica of an IceGrid is killed.
enum ReplicaLoad {
    /// So many calls before a replica dies, and in all.
    private static let (callsBefore, calls) = (200, 800)
    private static let tasks = 8

    /// A task can lose one call on each connection to the replica: the next one finds it closed.
    ///
    /// - Parameter connections: as many as the caller has loops.
    static func mostFailures(connections: Int) -> Int { tasks * connections }

    /// - Parameter call: makes a call with that number; returns false when it may not have been executed.
    /// - Returns: how many calls failed.
    static func run(_ grid: IceGrid, _ call: @escaping @Sendable (Int) async throws -> Bool) async throws -> Int {
        let counter = Counter()
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<tasks {
                group.addTask {
                    var failures = 0
                    while true {
                        let number = counter.next()
                        guard number < calls else { return failures }
                        if number == callsBefore, let victim = grid.replicas.first { kill(victim, SIGKILL) }
                        if try await !call(number) { failures += 1 }
                    }
                }
            }
            return try await group.reduce(0, +)
        }
    }
}

/// Numbers from 0.
private final class Counter: Sendable {
    private let value = Atomic<Int>(0)

    func next() -> Int { value.add(1, ordering: .relaxed).oldValue }
}
