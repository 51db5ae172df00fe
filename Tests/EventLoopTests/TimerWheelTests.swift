import EventLoop
import Testing

@Suite("Timer wheel")
struct TimerWheelTests {
    /// What a wheel should do, done the slow way.
    private struct Model {
        var ticks: [Int: UInt64] = [:]
        var done: UInt64

        mutating func schedule(_ id: Int, at tick: UInt64) { ticks[id] = max(tick, done) }

        mutating func popDue(now: UInt64) -> [Int: UInt64] {
            let due = ticks.filter { $0.value <= now }
            for id in due.keys { ticks[id] = nil }
            done = max(done, now)
            return due
        }
    }

    /// Pops all that is due and compares: nothing early, nothing late, nothing twice, in the order of ticks.
    private func advance(_ wheel: inout TimerWheel<Int>, _ model: inout Model, to now: UInt64) -> [Int] {
        var due = model.popDue(now: now)
        var popped: [Int] = []
        var last: UInt64 = 0
        while let id = wheel.popExpired(now: now) {
            popped.append(id)
            guard let tick = due.removeValue(forKey: id) else {
                Issue.record("timer \(id) fired early, twice or after its cancellation, at \(now)")
                continue
            }
            #expect(tick >= last, "timers fire in the order of their ticks")
            last = tick
        }
        #expect(due.isEmpty, "all that is due at \(now) has fired")
        return popped
    }

