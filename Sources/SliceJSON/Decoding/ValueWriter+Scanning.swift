import IceEncoding

extension ValueWriter {
    // MARK: The first walk over instances, encoding 1.1

    /// Passes over what stands where an instance belongs.
    mutating func skipReference(in input: inout InputCursor) throws(MarshalError) {
        if isV10 { return try input.skip(4) }
        let number = try input.readSize()
        // In a slice with a table it is an index of the table, checked when it is used.
        guard table.count < 0, number > 0 else { return }
        if number > 1 { return try checkReference(number, input) }
        if graph.isComplete {
            try input.move(to: Int(graph.instances[Int(try inlineInstance(input))].end))
        } else {
            _ = try scanInstance(&input)
        }
    }

    private func checkReference(_ number: Int, _ input: InputCursor) throws(MarshalError) {
        guard number - 2 < graph.instances.count else {
            throw MarshalError(
                .malformed, "reference to instance \(number) before offset \(input.offset), which never began")
        }
    }

    /// Enters an instance whose slices begin at the cursor; returns its number.
    private mutating func scanInstance(_ input: inout InputCursor) throws(MarshalError) -> Int32 {
        try enterInstance()
        defer { graph.depth -= 1 }
        let outer = table
        let number = graph.instances.count
        graph.instances.append(InstanceGraph.Instance(start: Int32(truncatingIfNeeded: input.offset)))
        var last: Int32 = -1
        while true {
            var slice = InstanceGraph.Slice()
            let definition = try readHeader(&slice, &input)
            guard definition < 0 else {
                try scanKnown(definition, number, slice, &input)
                break
            }
            try scanUnknown(slice, after: &last, of: number, &input)
            if slice.flags.contains(.isLastSlice) { break }
        }
        graph.instances[number].end = Int32(truncatingIfNeeded: input.offset)
        table = outer
        return Int32(number)
    }

    mutating func enterInstance() throws(MarshalError) {
        guard graph.depth < maximumGraphDepth else {
            throw MarshalError(.malformed, "instances nested deeper than \(maximumGraphDepth) (Ice.ClassGraphDepthMax)")
        }
        graph.depth += 1
    }

    /// Reads flags, type and size of a slice; returns the class it names, -1 for an unknown one or none.
    private mutating func readHeader(
        _ slice: inout InstanceGraph.Slice, _ input: inout InputCursor
    ) throws(MarshalError) -> Int32 {
        slice.flags = SliceFlags(rawValue: try input.read())
        var definition: Int32 = -1
        switch slice.flags.typeIDKind {
        case .typeIDString:
            let typeID = try input.readStringBytes()
            definition = tables.find(typeID, in: tables.classes) ?? -1
            guard definition >= 0 || String(validating: typeID, as: UTF8.self) != nil else {
                throw MarshalError(.badString, "the type ID before offset \(input.offset) is not UTF-8")
            }
            slice.type = Int32(graph.typeIDs.count)
            graph.typeIDs.append(
                InstanceGraph.TypeID(
                    offset: Int32(truncatingIfNeeded: input.offset - typeID.count),
                    count: Int32(truncatingIfNeeded: typeID.count), definition: definition))
        case .typeIDIndex:
            let index = try input.readSize()
            guard index > 0, index <= graph.typeIDs.count else {
                throw MarshalError(.malformed, "type ID index \(index) of \(graph.typeIDs.count)")
            }
            slice.type = Int32(index - 1)
            definition = graph.typeIDs[index - 1].definition
        case .compactID:
            slice.type = Int32(truncatingIfNeeded: try input.readSize())
            definition = tables.find(compactID: slice.type) ?? -1
        default: slice.type = -1
        }
        try readSliceSize(&slice, &input)
        return definition
    }

    /// Reads the size, when there is one, and leaves ``InstanceGraph/Slice/end`` at -1 when there is none.
    func readSliceSize(_ slice: inout InstanceGraph.Slice, _ input: inout InputCursor) throws(MarshalError) {
        slice.start = Int32(truncatingIfNeeded: input.offset)
        slice.end = -1
        guard slice.flags.contains(.hasSliceSize) else { return }
        let size = Int(try input.read(Int32.self))
        guard size >= 4, size - 4 <= input.remaining else {
            throw MarshalError(
                .badSize, "a slice of \(size) bytes at offset \(input.offset - 4), \(input.remaining + 4) left")
        }
        slice.start = Int32(truncatingIfNeeded: input.offset)
        slice.end = Int32(truncatingIfNeeded: input.offset + size - 4)
    }

    /// How often the bytes of a message the type IDs in `@slices` may take.
    private static var typeIDExpansion: Int { 16 }

    private mutating func scanUnknown(
        _ slice: InstanceGraph.Slice, after last: inout Int32, of number: Int, _ input: inout InputCursor
    ) throws(MarshalError) {
        guard slice.flags.typeIDKind != [] else {
            throw MarshalError(.malformed, "a slice without a type ID before offset \(slice.start)")
        }
        guard slice.end >= 0 else {
            throw MarshalError(
                .malformed,
                "an instance of class \(name(of: slice, input)), which Slice doesn't know, in the compact format: it can only be read with its Slice file"
            )
        }
        if slice.flags.typeIDKind != .compactID {
            // On the wire an index stands for one that came before; in `@slices` it is written out.
            graph.unknownTypeIDSize += Int(graph.typeIDs[Int(slice.type)].count)
            guard graph.unknownTypeIDSize <= 4_096 + Self.typeIDExpansion * input.bytes.count else {
                throw MarshalError(.badSize, "long type IDs of unknown classes in too many slices")
            }
        }
        var slice = slice
        try input.move(to: Int(slice.end))
        try scanTable(&slice, &input)
        let record = Int32(graph.slices.count)
        graph.slices.append(slice)
        if last < 0 { graph.instances[number].firstUnknown = record } else { graph.slices[Int(last)].next = record }
        last = record
    }

