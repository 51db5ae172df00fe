/// Timers by millisecond ticks: a hierarchical wheel of six levels of 64 slots.
///
/// Scheduling and cancelling are a few stores each, whatever the number of timers; finding the next one looks at one
/// word a level. Pure: no clock, no callbacks. A timer never fires before its tick.
package struct TimerWheel<Payload> {
    /// Names a timer. A token of a timer that fired or was cancelled names nothing, also when its place is used again.
    package struct Token: Hashable, Sendable {
        fileprivate var index: Int32
        fileprivate var generation: UInt32
    }

    fileprivate struct Node {
        var payload: Payload?
        var tick: UInt64 = 0
        var generation: UInt32 = 0
        var slot: Int32 = -1
        var previous: Int32 = -1
        var next: Int32 = -1
    }

    private static var slotBits: UInt64 { 6 }
    private static var slotCount: Int { 64 }
    private static var levelCount: Int { 6 }
    /// The first span that no longer fits: 2³⁶ ms, about two years.
    private static var horizon: UInt64 { 1 << (slotBits * UInt64(levelCount)) }

    private var nodes: [Node] = []
    private var free: Int32 = -1
    private var heads: [Int32]
    private var occupied: [UInt64]
    /// All ticks before this one are done.
    private var elapsed: UInt64
    /// The number of timers scheduled.
    package private(set) var count = 0

    /// - Parameter now: the current tick, in milliseconds of any monotonic clock.
    package init(now: UInt64) {
        heads = Array(repeating: -1, count: Self.slotCount * Self.levelCount)
        occupied = Array(repeating: 0, count: Self.levelCount)
        elapsed = now
    }
}

extension TimerWheel {
    /// - Parameter tick: in milliseconds of the same clock; a past one fires at the next ``popExpired(now:)``.
    package mutating func schedule(at tick: UInt64, _ payload: Payload) -> Token {
        let index: Int32
        if free >= 0 {
            index = free
            free = nodes[Int(index)].next
        } else {
            index = Int32(truncatingIfNeeded: nodes.count)
            nodes.append(Node())
        }
        let node = Int(index)
        nodes[node].payload = payload
        nodes[node].tick = max(tick, elapsed)
        count += 1
        link(index)
        return Token(index: index, generation: nodes[node].generation)
    }

    /// - Returns: the payload, or nil when the timer fired or was cancelled before.
    @discardableResult
    package mutating func cancel(_ token: Token) -> Payload? {
        guard nodes[Int(token.index)].generation == token.generation else { return nil }
        unlink(token.index)
        return recycle(token.index)
    }

    /// The tick at which ``popExpired(now:)`` has something to do: that of the next timer or of the next re-sorting of
    /// far ones. Nil when there is none.
    package var nextTick: UInt64? { nextSlot()?.tick }

    /// Removes and returns one timer that is due; nil when there is none. Call until nil.
    package mutating func popExpired(now: UInt64) -> Payload? {
        while let (level, slot, tick) = nextSlot(), tick <= now {
            elapsed = max(elapsed, tick)
            let position = level * Self.slotCount + slot
            if level == 0 {
                let index = heads[position]
                unlink(index)
                return recycle(index)
            }
            // Far timers come nearer: sort the slot's timers into lower levels.
            var index = heads[position]
            heads[position] = -1
            occupied[level] &= ~(1 << UInt64(slot))
            while index >= 0 {
                let next = nodes[Int(index)].next
                link(index)
                index = next
            }
        }
        elapsed = max(elapsed, now)
        return nil
    }

    private func nextSlot() -> (level: Int, slot: Int, tick: UInt64)? {
        for level in 0..<Self.levelCount where occupied[level] != 0 {
            let shift = Self.slotBits * UInt64(level)
            let current = (elapsed >> shift) & 63
            let isTop = level == Self.levelCount - 1
            // Only the top level has timers of its next rounds. Those of its current slot are among them, for that
            // slot's timers of this round went to lower levels when it began: look at it last.
            let first = isTop ? (current + 1) & 63 : current
            let bits = occupied[level]
            let rotated = first == 0 ? bits : (bits >> first) | (bits << (64 - first))
            let slot = (UInt64(rotated.trailingZeroBitCount) + first) & 63
            let range: UInt64 = 1 << (shift + Self.slotBits)
            var tick = (elapsed & ~(range - 1)) + (slot << shift)
            if isTop, slot <= current { tick += range }
            return (level, Int(slot), tick)
        }
        return nil
    }

    private mutating func link(_ index: Int32) {
        let tick = nodes[Int(index)].tick
        let distance = min((elapsed ^ tick) | 63, Self.horizon - 1)
        let level = (63 - distance.leadingZeroBitCount) / Int(Self.slotBits)
        let slot = Int((tick >> (Self.slotBits * UInt64(level))) & 63)
        let position = level * Self.slotCount + slot
        let head = heads[position]
        nodes[Int(index)].slot = Int32(truncatingIfNeeded: position)
        nodes[Int(index)].previous = -1
        nodes[Int(index)].next = head
        if head >= 0 { nodes[Int(head)].previous = index }
        heads[position] = index
        occupied[level] |= 1 << UInt64(slot)
    }

    private mutating func unlink(_ index: Int32) {
        let (slot, previous, next) = (nodes[Int(index)].slot, nodes[Int(index)].previous, nodes[Int(index)].next)
        if previous >= 0 {
            nodes[Int(previous)].next = next
        } else {
            heads[Int(slot)] = next
            if next < 0 { occupied[Int(slot) / Self.slotCount] &= ~(1 << UInt64(Int(slot) % Self.slotCount)) }
        }
        if next >= 0 { nodes[Int(next)].previous = previous }
    }

    private mutating func recycle(_ index: Int32) -> Payload? {
        let node = Int(index)
        let payload = nodes[node].payload
        nodes[node].payload = nil
        nodes[node].generation &+= 1
        nodes[node].next = free
        free = index
        count -= 1
        return payload
    }
}

extension TimerWheel: Sendable where Payload: Sendable {}
extension TimerWheel.Node: Sendable where Payload: Sendable {}
