import EventLoop
import Testing

@Suite("Event loop: turns and timers", .blocking, .timeLimit(.minutes(5)))
struct EventLoopTurnTests {
    @Test("a turn tells descriptors, runs jobs, fires timers, then drives, then flushes")
    func order() throws {
        let (loop, pair) = (try EventLoop(), try SocketPair())
        var log: [String] = []
        let flush = TurnProbe { _ in
            log.append("flush")
            loop.stop()
        }
        let drive = TurnProbe { _ in log.append("drive") }
        let timer = TimerProbe { _ in log.append("timer") }
        let probe = ReadinessProbe { descriptor, _ in
            log.append("ready")
            loop.deregister(descriptor)
            loop.atEndOfTurn(.flush, flush)
            loop.atEndOfTurn(.drive, drive)
        }
        let record = Unchecked { log.append("job") }
        // Due long ago when the loop begins to run, as is everything else.
        while EventLoop.clock() / 1_000_000 <= loop.now / 1_000_000 + 1 {}
        _ = loop.schedule(after: 0, timer)
        loop.execute { record.call() }
        try loop.register(pair.near, for: .readable, handler: probe)
        pair.sendFromFar()
        loop.runGuarded()
        #expect(log == ["ready", "job", "timer", "drive", "flush"])
    }

    @Test("what a flush makes to drive is driven before the next flush, in the same turn")
    func phasesRepeat() throws {
        let loop = try EventLoop()
        var log: [String] = []
        let late = TurnProbe { _ in log.append("late flush") }
        let drive = TurnProbe { _ in
            log.append("drive")
            loop.atEndOfTurn(.flush, late)
        }
        let flush = TurnProbe { _ in
            log.append("flush")
            loop.atEndOfTurn(.flush, late)
            loop.atEndOfTurn(.drive, drive)
        }
        let start = Unchecked {
            loop.atEndOfTurn(.flush, flush)
            loop.atEndOfTurn(.flush, late)
            loop.stop()
        }
        loop.execute { start.call() }
        loop.runGuarded()
        #expect(log == ["flush", "late flush", "drive", "late flush", "late flush"])
    }

    @Test("a handler that asks twice is called twice, and only for the turns it asked for")
    func asksTwice() throws {
        let loop = try EventLoop()
        var calls = 0
        let probe = TurnProbe { _ in calls += 1 }
        loop.atEndOfTurn(.drive, probe)
        loop.atEndOfTurn(.drive, probe)
        let stop = TimerProbe { _ in loop.stop() }
        _ = loop.schedule(after: 2_000_000, stop)
        loop.runGuarded()
        #expect(calls == 2)
    }

    @Test("a handler that always asks again starves neither descriptors, jobs nor timers", arguments: [true, false])
    func boundedRounds(drives: Bool) throws {
        let (loop, pair) = (try EventLoop(), try SocketPair())
        var log: [String] = []
        var asks = true
        let restless = TurnProbe { probe in
            if asks { loop.atEndOfTurn(drives ? .drive : .flush, probe) }
        }
        let timer = TimerProbe { _ in
            log.append("timer")
            asks = false
            loop.stop()
        }
        let job = Unchecked {
            log.append("job")
            _ = loop.schedule(after: 1_000_000, timer)
        }
        let probe = ReadinessProbe { descriptor, _ in
            log.append("ready")
            loop.deregister(descriptor)
            loop.execute { job.call() }
        }
        loop.atEndOfTurn(drives ? .drive : .flush, restless)
        try loop.register(pair.near, for: .readable, handler: probe)
        pair.sendFromFar()
        loop.runGuarded()
        #expect(log == ["ready", "job", "timer"])
    }

    @Test("a driver that always asks again does not keep output from being flushed")
    func flushesBehindRestlessDriver() throws {
        let loop = try EventLoop()
        var log: [String] = []
        var asks = true
        let restless = TurnProbe { probe in
            if asks { loop.atEndOfTurn(.drive, probe) }
        }
        let flush = TurnProbe { _ in
            log.append("flush")
            asks = false
            loop.stop()
        }
        loop.atEndOfTurn(.drive, restless)
        loop.atEndOfTurn(.flush, flush)
        loop.runGuarded()
        #expect(log == ["flush"])
    }

