import IceEncoding

extension InputStream {
    // MARK: Instances of encoding 1.0

    mutating func readOldInstance(_ reader: SliceReader) throws(MarshalError) -> Value? {
        let number = try cursor.read(Int32.self)
        guard number <= 0, number != .min else { throw MarshalError(.malformed, "a reference to instance \(number)") }
        guard number < 0 else {
            reader.hasReferences = true
            return nil
        }
        guard let old = reader.old else {
            reader.hasReferences = true
            return nil
        }
        guard let entry = old.entries[-number] else {
            throw MarshalError(.malformed, "a reference to instance \(-number), which there is none of")
        }
        guard old.current != 0 else { return entry.value }
        old.references.append((old.current, -number))
        if old.onlyNotes { return nil }
        if !entry.isRead, let depth = old.entries[old.current]?.depth, entry.depth <= depth {
            guard depth < reader.settings.classGraphDepthMax else {
                throw MarshalError(.malformed, "instances are nested more than \(depth) deep")
            }
            old.entries[-number]?.depth = depth + 1
        }
        return entry.value
    }

    /// Reads all instances: first where they are, then their members.
    mutating func readOldInstances(_ reader: SliceReader) throws {
        let old = OldInstances()
        while true {
            // A number, and the slice of `::Ice::Object`.
            let count = try cursor.readCount(minimumElementSize: 11)
            guard count > 0 else { break }
            for _ in 0..<count { try findOldInstance(reader, old) }
        }
        reader.old = old
        let end = cursor.offset
        if !reader.settings.acceptClassCycles {
            old.onlyNotes = true
            try readOldMembers(reader, old) { type(of: $0).init() }
            try old.check(reader.settings)
            old.references = []
            old.onlyNotes = false
        }
        try readOldMembers(reader, old) { value in
            reader.complete(value)
            return value
        }
        try old.check(reader.settings)
        old.references = []
        try cursor.move(to: end)
        reader.tellCompleted()
    }

    /// - Parameter target: what takes the members of an instance.
    private mutating func readOldMembers(
        _ reader: SliceReader, _ old: OldInstances, into target: (Value) -> Value
    ) throws {
        for number in old.order {
            guard let entry = old.entries[number] else { continue }
            old.current = number
            if !old.onlyNotes { old.entries[number]?.isRead = true }
            reader.current = SliceReader.Slice(isException: false, older: entry.slices)
            try target(entry.value)._iceReadImpl(from: &self)
            guard reader.current?.older.isEmpty == true else {
                throw MarshalError(.malformed, "an instance of \(entry.value.ice_id()) has slices too many")
            }
        }
        reader.current = nil
        old.current = 0
    }

    /// Passes over an instance, and makes it.
    private mutating func findOldInstance(_ reader: SliceReader, _ old: OldInstances) throws {
        let number = try cursor.read(Int32.self)
        guard number > 0, old.entries[number] == nil else {
            throw MarshalError(.malformed, "an instance of number \(number)")
        }
        var slices: ArraySlice<SliceReader.OldSlice> = []
        while true {
            let slice = try readOldHeader(reader)
            try cursor.move(to: slice.members.upperBound)
            if slice.typeId == Value.ice_staticId() { break }
            slices.append(slice)
        }
        while let slice = slices.first {
            if let value = reader.makeValue(slice.typeId) {
                old.entries[number] = OldInstances.Entry(value: value, slices: slices)
                old.order.append(number)
                return
            }
            slices.removeFirst()
        }
        throw MarshalError(.malformed, "an instance of no known type")
    }

    private mutating func readOldHeader(_ reader: SliceReader) throws(MarshalError) -> SliceReader.OldSlice {
        let typeId: String
        if try cursor.readBool() {
            typeId = try reader.typeId(try cursor.readSize())
        } else {
            let start = cursor.offset
            typeId = try cursor.readName()
            reader.add(typeId, at: start)
        }
        return SliceReader.OldSlice(typeId: typeId, members: try readOldSize())
    }

    private func oldMembers(_ size: Int, at start: Int) throws(MarshalError) -> Range<Int> {
        guard size >= 4, size <= cursor.bytes.count - start else {
            throw MarshalError(.badSize, "slice of \(size) bytes at offset \(start)")
        }
        return start + 4..<start + size
    }

    /// Reads the size of a slice.
    ///
    /// - Returns: where its members are.
    private mutating func readOldSize() throws(MarshalError) -> Range<Int> {
        let start = cursor.offset
        return try oldMembers(Int(try cursor.read(Int32.self)), at: start)
    }

    mutating func startOldSlice(_ reader: SliceReader) throws(MarshalError) {
        guard var slice = reader.current else { return }
        if slice.isException {
            if !slice.isPending {
                slice.typeId = try cursor.readName()
                slice.end = try readOldSize().upperBound
            }
        } else {
            guard let next = slice.older.popFirst() else { throw MarshalError(.malformed, "a slice is missing") }
            slice.typeId = next.typeId
            slice.end = next.members.upperBound
            try cursor.move(to: next.members.lowerBound)
        }
        slice.isPending = false
        reader.current = slice
    }

    /// Reads the type id and size of a slice of an exception, in encoding 1.0.
    mutating func readOldExceptionHeader() throws(MarshalError) -> SliceReader.Slice {
        var slice = SliceReader.Slice(isException: true)
        slice.typeId = try cursor.readName()
        let members = try readOldSize()
        slice.start = members.lowerBound
        slice.end = members.upperBound
        return slice
    }
}
