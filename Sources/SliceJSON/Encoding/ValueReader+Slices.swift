import IceEncoding

extension ValueReader {
    // MARK: Instances

    /// Arrays, objects and instances open, one in the other: a bound on what the stack has to hold.
    private static var deepest: Int { 1_000 }

    /// Reads the instance whose object stands at the entry's place and appends its slices, most derived first. The reader is
    /// behind the object afterwards.
    mutating func writeInstance(_ entry: InstanceBook.Entry, into out: inout OutputBuffer) throws(JSONFailure) {
        let levels = reader.depth - instanceDepth
        let outerDepth = instanceDepth
        reader.position = reader.start + Int(entry.place)
        guard book.depth < maximumGraphDepth, nesting + levels <= Self.deepest else {
            throw reader.failure(.graphTooDeep)
        }
        book.depth += 1
        nesting += levels
        instanceDepth = entry.depth
        defer {
            book.depth -= 1
            nesting -= levels
            instanceDepth = outerDepth
        }
        reader.depth = entry.depth
        let object = reader.position
        let definition = entry.definition >= 0 ? tables.classes.entries[Int(entry.definition)] : nil
        let members = definition?.members ?? PlanMembers()
        let (first, annotations) = try findMembers(members, annotated: true, definition: entry.definition)
        let behind = reader.position
        try register(entry, annotations)
        let hasUnknown = annotations.slices >= 0
        if hasUnknown { book.needsSliced = true }
        guard hasUnknown || definition != nil || isV10 else { throw reader.failure(.missingType, at: object) }
        guard hasUnknown || annotations.instances < 0 else { throw reader.failure(.badSlices, at: object) }
        let outer = book.table
        book.table = (0, 0)
        if isV10 {
            guard !hasUnknown else {
                throw reader.failure(.slicesInV10, at: reader.start + Int(annotations.slices))
            }
            if let definition { try writeSlicesV10(definition, first, object, entry.depth + 1, into: &out) }
            appendLastSliceV10(into: &out)
        } else {
            if hasUnknown { try writeUnknown(annotations, isLast: definition == nil, entry.depth + 1, into: &out) }
            if let definition {
                try writeSlices(definition, first, object, entry.depth + 1, into: &out)
            }
        }
        book.table = outer
        places.pop(to: first)
        reader.position = behind
        reader.depth = entry.depth
    }

    private mutating func writeSlices(
        _ definition: PlanClass, _ first: Int, _ object: UnsafePointer<UInt8>, _ depth: Int,
        into out: inout OutputBuffer
    ) throws(JSONFailure) {
        for index in 0..<definition.sliceCount {
            let slice = tables.slices[Int(definition.firstSlice + index)]
            var flags: SliceFlags = index == definition.sliceCount - 1 ? .isLastSlice : []
            let start = out.count
            out.append(0 as UInt8)
            if book.isSliced || index == 0 { flags.formUnion(appendTypeID(slice, into: &out)) }
            try writeBody(slice.members, definition.members, &flags, first, object, depth, into: &out)
            out.patch(flags.rawValue, at: start)
        }
    }

    /// Appends size, members and indirection table of a slice.
    mutating func writeBody(
        _ members: PlanMembers, _ all: PlanMembers, _ flags: inout SliceFlags, _ first: Int,
        _ object: UnsafePointer<UInt8>, _ depth: Int, into out: inout OutputBuffer
    ) throws(JSONFailure) {
        let start = out.count
        if book.isSliced {
            flags.insert(.hasSliceSize)
            out.append(0 as Int32)
            book.table = (book.nextTable, book.tables.count)
            book.nextTable += 1
        }
        reader.depth = depth
        try readRequired(members, all, first, object, into: &out)
        if try readTagged(members, all, first, into: &out) {
            flags.insert(.hasOptionalMembers)
            out.append(0xFF as UInt8)
        }
        guard book.isSliced else { return }
        out.patch(Int32(truncatingIfNeeded: out.count - start), at: start)
        let firstEntry = book.table.first
        book.table = (0, 0)
        guard book.tables.count > firstEntry else { return }
        flags.insert(.hasIndirectionTable)
        let entries = book.tables[firstEntry...]
        book.tables.removeSubrange(firstEntry...)
        out.appendSize(entries.count)
        for entry in entries { _ = try appendInline(entry, into: &out) }
    }

    private mutating func appendTypeID(_ slice: PlanSlice, into out: inout OutputBuffer) -> SliceFlags {
        if slice.compactID >= 0 {
            out.appendSize(Int(slice.compactID))
            return .compactID
        }
        let key = tables.find(tables.bytes(slice.typeID), in: tables.classes) ?? -1
        if let number = book.typeNumbers[key] {
            out.appendSize(Int(number))
            return .typeIDIndex
        }
        book.typeNumbers[key] = book.nextTypeNumber
        book.nextTypeNumber += 1
        append(slice.typeID, into: &out)
        return .typeIDString
    }

    func append(_ typeID: PlanText, into out: inout OutputBuffer) {
        let bytes = tables.bytes(typeID)
        out.appendSize(bytes.count)
        out.append(bytes)
    }

    // MARK: Slices of unknown types

