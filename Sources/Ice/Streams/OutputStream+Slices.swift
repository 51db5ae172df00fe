import IceEncoding

extension OutputStream {
    // MARK: Slices

    /// Begins the members of a type: its own, not those of its base.
    ///
    /// - Parameters:
    ///   - compactId: -1 for none.
    ///   - last: whether the type has no base.
    public mutating func startSlice(typeId: String, compactId: Int32 = -1, last: Bool) {
        guard let writer = slices, var slice = writer.current else {
            return fail("a slice outside of an instance or exception")
        }
        slice.flags = last ? .isLastSlice : []
        slice.flagsOffset = buffer.count
        slice.hasOptionalMembers = false
        if isOld {
            if slice.isException { buffer.appendString(typeId) } else { write(typeId: typeId, writer) }
        } else {
            buffer.append(0 as UInt8)
            if slice.isException {
                buffer.appendString(typeId)
            } else if slice.isSliced || slice.isFirst {
                slice.flags.formUnion(write(typeId: typeId, compactId, writer))
            }
        }
        if slice.isSliced {
            slice.flags.insert(.hasSliceSize)
            slice.sizeOffset = buffer.count
            buffer.append(0 as Int32)
        }
        slice.isFirst = false
        writer.current = slice
    }

    /// Ends them.
    public mutating func endSlice() {
        guard let writer = slices, var slice = writer.current else { return }
        if slice.hasOptionalMembers {
            slice.flags.insert(.hasOptionalMembers)
            buffer.append(0xFF as UInt8)
        }
        if slice.isSliced {
            buffer.patch(Int32(truncatingIfNeeded: buffer.count - slice.sizeOffset), at: slice.sizeOffset)
        }
        guard !isOld else { return }
        let table = slice.table
        if !table.isEmpty { slice.flags.insert(.hasIndirectionTable) }
        buffer.patch(slice.flags.rawValue, at: slice.flagsOffset)
        slice.table = []
        slice.tableIndices = [:]
        writer.current = slice
        guard !table.isEmpty else { return }
        buffer.appendSize(table.count)
        for value in table { writeInline(value, writer) }
    }

    private mutating func write(typeId: String, _ compactId: Int32, _ writer: SliceWriter) -> SliceFlags {
        if compactId >= 0 {
            buffer.appendSize(Int(compactId))
            return .compactID
        }
        if let number = writer.number(ofTypeId: typeId) {
            buffer.appendSize(number)
            return .typeIDIndex
        }
        buffer.appendString(typeId)
        return .typeIDString
    }

    /// In encoding 1.0.
    private mutating func write(typeId: String, _ writer: SliceWriter) {
        if let number = writer.number(ofTypeId: typeId) {
            buffer.appendBool(true)
            buffer.appendSize(number)
        } else {
            buffer.appendBool(false)
            buffer.appendString(typeId)
        }
    }
}
