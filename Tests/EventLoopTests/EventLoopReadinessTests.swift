import EventLoop
import Glibc
import Testing

@Suite("Event loop: readiness", .blocking, .timeLimit(.minutes(5)))
struct EventLoopReadinessTests {
    @Test("tells of bytes to read, and again until they are read")
    func readable() throws {
        let (loop, pair) = (try EventLoop(), try SocketPair())
        var reads: [[UInt8]] = []
        let probe = ReadinessProbe { descriptor, readiness in
            #expect(descriptor == pair.near)
            #expect(readiness.contains(.readable))
            #expect(loop.isCurrent)
            reads.append(pair.readNear(limit: 2))
            if reads.count == 3 { loop.stop() }
        }
        try loop.register(pair.near, for: .readable, handler: probe)
        pair.sendFromFar([1, 2, 3, 4, 5])
        loop.runGuarded()
        #expect(reads == [[1, 2], [3, 4], [5]])
        loop.deregister(pair.near)
    }

    @Test("tells of room to write, only while asked")
    func writable() throws {
        let (loop, pair) = (try EventLoop(), try SocketPair())
        var log: [String] = []
        let probe = ReadinessProbe { _, readiness in
            if readiness.contains(.writable) {
                log.append("writable")
                #expect(throws: Never.self) { try loop.modify(pair.near, for: .readable) }
                pair.sendFromFar()
            } else {
                log.append("readable")
                loop.stop()
            }
        }
        pair.fillNear()
        try loop.register(pair.near, for: [.readable, .writable], handler: probe)
        let drain = TimerProbe { _ in
            #expect(log.isEmpty, "a full socket has no room")
            pair.drainFar()
        }
        _ = loop.schedule(after: 0, drain)
        loop.runGuarded()
        #expect(log == ["writable", "readable"])
        loop.deregister(pair.near)
    }

    @Test("tells of the peer's end of stream, and of a peer that is gone")
    func peerClosed() throws {
        let (loop, half, whole) = (try EventLoop(), try SocketPair(), try SocketPair())
        var seen: [Int32: Readiness] = [:]
        let probe = ReadinessProbe { descriptor, readiness in
            seen[descriptor] = readiness
            loop.deregister(descriptor)
            if seen.count == 2 { loop.stop() }
        }
        try loop.register(half.near, for: .peerClosed, handler: probe)
        try loop.register(whole.near, for: .peerClosed, handler: probe)
        shutdown(half.far, Int32(SHUT_WR))
        whole.closeFar()
        loop.runGuarded()
        #expect(seen[half.near] == .peerClosed)
        #expect(seen[whole.near]?.contains(.peerClosed) == true)
        #expect(seen[whole.near]?.isDisjoint(with: .failed) == false, "a hang-up is reported without being asked for")
    }

    @Test("edge-triggered: tells of a change once")
    func edgeTriggered() throws {
        let (loop, pair) = (try EventLoop(), try SocketPair())
        var count = 0
        let probe = ReadinessProbe { _, _ in count += 1 }
        try loop.register(pair.near, for: [.readable, .edgeTriggered], handler: probe)
        pair.sendFromFar()
        // Three turns with the byte unread, then another byte.
        var turns = 0
        let counter = TurnProbe { probe in
            turns += 1
            switch turns {
            case 3:
                #expect(count == 1)
                pair.sendFromFar()
            case 6:
                loop.stop()
                return
            default: break
            }
            loop.execute {}
        }
        func again() {
            loop.atEndOfTurn(.drive, counter)
        }
        let ticker = ReadinessProbe { _, _ in again() }
        let clock = try SocketPair()
        clock.sendFromFar()
        try loop.register(clock.near, for: .readable, handler: ticker)
        loop.runGuarded()
        #expect(turns == 6)
        #expect(count == 2)
        loop.deregister(pair.near)
        loop.deregister(clock.near)
    }

    @Test("a handler may deregister others whose readiness was collected in the same turn")
    func deregisterPending() throws {
        let loop = try EventLoop()
        let pairs = try (0..<8).map { _ in try SocketPair() }
        var told: [Int32] = []
        let probe = ReadinessProbe { descriptor, _ in
            told.append(descriptor)
            for pair in pairs { loop.deregister(pair.near) }
            loop.execute { loop.stop() }
        }
        for pair in pairs {
            try loop.register(pair.near, for: .readable, handler: probe)
            pair.sendFromFar()
        }
        loop.runGuarded()
        #expect(told.count == 1)
    }

