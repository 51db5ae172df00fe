/// Finds a value by the bytes of a path, without allocating. Built once, then read by all.
struct PathTable<Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        var hash: UInt64
        var path: [UInt8]
        var value: Value
    }

    private var entries: [Entry] = []
    /// Indices into ``entries`` by hash, open addressing, -1 is free; a power of two of places, at most half full.
    private var places: [Int32] = Array(repeating: -1, count: 16)

    /// - Returns: false when the path is there already.
    mutating func insert(_ path: String, _ value: Value) -> Bool {
        let bytes = Array(path.utf8)
        guard bytes.withUnsafeBytes({ find($0) }) == nil else { return false }
        let hash = bytes.withUnsafeBytes { Self.hash($0) }
        entries.append(Entry(hash: hash, path: bytes, value: value))
        if entries.count * 2 > places.count {
            places = Array(repeating: -1, count: places.count * 2)
            for index in entries.indices { place(index) }
        } else {
            place(entries.count - 1)
        }
        return true
    }

    func find(_ path: UnsafeRawBufferPointer) -> Value? {
        let hash = Self.hash(path)
        var place = Int(truncatingIfNeeded: hash) & (places.count - 1)
        while places[place] >= 0 {
            let index = Int(places[place])
            if entries[index].hash == hash, entries[index].path.elementsEqual(path) { return entries[index].value }
            place = (place + 1) & (places.count - 1)
        }
        return nil
    }

    private mutating func place(_ index: Int) {
        var place = Int(truncatingIfNeeded: entries[index].hash) & (places.count - 1)
        while places[place] >= 0 { place = (place + 1) & (places.count - 1) }
        places[place] = Int32(truncatingIfNeeded: index)
    }

    /// FNV-1a. Paths of the table are ours; a client can't grow it.
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }
}
