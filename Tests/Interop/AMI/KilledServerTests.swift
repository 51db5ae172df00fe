import Glibc
import Ice
import IceEncoding
import Synchronization
import Testing

/// Whatever happens to a server: every future completes, once, and a call that is not idempotent is executed at most once.
@Suite("AMI when a real server is killed again and again", .serialized, .timeLimit(.minutes(5)))
struct KilledServerTests {
    /// How a call ended.
    private struct End {
        /// Nil when it succeeded.
        var failure: LocalException.Code?
        var isSent: Bool

        init(_ failure: LocalException.Code?, isSent: Bool) {
            self.failure = failure
            self.isSent = isSent
        }
    }

    private final class Calls: Sendable {
        let ends = Mutex<[String: End]>([:])
        /// The ids of those whose callback was called.
        let completions = Notes<String>()
        private let left: Mutex<Int>

        init(_ count: Int) { left = Mutex(count) }

        /// The id of another call; nil when there were enough.
        func next() -> String? {
            left.withLock { left in
                defer { left -= 1 }
                return left > 0 ? "call \(left)" : nil
            }
        }
    }

    private static func failure(of future: InvocationFuture<InvocationResult>) async throws -> LocalException.Code? {
        do {
            _ = try await future.value
            return nil
        } catch let exception as LocalException {
            return exception.code
        }
    }

    private struct State {
        /// What servers said they executed, by id.
        var executions: [String: Int] = [:]
        var process: ChildProcess?
        var endpoint: String?
        var lives = 0
        var isOver = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private final class Servers: Sendable {
        let state = Mutex(State())

        /// Waits until a server can be called.
        func up() async {
            await withCheckedContinuation { continuation in
                let isUp = state.withLock { state in
                    if state.process == nil { state.waiters.append(continuation) }
                    return state.process != nil
                }
                if isUp { continuation.resume() }
            }
        }

        /// One server after the other, each killed when it has executed a number of calls.
        func run(_ peer: Peer, _ random: SplitMix64) async throws {
            var random = random
            while !state.withLock({ $0.isOver }) {
                let endpoint = state.withLock { $0.endpoint } ?? "tcp -h 127.77.0.2 -p 0"
                let life = 1 + random.below(60)
                try await peer.withAMIServer([endpoint]) { server in
                    try await server.control.read()
                    started(server)
                    await count(server.process, until: life)
                }
            }
        }

        private func started(_ server: AMIPeerServer) {
            let (waiters, isOver) = state.withLock { state in
                state.endpoint = server.endpoint
                state.process = server.process
                state.lives += 1
                defer { state.waiters = [] }
                return (state.waiters, state.isOver)
            }
            for waiter in waiters { waiter.resume() }
            if isOver { server.process.send(SIGKILL) }
        }

        /// Takes note of all that a server executes up to its end, which comes after so many.
        private func count(_ process: ChildProcess, until life: Int) async {
            var seen = 0
            while let line = try? await process.line(containing: "EXECUTED ") {
                let id = String(line.dropFirst("EXECUTED ".count))
                seen += 1
                state.withLock { state in
                    state.executions[id, default: 0] += 1
                    if seen == life { state.process = nil }
                }
                if seen == life { process.send(SIGKILL) }
            }
        }

        func end() {
            let process = state.withLock { state in
                state.isOver = true
                return state.process
            }
            process?.send(SIGKILL)
        }
    }

    @Test("25, 101: every future completes once, and nothing is executed twice", arguments: Peer.allCases, [1, 2])
    func atMostOnce(peer: Peer, seed: UInt64) async throws {
        let (count, workers) = (600, 16)
        let servers = Servers()
        let calls = Calls(count)
        // What may be repeated is, until the next server is there.
        let intervals = [String](repeating: "20", count: 5000).joined(separator: " ")
        try await Communicator.with(["Ice.RetryIntervals": intervals]) { communicator in
            async let lives: Void = servers.run(peer, SplitMix64(seed: seed))
            try await withThrowingTaskGroup { group in
                for worker in 0..<workers {
                    group.addTask {
                        var random = SplitMix64(seed: seed &* 1000 &+ UInt64(worker))
                        await servers.up()
                        let endpoint = try #require(servers.state.withLock { $0.endpoint })
                        let proxy = try #require(try communicator.makeProxy("probe:\(endpoint)"))
                        while true {
                            guard let id = calls.next() else { return }
                            await servers.up()
                            let future = try proxy.begin("execute") { $0.appendString(id) }
                            future.onCompletion { _ in calls.completions.add(id) }
                            if random.oneIn(10) { future.cancel() }
                            let end = End(try await Self.failure(of: future), isSent: future.isSent)
                            calls.ends.withLock { $0[id] = end }
                        }
                    }
                }
                try await group.waitForAll()
            }
            servers.end()
            try await lives
        }
        let completed = await calls.completions.wait(for: count)
        #expect(Set(completed).count == count && completed.count == count)
        let (executions, lives) = servers.state.withLock { ($0.executions, $0.lives) }
        let all = calls.ends.withLock { $0 }
        #expect(all.count == count && lives > 1)
        for (id, end) in all {
            let times = executions[id] ?? 0
            #expect(times <= 1, "\(id) was executed \(times) times; seed \(seed)")
            if end.failure == nil { #expect(times == 1, "\(id) succeeded; seed \(seed)") }
            // A cancel may come before the news that the request has left.
            if !end.isSent, end.failure != .invocationCanceled {
                #expect(times == 0, "\(id) was not sent; seed \(seed)")
            }
        }
        let failures = Set(all.values.compactMap(\.failure))
        #expect(failures.isSubset(of: [.connectionLost, .connectionRefused, .connectFailed, .invocationCanceled]))
        #expect(failures.isSuperset(of: [.connectionLost, .invocationCanceled]))
        #expect(all.values.contains { $0.failure == nil })
    }
}
