/// A stack of offsets in the JSON text: for every object read out of order, one slot a member.
struct OffsetStack: ~Copyable {
    private var slots: UnsafeMutablePointer<Int32>?
    private var capacity = 0
    private(set) var count = 0

    deinit { slots?.deallocate() }

    /// Adds slots that hold -1; returns the first one's index.
    mutating func push(_ size: Int) -> Int {
        if capacity - count < size {
            let larger = max(64, capacity * 2, count + size)
            let memory = UnsafeMutablePointer<Int32>.allocate(capacity: larger)
            if let slots {
                memory.moveInitialize(from: slots, count: count)
                slots.deallocate()
            }
            slots = memory
            capacity = larger
        }
        if let slots { (slots + count).initialize(repeating: -1, count: size) }
        count += size
        return count - size
    }

    mutating func pop(to count: Int) { self.count = min(count, self.count) }

    /// - Precondition: `index` is below ``count``.
    subscript(index: Int) -> Int32 {
        get {
            guard let slots, index < count else { preconditionFailure("no slot \(index)") }
            return slots[index]
        }
        set {
            guard let slots, index < count else { preconditionFailure("no slot \(index)") }
            slots[index] = newValue
        }
    }
}