    /// Appends the slices of `@slices` as they once came, with the instances of `@instances` in their tables.
    private mutating func writeUnknown(
        _ annotations: Annotations, isLast: Bool, _ depth: Int, into out: inout OutputBuffer
    ) throws(JSONFailure) {
        var instances = JSONArrayCursor(place: annotations.instances, depth: depth)
        var slices = JSONArrayCursor(place: annotations.slices, depth: depth)
        guard try slices.next(&reader) else { throw slices.failure(reader) }
        var isAnother = true
        while isAnother {
            let place = reader.position
            var bytes = OutputBuffer(minimumCapacity: 256)
            try readBase64(into: &bytes)
            guard let slice = unknownSlice(bytes.bytes) else { throw reader.failure(.badSlices, at: place) }
            // What Slice knows is said in members: nothing may hide in bytes that could be read.
            guard !isKnown(slice) else { throw reader.failure(.badSlices, at: place) }
            isAnother = try slices.next(&reader)
            try writeUnknown(slice, isLast: isLast && !isAnother, &instances, into: &out)
            slices.resume(&reader)
        }
        guard try !instances.next(&reader) else { throw instances.failure(reader) }
    }

    /// - Parameter bytes: must outlive the result.
    /// - Returns: nil when they are not what was given out.
    private func unknownSlice(_ bytes: UnsafeRawBufferPointer) -> UnknownSlice? {
        guard let seal else { return try? UnknownSlice(bytes) }
        return seal.unsealed(bytes).flatMap { try? UnknownSlice($0) }
    }

    private func isKnown(_ slice: UnknownSlice) -> Bool {
        guard slice.flags.typeIDKind != .compactID else { return tables.find(compactID: slice.compactID) != nil }
        var typeID = slice.typeID
        return typeID.withUTF8 { tables.find(UnsafeRawBufferPointer($0), in: tables.classes) != nil }
    }

    private mutating func writeUnknown(
        _ slice: UnknownSlice, isLast: Bool, _ instances: inout JSONArrayCursor, into out: inout OutputBuffer
    ) throws(JSONFailure) {
        var flags: SliceFlags = slice.flags.intersection(.hasOptionalMembers).union(.hasSliceSize)
        if isLast { flags.insert(.isLastSlice) }
        if slice.instances > 0 { flags.insert(.hasIndirectionTable) }
        let start = out.count
        out.append(0 as UInt8)
        flags.formUnion(appendTypeID(slice, into: &out))
        out.append(Int32(truncatingIfNeeded: slice.body.count + 4))
        out.append(slice.body)
        out.patch(flags.rawValue, at: start)
        guard slice.instances > 0 else { return }
        out.appendSize(slice.instances)
        for _ in 0..<slice.instances {
            guard try instances.next(&reader), !reader.stands("null") else { throw instances.failure(reader) }
            try readInstance(declared: -1, -1, into: &out)
            instances.read(reader)
        }
    }

    private mutating func appendTypeID(_ slice: UnknownSlice, into out: inout OutputBuffer) -> SliceFlags {
        if slice.flags.typeIDKind == .compactID {
            out.appendSize(Int(slice.compactID))
            return .compactID
        }
        let typeID = Array(slice.typeID.utf8)
        if let number = book.unknownTypeNumbers[typeID] {
            out.appendSize(Int(number))
            return .typeIDIndex
        }
        book.unknownTypeNumbers[typeID] = book.nextTypeNumber
        book.nextTypeNumber += 1
        out.appendString(slice.typeID)
        return .typeIDString
    }
}

extension ValueReader {
    // MARK: Encoding 1.0

    /// Appends the instances that were referred to, and those they refer to.
    mutating func writePending(into out: inout OutputBuffer) throws(JSONFailure) {
        while !book.pending.isEmpty {
            let batch = book.pending
            book.pending = []
            out.appendSize(batch.count)
            for entry in batch {
                out.append(book.numbers[entry.place] ?? 0)
                try writeInstance(entry, into: &out)
            }
        }
        out.appendSize(0)
    }

    private mutating func writeSlicesV10(
        _ definition: PlanClass, _ first: Int, _ object: UnsafePointer<UInt8>, _ depth: Int,
        into out: inout OutputBuffer
    ) throws(JSONFailure) {
        for index in 0..<definition.sliceCount {
            let slice = tables.slices[Int(definition.firstSlice + index)]
            let key = tables.find(tables.bytes(slice.typeID), in: tables.classes) ?? -1
            appendTypeIDV10(key, tables.bytes(slice.typeID), into: &out)
            let start = out.count
            out.append(0 as Int32)
            reader.depth = depth
            try readRequired(slice.members, definition.members, first, object, into: &out)
            _ = try readTagged(slice.members, definition.members, first, into: &out)
            out.patch(Int32(truncatingIfNeeded: out.count - start), at: start)
        }
    }

    private mutating func appendTypeIDV10(
        _ key: Int32, _ typeID: UnsafeRawBufferPointer, into out: inout OutputBuffer
    ) {
        if let number = book.typeNumbers[key] {
            out.append(1 as UInt8)
            out.appendSize(Int(number))
            return
        }
        book.typeNumbers[key] = book.nextTypeNumber
        book.nextTypeNumber += 1
        out.append(0 as UInt8)
        out.appendSize(typeID.count)
        out.append(typeID)
    }

    /// Every instance ends with the slice of `::Ice::Object`, which holds a number of facets, always 0.
    private mutating func appendLastSliceV10(into out: inout OutputBuffer) {
        let name: StaticString = "::Ice::Object"
        appendTypeIDV10(-1, UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount), into: &out)
        out.append(5 as Int32)
        out.append(0 as UInt8)
    }
}
