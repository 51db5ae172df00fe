import EventLoop
import Glibc
import Synchronization
import Testing

@Suite("Event loop: work from other threads", .blocking, .timeLimit(.minutes(5)))
struct EventLoopExecuteTests {
    @Test("keeps the order of every thread that submits")
    func perThreadOrder() throws {
        let loop = try EventLoop()
        let (threads, jobs) = (6, 2_000)
        let seen = Mutex<[[Int]]>(Array(repeating: [], count: threads))
        let left = Atomic<Int>(threads * jobs)
        let submitters = try (0..<threads).map { thread in
            try JoinableThread(name: "submitter") {
                for job in 0..<jobs {
                    loop.execute {
                        seen.withLock { $0[thread].append(job) }
                        if left.subtract(1, ordering: .relaxed).newValue == 0 { loop.stop() }
                    }
                }
            }
        }
        loop.runGuarded()
        for submitter in submitters { submitter.join() }
        #expect(seen.withLock { $0 } == Array(repeating: Array(0..<jobs), count: threads))
    }

    /// Every thread waits for its job before it submits the next, so that the loop goes to sleep again and again at
    /// just the time at which another job comes: a wake-up lost anywhere stops the whole.
    @Test("loses no wake-up, however submissions and sleep interleave", arguments: [1, 2, 5])
    func noLostWakeUp(threads: Int) throws {
        let loop = try EventLoop()
        let rounds = 3_000
        let left = Atomic<Int>(threads)
        let players = try (0..<threads).map { _ in
            try JoinableThread(name: "player") {
                let done = Semaphore()
                for _ in 0..<rounds {
                    loop.execute { done.signal() }
                    done.wait()
                }
                if left.subtract(1, ordering: .relaxed).newValue == 0 { loop.stop() }
            }
        }
        loop.runGuarded()
        // Only a failed test, whose loop was stopped by its guard, has anything to do here.
        while left.load(ordering: .relaxed) > 0 { loop.stop(); loop.run() }
        for player in players { player.join() }
    }

    @Test("a job submitted by a job, a timer, a readiness or an end-of-turn handler runs, in a later turn")
    func submittedOnLoop() throws {
        let (loop, pair) = (try EventLoop(), try SocketPair())
        var log: [String] = []
        let stop = Unchecked {
            log.append("from flush")
            loop.stop()
        }
        let flush = TurnProbe { _ in
            log.append("flush")
            loop.execute { stop.call() }
        }
        let fromReady = Unchecked {
            log.append("from ready")
            loop.atEndOfTurn(.flush, flush)
        }
        let probe = ReadinessProbe { descriptor, _ in
            log.append("ready")
            loop.deregister(descriptor)
            loop.execute { fromReady.call() }
        }
        let fromTimer = Unchecked {
            log.append("from timer")
            #expect(throws: Never.self) { try loop.register(pair.near, for: .readable, handler: probe) }
            pair.sendFromFar()
        }
        let timer = TimerProbe { _ in
            log.append("timer")
            loop.execute { fromTimer.call() }
        }
        let inner = Unchecked {
            log.append("inner job")
            _ = loop.schedule(after: 0, timer)
        }
        let turnEnd = TurnProbe { _ in log.append("end of turn") }
        let outer = Unchecked {
            log.append("job")
            loop.atEndOfTurn(.flush, turnEnd)
            loop.execute { inner.call() }
        }
        loop.execute { outer.call() }
        loop.runGuarded()
        #expect(
            log == [
                "job", "end of turn", "inner job", "timer", "from timer", "ready", "from ready", "flush", "from flush",
            ])
    }

    @Test("jobs submitted before the stop have run when run() returns, and none after")
    func jobsBeforeStop() throws {
        for _ in 0..<200 {
            let loop = try EventLoop()
            let thread = try LoopThread(loop, name: "loop")
            let count = Mutex(0)
            for _ in 0..<10 { loop.execute { count.withLock { $0 += 1 } } }
            thread.stopAndJoin()
            #expect(count.withLock { $0 } == 10)
            loop.execute { count.withLock { $0 += 1 } }
            #expect(count.withLock { $0 } == 10)
        }
    }

    @Test("a stop from inside lets the jobs of its turn and those they wake run")
    func stopFromJob() throws {
        let loop = try EventLoop()
        let log = Mutex<[Int]>([])
        loop.execute {
            log.withLock { $0.append(1) }
            loop.execute { log.withLock { $0.append(3) } }
            loop.stop()
        }
        loop.execute { log.withLock { $0.append(2) } }
        loop.runGuarded()
        #expect(log.withLock { $0 } == [1, 2, 3])
    }

    @Test("runs again after a stop, with the jobs that came between, on another thread too")
    func runsAgain() throws {
        let loop = try EventLoop()
        let log = Mutex<[String]>([])
        #expect(!loop.isCurrent)
        loop.execute {
            log.withLock { $0.append("first \(loop.isCurrent)") }
            loop.stop()
        }
        loop.runGuarded()
        #expect(!loop.isCurrent)
        loop.execute { log.withLock { $0.append("second \(loop.isCurrent)") } }
        loop.execute { loop.stop() }
        let thread = try JoinableThread(name: "again") { loop.run() }
        thread.join()
        #expect(log.withLock { $0 } == ["first true", "second true"])
        #expect(!loop.isCurrent)
    }

    @Test("a loop that is dropped lets go of the jobs it never ran")
    func dropsJobs() throws {
        final class Witness: Sendable {}
        weak var witness: Witness?
        do {
            let loop = try EventLoop()
            let strong = Witness()
            witness = strong
            loop.execute { _ = strong }
        }
        #expect(witness == nil)
    }

    @Test("closes its descriptors")
    func closesDescriptors() throws {
        // A probe finds the next free number; were descriptors to leak, a thousand loops would run out of them.
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let count = Int(min(limit.rlim_cur, 20_000))
        for _ in 0..<count { _ = try EventLoop() }
    }

    @Test("the loop's thread has its name and takes no signals")
    func threadSetUp() throws {
        let thread = try LoopThread(try EventLoop(), name: "a-name-longer-than-fifteen")
        let facts = Mutex<(name: String, blocked: Bool)>(("", false))
        let told = Semaphore()
        thread.loop.execute {
            var mask = sigset_t()
            pthread_sigmask(SIG_SETMASK, nil, &mask)
            let blocked = [SIGTERM, SIGINT, SIGHUP].allSatisfy { sigismember(&mask, $0) == 1 }
            let file = open("/proc/thread-self/comm", O_RDONLY | O_CLOEXEC)
            defer { close(file) }
            var text = [UInt8](repeating: 0, count: 64)
            let count = max(0, read(file, &text, text.count))
            let name = String(decoding: text.prefix(count), as: UTF8.self)
            facts.withLock { $0 = (name, blocked) }
            told.signal()
        }
        told.wait()
        thread.stopAndJoin()
        #expect(facts.withLock { $0.name } == "a-name-longer-t\n")
        #expect(facts.withLock { $0.blocked })
    }

    @Test("a closed loop keeps no job, neither one that waits nor one that comes later")
    func closed() throws {
        final class Token: Sendable {}
        let loop = try EventLoop()
        weak var waiting: Token?
        weak var late: Token?
        do {
            let tokens = (Token(), Token())
            waiting = tokens.0
            late = tokens.1
            loop.execute { [token = tokens.0] in _ = token }
            loop.close()
            loop.execute { [token = tokens.1] in _ = token }
        }
        loop.wake()
        #expect(waiting == nil && late == nil)
    }
}