    @Test("timers fire on the loop's thread in the order of their times, with their tags")
    func timerOrder() throws {
        let loop = try EventLoop()
        var tags: [UInt64] = []
        let probe = TimerProbe { tag in
            #expect(loop.isCurrent)
            tags.append(tag)
            if tags.count == 5 { loop.stop() }
        }
        for delay in [4, 1, 3, 0, 2] as [UInt64] { _ = loop.schedule(after: delay * 2_000_000, probe, tag: delay) }
        #expect(loop.timerCount == 5)
        loop.runGuarded()
        #expect(tags == [0, 1, 2, 3, 4])
        #expect(loop.timerCount == 0)
    }

    @Test(
        "a timer never fires before its time", arguments: [0, 1, 999_999, 1_000_000, 1_000_001, 3_500_000] as [UInt64])
    func neverEarly(delay: UInt64) throws {
        let loop = try EventLoop()
        var fired: UInt64?
        let probe = TimerProbe { _ in
            fired = EventLoop.clock()
            loop.stop()
        }
        let due = loop.now + delay
        _ = loop.schedule(after: delay, probe)
        loop.runGuarded()
        #expect(try #require(fired) >= due)
    }

    @Test("a timer that schedules itself for now waits for the next turn")
    func reschedulesItself() throws {
        let (loop, pair) = (try EventLoop(), try SocketPair())
        var log: [String] = []
        var timer: TimerProbe?
        let again = TimerProbe { _ in
            log.append("timer")
            if log.count < 3, let timer { _ = loop.schedule(after: 0, timer) }
            if log.count >= 3 { loop.stop() }
        }
        timer = again
        _ = loop.schedule(after: 0, again)
        try loop.register(pair.near, for: .readable, handler: ReadinessProbe { _, _ in })
        loop.runGuarded()
        #expect(log == ["timer", "timer", "timer"])
        timer = nil
        loop.deregister(pair.near)
    }

    @Test("a timer cancelled by one that fires in the same turn does not fire")
    func cancelledInTurn() throws {
        let loop = try EventLoop()
        var fired: [UInt64] = []
        var tokens: [EventLoop.Timer] = []
        let probe = TimerProbe { tag in
            fired.append(tag)
            for token in tokens { loop.cancel(token) }
            loop.stop()
        }
        tokens = (0..<4).map { loop.schedule(after: 0, probe, tag: $0) }
        loop.runGuarded()
        #expect(fired.count == 1)
        #expect(loop.timerCount == 0)
    }

    @Test("a timer for ever neither fires nor keeps the loop busy")
    func forEver() throws {
        let loop = try EventLoop()
        let never = TimerProbe { _ in Issue.record("the end of time came") }
        let timers = [UInt64.max, .max - 1, 1 << 62].map { loop.schedule(after: $0, never) }
        let stop = TimerProbe { _ in loop.stop() }
        _ = loop.schedule(after: 1_000_000, stop)
        loop.runGuarded()
        #expect(loop.timerCount == 3)
        for timer in timers { loop.cancel(timer) }
        #expect(loop.timerCount == 0)
    }

    @Test("thousands of timers, most of them cancelled")
    func thousands() throws {
        let loop = try EventLoop()
        var fired = 0
        let probe = TimerProbe { _ in
            fired += 1
            if fired == 100 { loop.stop() }
        }
        let never = TimerProbe { _ in Issue.record("a cancelled timer fired") }
        for index in 0..<10_000 as Range<UInt64> {
            let timer = loop.schedule(after: index % 5_000_000, never, tag: index)
            if index % 100 == 0 { _ = loop.schedule(after: index % 3 * 1_000_000, probe) }
            loop.cancel(timer)
        }
        #expect(loop.timerCount == 100)
        loop.runGuarded()
        #expect(fired == 100)
    }
}