    /// What a slice says of its type, for messages.
    private func name(of slice: InstanceGraph.Slice, _ input: InputCursor) -> String {
        guard slice.flags.typeIDKind != .compactID else { return "number \(slice.type)" }
        let type = graph.typeIDs[Int(slice.type)]
        let bytes = input.bytes[Int(type.offset)..<Int(type.offset) + Int(type.count)]
        return "'\(String(decoding: bytes.prefix(200), as: UTF8.self))'"
    }

    private mutating func scanKnown(
        _ definition: Int32, _ number: Int, _ header: InstanceGraph.Slice, _ input: inout InputCursor
    ) throws(MarshalError) {
        let entry = tables.classes.entries[Int(definition)]
        let first = try beginSlices(entry, "class")
        graph.instances[number].definition = definition
        graph.instances[number].firstSlice = first
        var slice = header
        for index in 0..<entry.sliceCount {
            let plan = tables.slices[Int(entry.firstSlice + index)]
            if index > 0 {
                guard !slice.flags.contains(.isLastSlice) else {
                    throw MarshalError(
                        .malformed,
                        "an instance of '\(tables.string(entry.typeID))' ends before its slice '\(tables.string(plan.typeID))'"
                    )
                }
                slice = InstanceGraph.Slice()
                let found = try readHeader(&slice, &input)
                guard slice.type < 0 || found >= 0 && same(tables.classes.entries[Int(found)].typeID, plan.typeID)
                else {
                    throw MarshalError(
                        .malformed, "a slice of another class where '\(tables.string(plan.typeID))' belongs")
                }
            }
            try scanMembers(plan.members, &slice, &input)
            graph.slices[Int(first + index)] = slice
        }
        guard slice.flags.contains(.isLastSlice) else {
            throw MarshalError(
                .malformed, "an instance of '\(tables.string(entry.typeID))' has more slices than its class has bases")
        }
    }

    func same(_ left: PlanText, _ right: PlanText) -> Bool {
        tables.bytes(left).elementsEqual(tables.bytes(right))
    }

    /// Makes room for the records of the slices of a known type.
    mutating func beginSlices(_ entry: PlanClass, _ kind: StaticString) throws(MarshalError) -> Int32 {
        guard entry.isSupported else {
            throw MarshalError(.malformed, "\(kind) '\(tables.string(entry.typeID))' can't be carried")
        }
        let first = Int32(graph.slices.count)
        graph.slices.append(contentsOf: repeatElement(InstanceGraph.Slice(), count: Int(entry.sliceCount)))
        return first
    }

    /// Passes over the members of a slice of a known type, and the table behind them.
    mutating func scanMembers(
        _ members: PlanMembers, _ slice: inout InstanceGraph.Slice, _ input: inout InputCursor
    ) throws(MarshalError) {
        let hasTable = slice.flags.contains(.hasIndirectionTable)
        if slice.end >= 0, hasTable {
            try input.move(to: Int(slice.end))
        } else {
            // Which numbers are indexes is all that matters here of a table that comes later.
            table = (0, hasTable ? 0 : -1)
            let first = try locate(
                members, in: &input, hasTagged: slice.flags.contains(.hasOptionalMembers), needsEndMarker: true)
            places.pop(to: first)
            try checkEnd(slice, input)
            slice.end = Int32(truncatingIfNeeded: input.offset)
        }
        try scanTable(&slice, &input)
    }

    func checkEnd(_ slice: InstanceGraph.Slice, _ input: InputCursor) throws(MarshalError) {
        guard slice.end < 0 || Int(slice.end) == input.offset else {
            throw MarshalError(.malformed, "a slice ends at \(slice.end), its members at \(input.offset)")
        }
    }

    /// Enters the instances of the indirection table behind a slice, if it has one.
    mutating func scanTable(
        _ slice: inout InstanceGraph.Slice, _ input: inout InputCursor
    ) throws(MarshalError) {
        guard slice.flags.contains(.hasIndirectionTable) else { return }
        let outer = table
        table = (0, -1)
        let start = input.offset
        let count = try input.readCount(minimumElementSize: 1)
        guard count > 0 else { throw MarshalError(.malformed, "empty indirection table at offset \(start)") }
        let open = graph.openEntries.count
        for _ in 0..<count {
            let number = try input.readSize()
            switch number {
            case 0: throw MarshalError(.malformed, "nil in an indirection table before offset \(input.offset)")
            case 1: graph.openEntries.append(try scanInstance(&input))
            default:
                try checkReference(number, input)
                graph.openEntries.append(Int32(number - 2))
            }
        }
        slice.firstEntry = Int32(graph.entries.count)
        slice.entryCount = Int32(count)
        graph.entries += graph.openEntries[open...]
        graph.openEntries.removeSubrange(open...)
        table = outer
    }

    /// The instance that begins at the cursor, behind the marker that says so.
    func inlineInstance(_ input: InputCursor) throws(MarshalError) -> Int32 {
        guard let number = graph.instance(startingAt: input.offset) else {
            throw MarshalError(.malformed, "no instance at offset \(input.offset)")
        }
        return number
    }
}
