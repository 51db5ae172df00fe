import IceEncoding

extension ValueReader {
    // MARK: Exceptions

    /// Reads the whole text: an object of an exception, which `@type` names.
    mutating func readException(into out: inout OutputBuffer) throws(JSONFailure) {
        let start = out.count
        repeat {
            out.truncate(to: start)
            reader.position = reader.start
            try reader.begin()
            guard reader.peek == UInt8(ascii: "{") else { throw reader.mismatch(.object) }
            let object = reader.position
            let index = try definition(declared: -1, in: tables.exceptions)
            guard index >= 0 else { throw reader.failure(.missingType, at: object) }
            let entry = tables.exceptions.entries[Int(index)]
            let (first, annotations) = try findMembers(entry.members, annotated: true)
            guard annotations.slices < 0, annotations.instances < 0, annotations.id < 0 else {
                throw reader.failure(.unknownMember, at: object)
            }
            try reader.finish()
            if isV10 {
                try writeExceptionV10(entry, first, object, into: &out)
            } else {
                try writeException(entry, first, object, into: &out)
            }
            places.pop(to: first)
            reader.depth = 0
        } while try resolveReferences()
    }

    /// In encoding 1.1 every slice names its type by a whole string, in both formats.
    private mutating func writeException(
        _ entry: PlanClass, _ first: Int, _ object: UnsafePointer<UInt8>, into out: inout OutputBuffer
    ) throws(JSONFailure) {
        for index in 0..<entry.sliceCount {
            let slice = tables.slices[Int(entry.firstSlice + index)]
            var flags: SliceFlags = index == entry.sliceCount - 1 ? .isLastSlice : []
            let start = out.count
            out.append(0 as UInt8)
            append(slice.typeID, into: &out)
            try writeBody(slice.members, entry.members, &flags, first, object, 1, into: &out)
            out.patch(flags.rawValue, at: start)
        }
    }

    private mutating func writeExceptionV10(
        _ entry: PlanClass, _ first: Int, _ object: UnsafePointer<UInt8>, into out: inout OutputBuffer
    ) throws(JSONFailure) {
        out.append(entry.usesClasses ? 1 : 0 as UInt8)
        for index in 0..<entry.sliceCount {
            let slice = tables.slices[Int(entry.firstSlice + index)]
            append(slice.typeID, into: &out)
            let start = out.count
            out.append(0 as Int32)
            reader.depth = 1
            try readRequired(slice.members, entry.members, first, object, into: &out)
            _ = try readTagged(slice.members, entry.members, first, into: &out)
            out.patch(Int32(truncatingIfNeeded: out.count - start), at: start)
        }
        if entry.usesClasses { try writePending(into: &out) }
    }
}
