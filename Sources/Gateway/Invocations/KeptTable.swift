/// Entries that run and, once they have ended, are kept for a while: bounded in number, in bytes and in time.
///
/// A plain value: time comes in, in nanoseconds of one clock. Whatever has expired is dropped by the next insert or look-up. Room is made
/// by dropping what has ended, the oldest first; what runs is never dropped.
struct KeptTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        var value: Value
        var bytes: Int
        /// Tells an entry from an earlier one with its key.
        var serial: UInt64
        /// Nil while it runs.
        var expiry: UInt64?
    }

    private var maximum: Int
    private let maximumBytes: Int
    private(set) var keep: UInt64
    private var entries: [Key: Entry] = [:]
    /// In the order of their end, from ``firstEnded`` on; some are gone already.
    private var ended: [(key: Key, serial: UInt64)] = []
    private var firstEnded = 0
    private var lastSerial: UInt64 = 0
    /// Of all entries together.
    private(set) var bytes = 0

    /// - Parameters:
    ///   - maximum: how many, running and ended.
    ///   - maximumBytes: of all together. An entry that has more by itself is taken when nothing runs, or ends as such.
    ///   - keep: how long after its end, in nanoseconds.
    init(maximum: Int, maximumBytes: Int, keep: UInt64) {
        self.maximum = max(maximum, 0)
        self.maximumBytes = maximumBytes
        self.keep = keep
    }

    /// For what is inserted or ends from now on.
    mutating func configure(maximum: Int, keep: UInt64) {
        self.maximum = max(maximum, 0)
        self.keep = keep
    }

    var count: Int { entries.count }
    /// Those that have ended and, for a while, those that are gone.
    var endedPlaces: Int { ended.count }

    /// Adds a running entry.
    ///
    /// - Returns: false when there is no room, or one with that key.
    mutating func insert(_ key: Key, _ value: Value, bytes size: Int, now: UInt64) -> Bool {
        expire(now)
        guard entries[key] == nil else { return false }
        while entries.count >= maximum || (bytes + size > maximumBytes && !entries.isEmpty) {
            guard dropOldest() else { return false }
        }
        lastSerial += 1
        entries[key] = Entry(value: value, bytes: size, serial: lastSerial)
        bytes += size
        return true
    }

    /// The value, unless it has expired.
    mutating func find(_ key: Key, now: UInt64) -> Value? {
        expire(now)
        return entries[key]?.value
    }

    /// Changes the value of an entry, running or ended.
    ///
    /// - Returns: nil when there is none.
    mutating func update<Result>(_ key: Key, _ change: (inout Value) -> Result) -> Result? {
        guard let index = entries.index(forKey: key) else { return nil }
        return change(&entries.values[index].value)
    }

    /// Sets what a running entry counts for.
    mutating func resize(_ key: Key, bytes size: Int) {
        guard let old = entries[key]?.bytes else { return }
        bytes += size - old
        entries[key]?.bytes = size
        while bytes > maximumBytes, dropOldest(but: key) {}
    }

    /// A running entry has ended; from now on it may go.
    mutating func end(_ key: Key, bytes size: Int, now: UInt64) {
        expire(now)
        guard let entry = entries[key], entry.expiry == nil else { return }
        let (expiry, overflow) = now.addingReportingOverflow(keep)
        entries[key]?.expiry = overflow ? .max : expiry
        ended.append((key, entry.serial))
        resize(key, bytes: size)
        tidy()
    }

    /// Forgets an entry, running or ended.
    mutating func remove(_ key: Key) -> Value? {
        guard let entry = entries.removeValue(forKey: key) else { return nil }
        bytes -= entry.bytes
        return entry.value
    }

    // MARK: Those that have ended

    private mutating func expire(_ now: UInt64) {
        while firstEnded < ended.count {
            let oldest = ended[firstEnded]
            if let entry = entries[oldest.key], entry.serial == oldest.serial {
                guard let expiry = entry.expiry, expiry <= now else { return }
                _ = remove(oldest.key)
            }
            firstEnded += 1
        }
        tidy()
    }

    /// - Returns: false when there is none but perhaps the one that stays.
    private mutating func dropOldest(but kept: Key? = nil) -> Bool {
        while firstEnded < ended.count {
            let oldest = ended[firstEnded]
            if oldest.key == kept, entries[oldest.key]?.serial == oldest.serial { return false }
            firstEnded += 1
            guard entries[oldest.key]?.serial == oldest.serial else { continue }
            _ = remove(oldest.key)
            return true
        }
        return false
    }

    /// Gives back the places of those that are gone.
    private mutating func tidy() {
        guard ended.count > 64, ended.count > 2 * entries.count || firstEnded > ended.count / 2 else { return }
        ended = ended[firstEnded...].filter { entries[$0.key]?.serial == $0.serial }
        firstEnded = 0
    }
}
