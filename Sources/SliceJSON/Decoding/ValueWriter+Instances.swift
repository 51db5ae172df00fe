import IceEncoding

extension ValueWriter {
    // MARK: The second walk over instances

    /// Writes what stands where an instance belongs: `null`, the instance, or a reference to one written before.
    mutating func writeReference(
        declared: Int32, from input: inout InputCursor, into out: inout OutputBuffer
    ) throws(MarshalError) {
        if isV10 {
            let number = try input.read(Int32.self)
            guard number != 0 else { return out.append("null") }
            guard number != .min, let instance = graph.numbers[-number] else {
                throw MarshalError(.malformed, "reference to instance \(number) at offset \(input.offset - 4)")
            }
            return try writeInstance(instance, declared: declared, input, into: &out)
        }
        let number = try input.readSize()
        guard number > 0 else { return out.append("null") }
        if table.count >= 0 {
            guard number <= Int(table.count) else {
                throw MarshalError(.malformed, "index \(number) of an indirection table of \(table.count)")
            }
            return try writeInstance(
                graph.entries[Int(table.first) + number - 1], declared: declared, input, into: &out)
        }
        guard number == 1 else {
            guard number - 2 < graph.instances.count else {
                throw MarshalError(.malformed, "reference to instance \(number), which never began")
            }
            return try writeInstance(Int32(number - 2), declared: declared, input, into: &out)
        }
        let instance = try inlineInstance(input)
        try writeInstance(instance, declared: declared, input, into: &out)
        try input.move(to: Int(graph.instances[Int(instance)].end))
    }

    /// - Parameter declared: the class it must be one of; -1 for any.
    private mutating func writeInstance(
        _ number: Int32, declared: Int32, _ input: InputCursor, into out: inout OutputBuffer
    ) throws(MarshalError) {
        let instance = graph.instances[Int(number)]
        guard
            declared < 0
                || instance.definition >= 0 && tables.isKind(instance.definition, of: declared, in: tables.classes)
        else {
            throw MarshalError(
                .malformed,
                "an instance of '\(typeID(of: instance))' where '\(tables.string(tables.classes.entries[Int(declared)].typeID))' belongs"
            )
        }
        guard !instance.isWritten else {
            out.append("{\"@ref\":\"")
            graph.marks.append(InstanceGraph.Mark(offset: out.count, instance: number, isReference: true))
            graph.hasReferences = true
            return out.append("\"}")
        }
        try enterInstance()
        defer { graph.depth -= 1 }
        graph.instances[Int(number)].isWritten = true
        let outer = table
        out.append("{\"@type\":\"")
        if instance.definition >= 0 {
            out.append(tables.bytes(tables.classes.entries[Int(instance.definition)].typeID))
        } else {
            out.append("::Ice::Object")
        }
        out.append("\"")
        graph.marks.append(InstanceGraph.Mark(offset: out.count, instance: number, isReference: false))
        if instance.definition >= 0 {
            try writeSlices(
                tables.classes.entries[Int(instance.definition)], first: instance.firstSlice, input, into: &out)
        }
        if instance.firstUnknown >= 0 { try writeUnknown(instance, input, into: &out) }
        out.append("}")
        table = outer
    }

    private func typeID(of instance: InstanceGraph.Instance) -> String {
        instance.definition >= 0
            ? tables.string(tables.classes.entries[Int(instance.definition)].typeID) : "a class Slice doesn't know"
    }

    /// Writes `,"name":value` for the members of all slices, bases first.
    ///
    /// - Parameter first: the record of the most derived slice.
    mutating func writeSlices(
        _ entry: PlanClass, first: Int32, _ input: InputCursor, into out: inout OutputBuffer
    ) throws(MarshalError) {
        for index in (0..<entry.sliceCount).reversed() {
            let slice = graph.slices[Int(first + index)]
            let members = tables.slices[Int(entry.firstSlice + index)].members
            var input = input
            try input.move(to: Int(slice.start))
            table = (slice.firstEntry, slice.entryCount)
            let hasTagged = slice.flags.contains(.hasOptionalMembers)
            if members.taggedCount == 0, !hasTagged {
                try writeMembers(members, from: &input, into: &out)
                try checkEnd(slice, input)
                continue
            }
            let place = try locate(members, in: &input, hasTagged: hasTagged, needsEndMarker: true)
            try checkEnd(slice, input)
            try writeLocated(members, members.range, place, input, into: &out)
            places.pop(to: place)
        }
    }

