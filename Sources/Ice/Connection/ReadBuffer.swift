import Glibc

/// Where a connection's bytes arrive. Grows only when it is full, so that no announced length allocates anything.
struct ReadBuffer: ~Copyable {
    private var base: UnsafeMutableRawPointer
    private(set) var capacity: Int
    private var start = 0
    private var end = 0
    /// The most bytes held since the last ``trim()``.
    private var peak = 0
    private let initialCapacity: Int

    /// - Parameter initialCapacity: in bytes.
    init(initialCapacity: Int = 16_384) {
        self.initialCapacity = initialCapacity
        capacity = initialCapacity
        base = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { base.deallocate() }

    /// What has arrived and is not yet consumed; valid until the next mutation.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base + start, count: end - start) }

    /// Marks bytes at the front as used up.
    mutating func consume(_ count: Int) {
        start += count
        precondition(start <= end)
        if start == end {
            start = 0
            end = 0
        }
    }

    /// Lends the room behind the bytes; the closure returns how many bytes it wrote, 0 or less for none.
    ///
    /// - Returns: what the closure returned, and whether it filled the room.
    mutating func fill(_ read: (UnsafeMutableRawBufferPointer) -> Int) -> (count: Int, isFull: Bool) {
        makeRoom()
        let room = capacity - end
        let count = read(UnsafeMutableRawBufferPointer(start: base + end, count: room))
        if count > 0 {
            end += count
            peak = max(peak, end - start)
        }
        return (count, count == room)
    }

    private mutating func makeRoom() {
        // A little room is not worth a system call.
        guard capacity - end < 2048 || start > capacity / 2 else { return }
        let held = end - start
        if capacity - held < capacity / 2 {
            move(toCapacity: capacity * 2)
        } else if start > 0 {
            memmove(base, base + start, held)
            start = 0
            end = held
        }
    }

    private mutating func move(toCapacity newCapacity: Int) {
        let held = end - start
        let memory = UnsafeMutableRawPointer.allocate(byteCount: newCapacity, alignment: 16)
        memcpy(memory, base + start, held)
        base.deallocate()
        base = memory
        capacity = newCapacity
        start = 0
        end = held
    }

    /// Gives memory back when, since the last time, a quarter of it would have done.
    mutating func trim() {
        if capacity > initialCapacity, peak * 4 <= capacity, (end - start) * 2 <= capacity {
            move(toCapacity: max(initialCapacity, capacity / 2))
        }
        peak = end - start
    }
}
