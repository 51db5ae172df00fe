import Glibc

/// Where a key stands, in one of two runs of bytes.
struct KeyEntry {
    var offset: Int32
    var count: Int32
    /// False: the first run; true: the second.
    var isSecond: Bool
    /// What the owner wants to know of it: an offset in the JSON text.
    var place: Int32
}

/// A stack of the keys of the objects and dictionaries that are open, to find those that stand there twice.
struct KeyTable: ~Copyable {
    private var entries: UnsafeMutablePointer<KeyEntry>?
    private var capacity = 0
    private(set) var count = 0

    deinit { entries?.deallocate() }

    @inline(__always)
    mutating func append(_ entry: KeyEntry) {
        if count == capacity { grow() }
        if let entries { (entries + count).initialize(to: entry) }
        count += 1
    }

    mutating func truncate(to count: Int) { self.count = min(count, self.count) }

    /// - Precondition: `index` is below ``count``.
    subscript(index: Int) -> KeyEntry {
        get {
            guard let entries, index < count else { preconditionFailure("no key \(index)") }
            return entries[index]
        }
    }

    @inline(never)
    private mutating func grow() {
        let larger = max(16, capacity * 2)
        let memory = UnsafeMutablePointer<KeyEntry>.allocate(capacity: larger)
        if let entries {
            memory.moveInitialize(from: entries, count: count)
            entries.deallocate()
        }
        entries = memory
        capacity = larger
    }

    /// Finds keys equal to an earlier one, from `start` on, in order of the later one.
    ///
    /// Few keys are compared with each other, many go through a hash table whose seed no client knows.
    func forEachDuplicate<Failure: Error>(
        from start: Int, _ first: UnsafeRawPointer?, _ second: UnsafeRawPointer?, seed: UInt64,
        _ found: (_ earlier: Int, _ later: Int) throws(Failure) -> Void
    ) throws(Failure) {
        guard let entries, count - start > 1 else { return }
        func key(_ index: Int) -> UnsafeRawBufferPointer {
            let entry = entries[index]
            guard let base = entry.isSecond ? second : first else {
                return UnsafeRawBufferPointer(start: nil, count: 0)
            }
            return UnsafeRawBufferPointer(start: base + Int(entry.offset), count: Int(entry.count))
        }
        func equal(_ left: Int, _ right: Int) -> Bool {
            let (left, right) = (key(left), key(right))
            guard left.count == right.count else { return false }
            guard left.count > 0, let leftBase = left.baseAddress, let rightBase = right.baseAddress else {
                return true
            }
            return memcmp(leftBase, rightBase, left.count) == 0
        }
        if count - start <= 8 {
            for later in start + 1..<count {
                // Of several equal ones the last but this: that one replaced those before.
                for earlier in (start..<later).reversed() where equal(earlier, later) {
                    try found(earlier, later)
                    break
                }
            }
            return
        }
        var size = 32
        while size < 2 * (count - start) { size *= 2 }
        let table = UnsafeMutablePointer<Int32>.allocate(capacity: size)
        defer { table.deallocate() }
        table.initialize(repeating: -1, count: size)
        for index in start..<count {
            var slot = Int(truncatingIfNeeded: hash(key(index), seed)) & (size - 1)
            while table[slot] >= 0 {
                let earlier = Int(table[slot])
                if equal(earlier, index) {
                    try found(earlier, index)
                    break
                }
                slot = (slot + 1) & (size - 1)
            }
            table[slot] = Int32(truncatingIfNeeded: index)
        }
    }
}

/// A keyed hash of a run of bytes: multiply to 128 bits and fold, eight bytes a step.
private func hash(_ key: UnsafeRawBufferPointer, _ seed: UInt64) -> UInt64 {
    @inline(__always)
    func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (high, low) = left.multipliedFullWidth(by: right)
        return high ^ low
    }
    var state = fold(seed ^ 0x9E37_79B9_7F4A_7C15, UInt64(key.count) ^ 0xD1B5_4A32_D192_ED03)
    var offset = 0
    while key.count - offset >= 8 {
        state = fold(
            state ^ key.loadUnaligned(fromByteOffset: offset, as: UInt64.self) ^ 0xA076_1D64_78BD_642F, seed | 1)
        offset += 8
    }
    var tail: UInt64 = 0
    while offset < key.count {
        tail = tail << 8 | UInt64(key[offset])
        offset += 1
    }
    return fold(state ^ tail ^ 0xE703_7ED1_A0B4_28DB, seed ^ 0x8EBC_6AF0_9C88_C6E3)
}