    @Test("readiness collected for a closed descriptor is not told to the next owner of its number")
    func reusedDescriptor() throws {
        let loop = try EventLoop()
        let (pairs, fresh) = (try [SocketPair(), SocketPair()], try SocketPair())
        var told: [String] = []
        let newOwner = ReadinessProbe { _, readiness in
            told.append("new")
            #expect(readiness.contains(.readable))
            loop.stop()
        }
        let oldOwner = ReadinessProbe { descriptor, _ in
            told.append("old")
            // The other pair is ready in this very turn. Its number goes to a socket with nothing to read yet.
            guard let victim = pairs.first(where: { $0.near != descriptor }) else { return }
            loop.deregister(descriptor)
            loop.deregister(victim.near)
            victim.replaceNear(by: fresh)
            #expect(throws: Never.self) { try loop.register(victim.near, for: .readable, handler: newOwner) }
            loop.execute { loop.stop() }
        }
        for pair in pairs {
            try loop.register(pair.near, for: .readable, handler: oldOwner)
            pair.sendFromFar()
        }
        loop.runGuarded()
        #expect(told == ["old"])
        fresh.sendFromFar()
        loop.runGuarded()
        #expect(told == ["old", "new"])
        for pair in pairs { loop.deregister(pair.near) }
    }

    @Test("a descriptor registered again in its own handler is told of again")
    func registerAgain() throws {
        let (loop, pair) = (try EventLoop(), try SocketPair())
        var log: [String] = []
        let second = ReadinessProbe { _, _ in
            log.append("second")
            loop.stop()
        }
        let first = ReadinessProbe { descriptor, _ in
            log.append("first")
            loop.deregister(descriptor)
            #expect(throws: Never.self) { try loop.register(descriptor, for: .readable, handler: second) }
        }
        try loop.register(pair.near, for: .readable, handler: first)
        pair.sendFromFar()
        loop.runGuarded()
        #expect(log == ["first", "second"])
        loop.deregister(pair.near)
    }

    @Test("a descriptor that is registered already is refused and keeps its handler")
    func registerTwice() throws {
        let (loop, pair) = (try EventLoop(), try SocketPair())
        var log: [String] = []
        let first = ReadinessProbe { descriptor, _ in
            log.append("first")
            loop.stop()
        }
        let second = ReadinessProbe { _, _ in log.append("second") }
        try loop.register(pair.near, for: .readable, handler: first)
        #expect(throws: SystemError("epoll_ctl", code: EEXIST)) {
            try loop.register(pair.near, for: .readable, handler: second)
        }
        pair.sendFromFar()
        loop.runGuarded()
        #expect(log == ["first"])
        try loop.modify(pair.near, for: .writable)
        loop.deregister(pair.near)
    }

    @Test("more descriptors than one wait collects are all told of")
    func manyReady() throws {
        let loop = try EventLoop()
        let pairs = try (0..<300).map { _ in try SocketPair() }
        var told: Set<Int32> = []
        let probe = ReadinessProbe { descriptor, _ in
            told.insert(descriptor)
            loop.deregister(descriptor)
            if told.count == pairs.count { loop.stop() }
        }
        for pair in pairs {
            try loop.register(pair.near, for: .readable, handler: probe)
            pair.sendFromFar()
        }
        loop.runGuarded()
        #expect(told.count == pairs.count)
    }

    @Test("what epoll refuses is an error, not a registration")
    func refused() throws {
        let loop = try EventLoop()
        let probe = ReadinessProbe { _, _ in }
        #expect(throws: SystemError("epoll_ctl", code: EBADF)) { try loop.register(-1, for: .readable, handler: probe) }
        let file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        #expect(throws: SystemError("epoll_ctl", code: EPERM)) {
            try loop.register(file, for: .readable, handler: probe)
        }
        #expect(throws: SystemError.self) { try loop.modify(file, for: .readable) }
        #expect(throws: SystemError("epoll_ctl", code: ENOENT)) { try loop.modify(1_000_000, for: .readable) }
        #expect(throws: SystemError.self) { try loop.modify(-5, for: .readable) }
        loop.deregister(file)
        loop.deregister(1_000_000)
        loop.deregister(-5)
    }

    @Test("lets go of a handler when it is deregistered")
    func releasesHandlers() throws {
        let (loop, pair) = (try EventLoop(), try SocketPair())
        weak var handler: ReadinessProbe?
        do {
            let probe = ReadinessProbe { _, _ in }
            handler = probe
            try loop.register(pair.near, for: .readable, handler: probe)
        }
        #expect(handler != nil)
        loop.deregister(pair.near)
        #expect(handler == nil)
    }
}
