import IceEncoding

extension InputStream {
    // MARK: Exceptions

    /// Reads a user exception.
    ///
    /// - Parameters:
    ///   - declared: types that are known without a loader.
    ///   - isComplete: whether types that derive from none of these count as unknown.
    /// - Returns: the exception, nil when none of its types is known, and the most derived type id.
    /// - Throws: ``MarshalError``, and what members throw.
    mutating func readException(
        declared: [UserException.Type], isComplete: Bool
    ) throws -> (exception: UserException?, typeId: String) {
        let reader = sliceReader()
        reader.wantsUndeclared = !isComplete
        return try isOld ? readOldException(reader, declared) : readException(reader, declared)
    }

    private mutating func readException(
        _ reader: SliceReader, _ declared: [UserException.Type]
    ) throws -> (exception: UserException?, typeId: String) {
        var slice = try readHeader(reader, isException: true)
        let mostDerived = slice.typeId
        while true {
            if let exception = reader.makeException(slice.typeId, declared: declared) {
                reader.current = slice
                try exception._iceReadImpl(from: &self)
                reader.current = nil
                return (exception, mostDerived)
            }
            guard slice.flags.contains(.hasSliceSize), !slice.flags.contains(.isLastSlice) else {
                return (nil, mostDerived)
            }
            try skip(slice)
            if slice.flags.contains(.hasIndirectionTable) { _ = try readTable(reader) }
            slice = try readHeader(reader, isException: true)
        }
    }

    private mutating func readOldException(
        _ reader: SliceReader, _ declared: [UserException.Type]
    ) throws -> (exception: UserException?, typeId: String) {
        let usesClasses = try cursor.readBool()
        var slice = try readOldExceptionHeader()
        let mostDerived = slice.typeId
        while true {
            if let exception = reader.makeException(slice.typeId, declared: declared) {
                reader.current = slice
                try exception._iceReadImpl(from: &self)
                reader.current = nil
                guard usesClasses else { return (exception, mostDerived) }
                break
            }
            // Nothing says which slice is the last one.
            guard slice.end < cursor.bytes.count, (try? cursor.move(to: slice.end)) != nil,
                let next = try? readOldExceptionHeader()
            else { return (nil, mostDerived) }
            slice = next
        }
        try readOldInstances(reader)
        let exception = reader.makeException(slice.typeId, declared: declared)
        try cursor.move(to: slice.start)
        reader.current = slice
        try exception?._iceReadImpl(from: &self)
        reader.current = nil
        return (exception, mostDerived)
    }
}
