import IceEncoding

extension InputStream {
    // MARK: Instances

    /// What is known about instances; begins it.
    mutating func sliceReader() -> SliceReader {
        if let slices { return slices }
        let reader = SliceReader(communicator?.streamSettings ?? .standard, loader: communicator?.sliceLoader)
        slices = reader
        return reader
    }

    /// - Returns: nil for null, and for every reference of encoding 1.0 before its instances are known.
    /// - Throws: ``MarshalError``, and what members throw.
    mutating func readInstance() throws -> Value? {
        let reader = sliceReader()
        if isOld { return try readOldInstance(reader) }
        guard let slice = reader.current, slice.flags.contains(.hasSliceSize) else {
            return try readInlineInstance(reader)
        }
        let index = try cursor.readSize()
        guard index > 0 else { return nil }
        guard index <= slice.table.count else {
            throw MarshalError(.malformed, "entry \(index) of an indirection table of \(slice.table.count)")
        }
        reader.current?.tableIsUsed = true
        return slice.table[index - 1]
    }

    private mutating func readInlineInstance(_ reader: SliceReader) throws -> Value? {
        switch try cursor.readSize() {
        case 0: nil
        case 1: try readNewInstance(reader)
        case let number: try reader.instance(number)
        }
    }

    private mutating func readNewInstance(_ reader: SliceReader) throws -> Value {
        try reader.enter()
        let index = reader.begin()
        let outer = reader.current
        let (value, known, skipped) = try readType(reader)
        reader.set(value, at: index)
        if !skipped.isEmpty { value.slicedData = try readSlicedData(skipped, reader) }
        if let known {
            reader.current = known
            if type(of: value) == Value.self {
                try startSlice()
                try endSlice()
            }
            try value._iceReadImpl(from: &self)
            guard let last = reader.current, !last.isPending, last.flags.contains(.isLastSlice) else {
                throw MarshalError(.malformed, "an instance of \(value.ice_id()) has slices too many")
            }
        }
        reader.current = outer
        reader.leave()
        try reader.end(value, at: index)
        return value
    }

    /// A slice that nobody knows the type of.
    private struct Skipped {
        var slice: SliceReader.Slice
        var tableStart: Int
        /// Nil when it is yet to be read.
        var table: [Value]?
    }

    /// Reads headers up to that of a slice of a known type.
    ///
    /// - Returns: an instance of that type, the slice, and those that were passed over; no slice when no type is known.
    private mutating func readType(
        _ reader: SliceReader
    ) throws -> (value: Value, known: SliceReader.Slice?, skipped: [Skipped]) {
        var skipped: [Skipped] = []
        var slice = try readHeader(reader, isException: false)
        let mostDerived = slice.typeName
        while true {
            if let value = reader.makeValue(slice.typeName) { return (value, slice, skipped) }
            if skipped.isEmpty, slice.typeId == Value.ice_staticId() { return (Value(), slice, []) }
            try skip(slice)
            var entry = Skipped(slice: slice, tableStart: cursor.offset, table: [])
            if slice.flags.contains(.hasIndirectionTable) {
                // What the table names may refer to this very instance, which isn't there yet.
                if reader.settings.acceptClassCycles {
                    entry.table = nil
                    try skipTable(reader, depth: 0)
                } else {
                    entry.table = try readTable(reader)
                }
            }
            skipped.append(entry)
            if slice.flags.contains(.isLastSlice) { return (UnknownSlicedValue(typeId: mostDerived), nil, skipped) }
            slice = try readHeader(reader, isException: false)
        }
    }

    private mutating func readSlicedData(_ skipped: [Skipped], _ reader: SliceReader) throws -> SlicedData {
        let position = cursor.offset
        var infos: [SliceInfo] = []
        for entry in skipped {
            var table = entry.table ?? []
            if entry.table == nil {
                try cursor.move(to: entry.tableStart)
                table = try readTable(reader)
            }
            let slice = entry.slice
            let hasOptionalMembers = slice.flags.contains(.hasOptionalMembers)
            let bytes = cursor.bytes[slice.start..<slice.end - (hasOptionalMembers ? 1 : 0)]
            infos.append(
                SliceInfo(
                    typeId: slice.typeId, compactId: slice.compactId, bytes: Array(bytes), instances: table,
                    hasOptionalMembers: hasOptionalMembers, isLastSlice: slice.flags.contains(.isLastSlice)))
        }
        try cursor.move(to: position)
        return SlicedData(infos)
    }

    /// Reads what a slice's references are numbers of.
    mutating func readTable(_ reader: SliceReader) throws -> [Value] {
        let count = try cursor.readCount(minimumElementSize: 1)
        guard count > 0 else { throw MarshalError(.malformed, "an empty indirection table") }
        var table: [Value] = []
        // Not all that a hostile count promises: tables may be nested.
        table.reserveCapacity(min(count, 1_024))
        for _ in 0..<count {
            guard let value = try readInlineInstance(reader) else {
                throw MarshalError(.malformed, "a null in an indirection table")
            }
            table.append(value)
        }
        return table
    }
}