    @Test(
        "agrees with a naive model over random schedules, cancellations and advances",
        arguments: 0..<24 as Range<UInt64>)
    func model(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let start = random.magnitude(bits: 42)
        var now = start
        var wheel = TimerWheel<Int>(now: now)
        var model = Model(done: now)
        var tokens: [Int: TimerWheel<Int>.Token] = [:]
        var dead: [TimerWheel<Int>.Token] = []
        for id in 0..<2_000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                // From the past to far beyond what the wheel holds at once.
                let distance = random.magnitude(bits: 41)
                let tick = Int.random(in: 0..<8, using: &random) == 0 ? now - min(now, distance) : now + distance
                tokens[id] = wheel.schedule(at: tick, id)
                model.schedule(id, at: tick)
            case 5..<7:
                guard let (victim, token) = tokens.randomElement(using: &random) else { continue }
                #expect(wheel.cancel(token) == victim)
                model.ticks[victim] = nil
                tokens[victim] = nil
                dead.append(token)
            case 7:
                if let token = dead.randomElement(using: &random) { #expect(wheel.cancel(token) == nil) }
            default:
                let near = random.magnitude(bits: 12)
                let step = Int.random(in: 0..<6, using: &random) == 0 ? random.magnitude(bits: 38) : near
                let next = wheel.nextTick ?? now
                now = Bool.random(using: &random) ? now + step : max(now, next)
                for fired in advance(&wheel, &model, to: now) {
                    if let token = tokens.removeValue(forKey: fired) { dead.append(token) }
                }
            }
            #expect(wheel.count == model.ticks.count)
            #expect((wheel.nextTick == nil) == model.ticks.isEmpty)
            if let next = wheel.nextTick, let first = model.ticks.values.min() {
                #expect(next <= first, "a loop that waits for the next tick is never late")
            }
        }
        while let next = wheel.nextTick {
            #expect(next > now || model.ticks.values.contains { $0 <= now }, "the next tick has something to do")
            now = max(now, next)
            _ = advance(&wheel, &model, to: now)
        }
        #expect(model.ticks.isEmpty)
        #expect(wheel.count == 0)
    }

    @Test(
        "fires at its tick and not before, whatever the distance",
        arguments: [
            0, 1, 62, 63, 64, 65, 4_095, 4_096, 4_097, 1 << 18, 1 << 24, 604_800_000, 1 << 30, 1 << 35,
        ] as [UInt64], [0, 1, 63, 64, 4_095, (1 << 18) - 1, (1 << 30) + 17] as [UInt64])
    func distance(_ distance: UInt64, from start: UInt64) {
        var wheel = TimerWheel<String>(now: start)
        _ = wheel.schedule(at: start + distance, "it")
        if distance > 0 { #expect(wheel.popExpired(now: start + distance - 1) == nil) }
        #expect(wheel.count == 1)
        #expect(wheel.popExpired(now: start + distance) == "it")
        #expect(wheel.popExpired(now: start + distance) == nil)
        #expect(wheel.count == 0)
    }

    @Test(
        "holds timers beyond its horizon and reaches them in few steps",
        arguments: [
            1 << 36, (1 << 36) + 1, (1 << 36) + (5 << 30), (1 << 37) - 1, 1 << 37, (1 << 40) + 12_345,
            UInt64.max / 1_000_000,
        ] as [UInt64], [0, 1, (1 << 36) - 1, 1 << 36, (3 << 36) + (63 << 30)] as [UInt64])
    func beyondHorizon(_ distance: UInt64, from start: UInt64) {
        var wheel = TimerWheel<String>(now: start)
        let tick = start + distance
        _ = wheel.schedule(at: tick, "far")
        _ = wheel.schedule(at: start + 10, "near")
        var fired: [String] = []
        var steps: UInt64 = 0
        var last: UInt64?
        while let next = wheel.nextTick, steps < 1_000 {
            if let last { #expect(next > last, "waiting for the next tick gets on") }
            last = next
            steps += 1
            while let timer = wheel.popExpired(now: next) {
                fired.append(timer)
                #expect(timer == "near" || next == tick)
            }
        }
        #expect(fired == ["near", "far"])
        #expect(steps <= 8 + distance >> 36, "one step a round and one a level")
    }

    @Test("the farthest tick of all does no harm")
    func farthest() {
        var wheel = TimerWheel<Int>(now: 12_345)
        let token = wheel.schedule(at: .max, 1)
        #expect(wheel.popExpired(now: 1 << 41) == nil)
        #expect(wheel.count == 1)
        #expect(wheel.cancel(token) == 1)
        #expect(wheel.nextTick == nil)
    }

    @Test("a past tick fires at the next look, after what was due before it")
    func past() {
        var wheel = TimerWheel<String>(now: 1_000)
        #expect(wheel.popExpired(now: 2_000) == nil)
        _ = wheel.schedule(at: 3, "past")
        #expect(wheel.nextTick == 2_000)
        #expect(wheel.popExpired(now: 2_000) == "past")
    }

    @Test("a token names nothing once its timer fired or was cancelled, also when its place is used again")
    func staleTokens() {
        var wheel = TimerWheel<String>(now: 0)
        let fired = wheel.schedule(at: 5, "fired")
        #expect(wheel.popExpired(now: 5) == "fired")
        #expect(wheel.cancel(fired) == nil)
        let cancelled = wheel.schedule(at: 9, "cancelled")
        #expect(wheel.cancel(cancelled) == "cancelled")
        #expect(wheel.cancel(cancelled) == nil)
        let current = wheel.schedule(at: 9, "current")
        #expect(fired != current && cancelled != current)
        #expect(wheel.cancel(fired) == nil)
        #expect(wheel.cancel(cancelled) == nil)
        #expect(wheel.count == 1)
        #expect(wheel.popExpired(now: 9) == "current")
    }

    @Test("lets go of the payload when a timer fires or is cancelled")
    func releasesPayloads() {
        final class Payload {}
        var wheel = TimerWheel<Payload>(now: 0)
        weak var fired: Payload?
        weak var cancelled: Payload?
        do {
            let (first, second) = (Payload(), Payload())
            (fired, cancelled) = (first, second)
            _ = wheel.schedule(at: 1, first)
            wheel.cancel(wheel.schedule(at: 2, second))
        }
        #expect(fired != nil)
        #expect(cancelled == nil)
        _ = wheel.popExpired(now: 1)
        #expect(fired == nil)
    }

    @Test("takes tens of thousands of timers that are nearly all cancelled")
    func manyCancelled() {
        var wheel = TimerWheel<Int>(now: 77)
        for round in 0..<50 {
            let tokens = (0..<1_000).map { wheel.schedule(at: 30_077 + UInt64($0), $0) }
            for (id, token) in tokens.enumerated() where id != round { #expect(wheel.cancel(token) == id) }
        }
        #expect(wheel.count == 50)
        var fired: [Int] = []
        while let id = wheel.popExpired(now: 31_077) { fired.append(id) }
        #expect(fired == Array(0..<50))
    }
}
