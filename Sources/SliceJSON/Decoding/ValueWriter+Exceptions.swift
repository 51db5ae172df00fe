import IceEncoding

/// What a user exception reply turned out to be.
package enum ExceptionOutcome: Sendable, Hashable {
    /// Of a type the operation declares, or derived from one; its JSON was written.
    case declared(typeID: String, ancestors: [String])
    /// Known to Slice, but not declared by the operation; nothing was written.
    case undeclared(typeID: String)
    /// Of no type that Slice knows; nothing was written.
    case unknown(typeID: String)
}

extension ValueWriter {
    // MARK: Exceptions

    /// Writes `{"@type":…,` all members, bases first `}` of an exception the operation declares.
    ///
    /// - Parameter declared: indexes of exceptions.
    mutating func writeException(
        _ declared: [Int32], from input: inout InputCursor, into out: inout OutputBuffer
    ) throws(MarshalError) -> ExceptionOutcome {
        // In 1.0 the instances of classes follow the last slice, and nothing says which slice that is.
        let hasInstances = isV10 ? try input.readBool() : false
        var first: String?
        while true {
            var slice = InstanceGraph.Slice()
            let typeID: UnsafeRawBufferPointer
            do throws(MarshalError) {
                typeID = try readExceptionHeader(&slice, &input)
            } catch {
                guard hasInstances, let first else { throw error }
                return .unknown(typeID: first)
            }
            if let index = tables.find(typeID, in: tables.exceptions) {
                guard declared.contains(where: { tables.isKind(index, of: $0, in: tables.exceptions) }) else {
                    return .undeclared(typeID: tables.string(tables.exceptions.entries[Int(index)].typeID))
                }
                return try writeException(index, slice, hasInstances: hasInstances, &input, into: &out)
            }
            let name = String(decoding: typeID, as: UTF8.self)
            first = first ?? name
            guard !slice.flags.contains(.isLastSlice), slice.end >= 0 else { return .unknown(typeID: first ?? name) }
            try input.move(to: Int(slice.end))
            try scanTable(&slice, &input)
            if isV10, input.remaining == 0 { return .unknown(typeID: first ?? name) }
        }
    }

    private mutating func writeException(
        _ index: Int32, _ header: InstanceGraph.Slice, hasInstances: Bool, _ input: inout InputCursor,
        into out: inout OutputBuffer
    ) throws(MarshalError) -> ExceptionOutcome {
        let entry = tables.exceptions.entries[Int(index)]
        let first = try beginSlices(entry, "exception")
        var slice = header
        var ancestors: [String] = []
        for offset in 0..<entry.sliceCount {
            let plan = tables.slices[Int(entry.firstSlice + offset)]
            if offset > 0 {
                // Ice for C++ 3.7 marks no slice of a compact exception as the last: the type says which it is.
                slice = InstanceGraph.Slice()
                let typeID = try readExceptionHeader(&slice, &input)
                guard typeID.elementsEqual(tables.bytes(plan.typeID)) else {
                    throw MarshalError(
                        .malformed, "a slice of another exception where '\(tables.string(plan.typeID))' belongs")
                }
                ancestors.append(tables.string(plan.typeID))
            }
            try scanMembers(plan.members, &slice, &input)
            graph.slices[Int(first + offset)] = slice
        }
        table = (0, -1)
        if hasInstances { try scanInstances(&input) }
        try input.finish(encoding)
        graph.isComplete = true
        let start = out.count
        out.append("{\"@type\":\"")
        out.append(tables.bytes(entry.typeID))
        out.append("\"")
        try writeSlices(entry, first: first, input, into: &out)
        out.append("}")
        graph.finish(from: start, &out)
        return .declared(typeID: tables.string(entry.typeID), ancestors: ancestors)
    }

    /// Reads what stands before the members of an exception's slice; returns the type ID.
    private func readExceptionHeader(
        _ slice: inout InstanceGraph.Slice, _ input: inout InputCursor
    ) throws(MarshalError) -> UnsafeRawBufferPointer {
        slice.flags = isV10 ? .hasSliceSize : SliceFlags(rawValue: try input.read())
        // The type ID is always a whole string; the real runtimes write the flags that say how as 0.
        guard !slice.flags.contains(.typeIDIndex) else {
            throw MarshalError(
                .malformed, "an exception slice whose type ID is no string, flags \(slice.flags.rawValue)")
        }
        let start = input.offset
        let typeID = try input.readStringBytes()
        guard String(validating: typeID, as: UTF8.self) != nil else {
            throw MarshalError(.badString, "string at offset \(start) is not UTF-8")
        }
        try readSliceSize(&slice, &input)
        return typeID
    }
}
