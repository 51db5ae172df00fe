import EventLoop
import Synchronization
import Testing

@Suite("Resolver", .blocking, .timeLimit(.minutes(5)))
struct ResolverTests {
    private typealias Answer = Result<[SocketAddress], Resolver.Failure>

    private func address(_ host: String, _ port: UInt16) throws -> SocketAddress {
        try #require(SocketAddress(numeric: host, port: port))
    }

    @Test("the loop goes on while a name server keeps silent")
    func loopStaysResponsive() throws {
        let loop = try EventLoop()
        let silence = Semaphore()
        let found = try address("192.0.2.7", 0)
        let resolver = Resolver { _ in
            silence.wait()
            return .success([found])
        }
        let log = Mutex<[String]>([])
        resolver.resolve("slow.example", port: 4061, on: loop) { result in
            log.withLock { $0.append((try? result.get().description) ?? "failed") }
            #expect(loop.isCurrent)
            loop.stop()
        }
        // Only a loop that is not held up can end the silence.
        loop.execute {
            log.withLock { $0.append("job") }
            loop.execute {
                log.withLock { $0.append("another turn") }
                silence.signal()
            }
        }
        loop.runGuarded()
        #expect(log.withLock { $0 } == ["job", "another turn", "[192.0.2.7:4061]"])
    }

    @Test("more names than threads: all are answered, no more than four are asked at a time")
    func moreNamesThanThreads() throws {
        let loop = try EventLoop()
        let gate = Semaphore()
        let asked = Semaphore()
        let busy = Mutex((now: 0, most: 0))
        let found = try address("192.0.2.7", 0)
        let resolver = Resolver { host in
            busy.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            asked.signal()
            gate.wait()
            busy.withLock { $0.now -= 1 }
            return host.hasSuffix("3") ? .failure(.init(host: host, message: "none")) : .success([found])
        }
        let answers = Mutex<[UInt16: Bool]>([:])
        let names = 20
        for name in 0..<names {
            resolver.resolve("host\(name)", port: UInt16(name), on: loop) { result in
                let ports = ((try? result.get()) ?? []).map(\.port)
                #expect(ports.isEmpty || ports == [UInt16(name)])
                let count = answers.withLock { answers in
                    answers[UInt16(name)] = !ports.isEmpty
                    return answers.count
                }
                if count == names { loop.stop() }
            }
        }
        for _ in 0..<Resolver.maximumThreads { asked.wait() }
        for _ in 0..<names { gate.signal() }
        loop.runGuarded()
        #expect(busy.withLock { $0.most } == Resolver.maximumThreads)
        #expect(answers.withLock { $0.count } == names)
        #expect(answers.withLock { $0.filter { !$0.value }.keys.sorted() } == [3, 13])
    }

    @Test("threads come again after they left")
    func threadsComeAgain() throws {
        let loop = try EventLoop()
        let found = try address("192.0.2.7", 0)
        let resolver = Resolver { _ in .success([found]) }
        for round in 1...50 as ClosedRange<UInt16> {
            let port = Mutex<UInt16>(0)
            resolver.resolve("name.example", port: round, on: loop) { result in
                port.withLock { $0 = (try? result.get().first?.port) ?? 0 }
                loop.stop()
            }
            loop.runGuarded()
            #expect(port.withLock { $0 } == round)
        }
    }

    @Test("a failure names the host and the reason")
    func failure() throws {
        let loop = try EventLoop()
        let resolver = Resolver { .failure(.init(host: $0, message: "Name or service not known")) }
        let text = Mutex("")
        resolver.resolve("nowhere.example", port: 1, on: loop) { result in
            if case .failure(let failure) = result { text.withLock { $0 = "\(failure)" } }
            loop.stop()
        }
        loop.runGuarded()
        #expect(text.withLock { $0 } == "nowhere.example: Name or service not known")
    }

    @Test("numeric addresses need no look-up", arguments: ["127.0.0.1", "::1"])
    func numeric(host: String) throws {
        let loop = try EventLoop()
        let resolver = Resolver {
            Issue.record("asked for \($0)")
            return .success([])
        }
        let answer = Mutex<[SocketAddress]>([])
        resolver.resolve(host, port: 4061, on: loop) { result in
            answer.withLock { $0 = (try? result.get()) ?? [] }
            loop.stop()
        }
        loop.runGuarded()
        #expect(answer.withLock { $0 } == [try address(host, 4061)])
    }

    @Test("the completion never runs inside the call, on the loop neither", arguments: ["127.0.0.1", "name.example"])
    func neverInside(host: String) throws {
        let loop = try EventLoop()
        let found = try address("192.0.2.7", 0)
        let resolver = Resolver { _ in .success([found]) }
        let log = Mutex<[String]>([])
        loop.execute {
            resolver.resolve(host, port: 1, on: loop) { _ in
                log.withLock { $0.append("completion") }
                loop.stop()
            }
            log.withLock { $0.append("returned") }
        }
        loop.runGuarded()
        #expect(log.withLock { $0 } == ["returned", "completion"])
    }

    @Test("the system's look-up finds localhost")
    func localhost() throws {
        let addresses = try Resolver.systemLookUp("localhost").get()
        #expect(addresses.contains { ["127.0.0.1", "::1"].contains($0.host) })
        #expect(Set(addresses).count == addresses.count)
    }

    @Test(
        "the system's look-up refuses what can be no name, without asking anybody",
        arguments: ["", String(repeating: "a", count: 64) + ".invalid"])
    func impossibleNames(host: String) {
        #expect(throws: Resolver.Failure.self) { try Resolver.systemLookUp(host).get() }
    }
}
