extension InputCursor {
    /// How deep instances in the tables of skipped slices may nest.
    private static var deepestTable: Int { 100 }

    /// Skips the indirection table of a slice in the sliced format with the instances in it. Encoding 1.1.
    ///
    /// - Throws: ``MarshalError``; `.malformed` for an instance that does not say its size, or nested deeper than 100.
    public mutating func skipIndirectionTable() throws(MarshalError) {
        try skipIndirectionTable(depth: 0)
    }

    private mutating func skipIndirectionTable(depth: Int) throws(MarshalError) {
        guard depth < Self.deepestTable else { throw MarshalError(.malformed, "instances nested too deeply to skip") }
        let start = offset
        let count = try readCount(minimumElementSize: 1)
        guard count > 0 else { throw MarshalError(.malformed, "empty indirection table at offset \(start)") }
        for _ in 0..<count {
            let reference = try readSize()
            guard reference > 0 else {
                throw MarshalError(.malformed, "nil in an indirection table before offset \(offset)")
            }
            if reference == 1 { try skipInstance(depth: depth) }
        }
    }

    private mutating func skipInstance(depth: Int) throws(MarshalError) {
        while true {
            let start = offset
            let flags = try read(UInt8.self)
            switch flags & 0x03 {
            case 1: _ = try readStringBytes()
            case 2, 3: _ = try readSize()
            default: break
            }
            guard flags & 0x10 != 0 else {
                throw MarshalError(.malformed, "slice at offset \(start) in compact format can't be skipped")
            }
            let size = Int(try read(Int32.self))
            guard size >= 4 else { throw MarshalError(.badSize, "slice of \(size) bytes at offset \(start)") }
            try skip(size - 4)
            if flags & 0x08 != 0 { try skipIndirectionTable(depth: depth + 1) }
            if flags & 0x20 != 0 { return }
        }
    }
}
