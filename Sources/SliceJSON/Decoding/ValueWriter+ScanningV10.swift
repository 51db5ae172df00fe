import IceEncoding

extension ValueWriter {
    // MARK: The first walk over instances, encoding 1.0

    /// Enters the instances behind the last value.
    mutating func scanInstances(_ input: inout InputCursor) throws(MarshalError) {
        while true {
            // A number and the last slice, whose type may be an index.
            let count = try input.readCount(minimumElementSize: 11)
            if count == 0 { return }
            for _ in 0..<count {
                let number = try input.read(Int32.self)
                guard number > 0, graph.numbers[number] == nil else {
                    throw MarshalError(.malformed, "instance number \(number) before offset \(input.offset)")
                }
                graph.numbers[number] = Int32(graph.instances.count)
                try scanInstanceV10(&input)
            }
        }
    }

    private mutating func scanInstanceV10(_ input: inout InputCursor) throws(MarshalError) {
        var instance = InstanceGraph.Instance(start: Int32(truncatingIfNeeded: input.offset))
        var expected: Int32 = 0
        var sliceCount: Int32 = 0
        while true {
            var slice = InstanceGraph.Slice(flags: .hasSliceSize)
            let typeID = try readTypeIDV10(&input)
            try readSliceSize(&slice, &input)
            try input.move(to: Int(slice.end))
            let isLast = input.bytes[Int(typeID.offset)..<Int(typeID.offset + typeID.count)].elementsEqual(
                "::Ice::Object".utf8)
            if instance.definition < 0, typeID.definition >= 0 {
                let entry = tables.classes.entries[Int(typeID.definition)]
                instance.definition = typeID.definition
                instance.firstSlice = try beginSlices(entry, "class")
                sliceCount = entry.sliceCount
            }
            if instance.definition >= 0, expected < sliceCount {
                let entry = tables.classes.entries[Int(instance.definition)]
                let plan = tables.slices[Int(entry.firstSlice + expected)]
                guard typeID.definition >= 0,
                    same(tables.classes.entries[Int(typeID.definition)].typeID, plan.typeID)
                else {
                    throw MarshalError(
                        .malformed, "a slice of another class where '\(tables.string(plan.typeID))' belongs")
                }
                graph.slices[Int(instance.firstSlice + expected)] = slice
                expected += 1
            } else if isLast {
                break
            } else if instance.definition >= 0 {
                throw MarshalError(.malformed, "an instance has more slices than its class has bases")
            }
        }
        graph.instances.append(instance)
    }

    private mutating func readTypeIDV10(_ input: inout InputCursor) throws(MarshalError) -> InstanceGraph.TypeID {
        if try input.readBool() {
            let index = try input.readSize()
            guard index > 0, index <= graph.typeIDs.count else {
                throw MarshalError(.malformed, "type ID index \(index) of \(graph.typeIDs.count)")
            }
            return graph.typeIDs[index - 1]
        }
        let bytes = try input.readStringBytes()
        let typeID = InstanceGraph.TypeID(
            offset: Int32(truncatingIfNeeded: input.offset - bytes.count),
            count: Int32(truncatingIfNeeded: bytes.count),
            definition: tables.find(bytes, in: tables.classes) ?? -1)
        graph.typeIDs.append(typeID)
        return typeID
    }
}
