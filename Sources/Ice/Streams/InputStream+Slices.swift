import IceEncoding

extension InputStream {
    // MARK: Slices

    /// Begins the members of a type: its own, not those of its base.
    ///
    /// - Throws: ``MarshalError``.
    public mutating func startSlice() throws {
        guard let reader = slices, var slice = reader.current else {
            throw MarshalError(.malformed, "a slice outside of an instance or exception")
        }
        if isOld {
            try startOldSlice(reader)
            return
        }
        if !slice.isPending {
            guard !slice.flags.contains(.isLastSlice) else {
                throw MarshalError(.malformed, "a slice is missing at offset \(cursor.offset)")
            }
            slice = try readHeader(reader, isException: slice.isException)
        }
        slice.isPending = false
        if slice.flags.contains(.hasIndirectionTable) {
            try cursor.move(to: slice.end)
            slice.table = try readTable(reader)
            slice.tableEnd = cursor.offset
            try cursor.move(to: slice.start)
        }
        reader.current = slice
    }

    /// Ends them, past optional ones that nobody asked for.
    ///
    /// - Throws: ``MarshalError``.
    public mutating func endSlice() throws {
        guard let reader = slices, let current = reader.current, !current.isPending else {
            throw MarshalError(.malformed, "the end of a slice that was not begun")
        }
        let hasOptionalMembers = current.flags.contains(.hasOptionalMembers)
        if hasOptionalMembers { try skipTaggedValues(needsEndMarker: true) }
        guard current.end > 0 else { return }
        guard cursor.offset == current.end else {
            throw MarshalError(.badSize, "a slice ends at offset \(current.end), its members at \(cursor.offset)")
        }
        guard current.flags.contains(.hasIndirectionTable) else { return }
        guard hasOptionalMembers || reader.current?.tableIsUsed == true else {
            throw MarshalError(.malformed, "an indirection table that nothing refers to")
        }
        try cursor.move(to: current.tableEnd)
    }

    /// Reads what stands before the members, in encoding 1.1.
    mutating func readHeader(_ reader: SliceReader, isException: Bool) throws(MarshalError) -> SliceReader.Slice {
        var slice = SliceReader.Slice(isException: isException)
        slice.flags = SliceFlags(rawValue: try cursor.read())
        if isException {
            slice.typeId = try cursor.readName()
        } else {
            switch slice.flags.typeIDKind {
            case .typeIDString:
                let start = cursor.offset
                slice.typeId = try cursor.readName()
                reader.add(slice.typeId, at: start)
            case .typeIDIndex: slice.typeId = try reader.typeId(try cursor.readSize())
            case .compactID: slice.compactId = Int32(truncatingIfNeeded: try cursor.readSize())
            default: break
            }
        }
        if slice.flags.contains(.hasSliceSize) {
            let start = cursor.offset
            let size = Int(try cursor.read(Int32.self))
            guard size >= (slice.flags.contains(.hasOptionalMembers) ? 5 : 4), size <= cursor.remaining + 4 else {
                throw MarshalError(.badSize, "slice of \(size) bytes at offset \(start)")
            }
            slice.end = start + size
        } else if slice.flags.contains(.hasIndirectionTable) {
            throw MarshalError(.malformed, "an indirection table in the compact format")
        }
        slice.start = cursor.offset
        return slice
    }

    /// Passes over the members of a slice.
    mutating func skip(_ slice: SliceReader.Slice) throws(MarshalError) {
        guard slice.flags.contains(.hasSliceSize) else {
            throw MarshalError(.malformed, "unknown type '\(slice.typeName)' in the compact format")
        }
        try cursor.move(to: slice.end)
    }

    /// Passes over an indirection table and the instances in it, reading none of them.
    mutating func skipTable(_ reader: SliceReader, depth: Int) throws(MarshalError) {
        guard depth < reader.settings.classGraphDepthMax else {
            throw MarshalError(.malformed, "instances are nested more than \(depth) deep")
        }
        let start = cursor.offset
        if let end = reader.tableEnds[start] { return try cursor.move(to: end) }
        for _ in 0..<(try cursor.readCount(minimumElementSize: 1)) {
            guard try cursor.readSize() == 1 else { continue }
            var slice: SliceReader.Slice
            repeat {
                slice = try readHeader(reader, isException: false)
                try skip(slice)
                if slice.flags.contains(.hasIndirectionTable) { try skipTable(reader, depth: depth + 1) }
            } while !slice.flags.contains(.isLastSlice)
        }
        reader.tableEnds[start] = cursor.offset
    }
}
