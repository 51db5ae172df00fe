import Glibc
import Synchronization
import Testing

/// What icegate says about an execution is what a real server did, also when that is killed in the middle of it.
@Suite("The truth about servers that are killed", .serialized, .timeLimit(.minutes(5)))
struct GatewayTruthTests {
    @Test("503 never ran, 200 ran once, 502 and 504 at most once", arguments: Peer.allCases)
    func killed(peer: Peer) async throws {
        let (count, workers) = (400, 12)
        let servers = KilledServers(peer, seed: 1)
        let lives = Task { try await servers.run() }
        defer { lives.cancel() }
        let endpoint = await servers.endpoint()
        let left = Mutex(count)
        let answers = Answers()
        let next: @Sendable () -> String? = {
            left.withLock { left in
                left -= 1
                return left >= 0 ? "call \(left)" : nil
            }
        }
        let slice = "\(Repository.peers)/AMI.ice"
        try await GatewayProcess.with(["serve", slice, "--service", "probe=probe:\(endpoint)@::AMI::Probe"]) {
            gateway in
            try await withThrowingTaskGroup { group in
                for _ in 0..<workers {
                    group.addTask {
                        while let id = next() {
                            _ = await servers.endpoint()
                            let answer = try await gateway.post("probe/execute", #"{"id":"\#(id)"}"#)
                            answers.add(id, answer.status, answer.status == 200 ? nil : try answer.problem())
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        servers.end()
        try await lives.value
        let (executions, lifeCount) = servers.state.withLock { ($0.executions, $0.lives) }
        let all = answers.all
        #expect(all.count == count && lifeCount > 1)
        for (id, answer) in all {
            let times = executions[id] ?? 0
            switch (answer.status, answer.problem?.dispatched) {
            case (200, _): #expect(times == 1, "\(id) ran \(times) times")
            case (503, "no"): #expect(times == 0, "\(id) ran \(times) times: \(answer)")
            case (502, "maybe"), (504, "maybe"): #expect(times <= 1, "\(id) ran \(times) times: \(answer)")
            default: Issue.record("\(id): \(answer)")
            }
        }
        #expect(all.values.contains { $0.status == 200 } && all.values.contains { $0.status == 502 })
    }

    private final class Answers: Sendable {
        private let state = Mutex<[String: (status: Int, problem: ProblemDocument?)]>([:])

        var all: [String: (status: Int, problem: ProblemDocument?)] { state.withLock { $0 } }

        func add(_ id: String, _ status: Int, _ problem: ProblemDocument?) {
            state.withLock { $0[id] = (status, problem) }
        }
    }
}

/// One server after the other at the same endpoint, each killed when it has executed a number of calls.
private final class KilledServers: Sendable {
    struct State {
        /// What servers said they executed, by id.
        var executions: [String: Int] = [:]
        var process: ChildProcess?
        var endpoint: String?
        var lives = 0
        var isOver = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    let state = Mutex(State())
    private let peer: Peer
    private let random: Mutex<SplitMix64>

    init(_ peer: Peer, seed: UInt64) {
        self.peer = peer
        random = Mutex(SplitMix64(seed: seed))
    }

    /// Where there is a server that was not killed yet; waits for it.
    func endpoint() async -> String {
        await withCheckedContinuation { continuation in
            let isUp = state.withLock { state in
                if state.process == nil, !state.isOver { state.waiters.append(continuation) }
                return state.process != nil || state.isOver
            }
            if isUp { continuation.resume() }
        }
        return state.withLock { $0.endpoint } ?? ""
    }

    func run() async throws {
        defer { end() }
        while !state.withLock({ $0.isOver }) {
            let endpoint = state.withLock { $0.endpoint } ?? "tcp -h 127.77.0.6 -p 0"
            let life = random.withLock { 1 + $0.below(40) }
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

    private func count(_ process: ChildProcess, until life: Int) async {
        var seen = 0
        while let line = try? await process.line(containing: "EXECUTED ") {
            seen += 1
            state.withLock { state in
                state.executions[String(line.dropFirst("EXECUTED ".count)), default: 0] += 1
                if seen == life { state.process = nil }
            }
            if seen == life { process.send(SIGKILL) }
        }
    }

    func end() {
        let (process, waiters) = state.withLock { state in
            state.isOver = true
            defer { state.waiters = [] }
            return (state.process, state.waiters)
        }
        for waiter in waiters { waiter.resume() }
        process?.send(SIGKILL)
    }
}