    /// Writes `,"name":value` for members that come in another order, or with instances: parameters or results.
    ///
    /// - Parameter order: ranges of the members, in the order of the text.
    mutating func writeObject(
        _ members: PlanMembers, _ order: [Range<Int32>], from input: inout InputCursor, into out: inout OutputBuffer
    ) throws(MarshalError) {
        let begin = input
        let first = try locate(members, in: &input, hasTagged: !isV10, needsEndMarker: false)
        if isV10, members.usesClasses { try scanInstances(&input) }
        try input.finish(encoding)
        graph.isComplete = true
        let start = out.count
        for range in order { try writeLocated(members, range, first, begin, into: &out) }
        graph.finish(from: start, &out)
    }

    /// Writes `,"name":value` for those of the members that are there.
    ///
    /// - Parameter place: what ``locate(_:in:hasTagged:needsEndMarker:)`` returned.
    mutating func writeLocated(
        _ members: PlanMembers, _ range: Range<Int32>, _ place: Int, _ input: InputCursor,
        into out: inout OutputBuffer
    ) throws(MarshalError) {
        for index in range {
            let start = places[place + Int(index - members.first)]
            guard start >= 0 else { continue }
            let member = tables.members[Int(index)]
            var input = input
            try input.move(to: Int(start))
            out.append(tables.bytes(member.text))
            try write(member.node, from: &input, into: &out)
        }
    }

    // MARK: Slices of unknown types

    /// Writes `,"@slices":[…]`, and `,"@instances":[…]` when there are instances in them.
    private mutating func writeUnknown(
        _ instance: InstanceGraph.Instance, _ input: InputCursor, into out: inout OutputBuffer
    ) throws(MarshalError) {
        out.append(",\"@slices\":[")
        var instances: [(first: Int32, count: Int32)] = []
        var next = instance.firstUnknown
        while next >= 0 {
            let slice = graph.slices[Int(next)]
            if next != instance.firstUnknown { out.append(",") }
            out.append("\"")
            var bytes = unknownSlice(slice, input)
            seal?.seal(&bytes)
            Base64.encode(bytes.bytes, into: &out)
            out.append("\"")
            if slice.entryCount > 0 { instances.append((slice.firstEntry, slice.entryCount)) }
            next = slice.next
        }
        out.append("]")
        guard !instances.isEmpty else { return }
        out.append(",\"@instances\":")
        var separator: StaticString = "["
        for entries in instances {
            for entry in entries.first..<entries.first + entries.count {
                out.append(separator)
                separator = ","
                try writeInstance(graph.entries[Int(entry)], declared: -1, input, into: &out)
            }
        }
        out.append("]")
    }

    /// See ``UnknownSlice``.
    private func unknownSlice(_ slice: InstanceGraph.Slice, _ input: InputCursor) -> OutputBuffer {
        var typeID: UnsafeRawBufferPointer?
        if slice.flags.typeIDKind != .compactID {
            let type = graph.typeIDs[Int(slice.type)]
            typeID = UnsafeRawBufferPointer(
                rebasing: input.bytes[Int(type.offset)..<Int(type.offset) + Int(type.count)])
        }
        let body = UnsafeRawBufferPointer(rebasing: input.bytes[Int(slice.start)..<Int(slice.end)])
        return UnknownSlice.encoded(
            flags: slice.flags, typeID: typeID, compactID: slice.type, instances: max(slice.entryCount, 0), body: body)
    }
}
