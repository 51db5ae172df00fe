import IceEncoding

extension ValueWriter {
    // MARK: Passing over values

    /// Passes over a value; the first walk enters the instances in it into the graph.
    mutating func skip(_ index: Int32, in input: inout InputCursor) throws(MarshalError) {
        let node = tables.nodes[Int(index)]
        if node.isFixed { return try input.skip(Int(node.minimumSize)) }
        switch node.kind {
        case .bool, .byte, .short, .int, .long, .float, .double: try input.skip(Int(node.minimumSize))
        case .string, .bytes: try input.skip(try input.readSize())
        case .enumeration:
            if isV10 { try input.skip(Int(node.width)) } else { _ = try input.readSize() }
        case .structure: try skipMembers(node, in: &input)
        case .sequence:
            try skipElements(node.value, try input.readCount(minimumElementSize: minimumSize(node.value)), &input)
        case .dictionary:
            let count = try input.readCount(minimumElementSize: minimumSize(node.key) + minimumSize(node.value))
            for _ in 0..<count {
                try skip(node.key, in: &input)
                try skip(node.value, in: &input)
            }
        case .pairs:
            let count = try input.readCount(minimumElementSize: pairSize(node))
            for _ in 0..<count { try skipMembers(node, in: &input) }
        case .proxy: try input.skipProxy(encoding)
        case .instance: try skipReference(in: &input)
        }
    }

    private mutating func skipElements(_ element: Int32, _ count: Int, _ input: inout InputCursor) throws(MarshalError)
    {
        let node = tables.nodes[Int(element)]
        if node.isFixed { return try input.skip(count * Int(node.minimumSize)) }
        for _ in 0..<count { try skip(element, in: &input) }
    }

    private mutating func skipMembers(_ node: PlanNode, in input: inout InputCursor) throws(MarshalError) {
        for member in node.first..<node.first + node.count {
            try skip(tables.members[Int(member)].node, in: &input)
        }
    }

    // MARK: Finding members

    /// Passes over members, required ones in order and then optional ones by tag, and notes where each value begins.
    ///
    /// - Parameter needsEndMarker: true inside a slice.
    /// - Returns: the first of the members' slots in ``places``, -1 in those of absent optional ones.
    mutating func locate(
        _ members: PlanMembers, in input: inout InputCursor, hasTagged: Bool, needsEndMarker: Bool
    ) throws(MarshalError) -> Int {
        let first = places.push(Int(members.count))
        for member in members.range where tables.members[Int(member)].tag < 0 {
            places[first + Int(member - members.first)] = Int32(truncatingIfNeeded: input.offset)
            try skip(tables.members[Int(member)].node, in: &input)
        }
        guard hasTagged else { return first }
        while let (tag, format) = try input.readTag(needsEndMarker: needsEndMarker) {
            guard let member = find(tag, members) else {
                if format == .instance { try skipReference(in: &input) } else { try input.skipTagged(format) }
                continue
            }
            let slot = first + Int(member - members.first)
            let start = try skipTagged(member, format, in: &input)
            if places[slot] < 0 { places[slot] = Int32(truncatingIfNeeded: start) }
        }
        return first
    }

    private func find(_ tag: Int32, _ members: PlanMembers) -> Int32? {
        var low = members.firstTagged
        var high = low + members.taggedCount
        while low < high {
            let middle = low + (high - low) / 2
            let member = tables.tagged[Int(middle)]
            let found = tables.members[Int(member)].tag
            if found == tag { return member }
            if found < tag { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// Passes over an optional value behind its tag; returns where the value itself begins.
    private mutating func skipTagged(
        _ index: Int32, _ format: TaggedFormat, in input: inout InputCursor
    ) throws(MarshalError) -> Int {
        let member = tables.members[Int(index)]
        guard format == member.format else {
            throw MarshalError(
                .malformed,
                "optional value with tag \(member.tag) at offset \(input.offset) is in format \(format.rawValue), not \(member.format.rawValue)"
            )
        }
        let size: Int?
        switch format {
        case .fSize: size = Int(try input.read(Int32.self))
        case .vSize: size = tables.hasOwnVSize(member.node) ? nil : try input.readSize()
        default: size = nil
        }
        let start = input.offset
        try skip(member.node, in: &input)
        if let size, input.offset - start != size {
            throw MarshalError(
                .badSize,
                "optional value with tag \(member.tag) at offset \(start) takes \(input.offset - start) bytes, not \(size)"
            )
        }
        return start
    }
}

extension PlanTables {
    /// Whether the size of a value in ``TaggedFormat/vSize`` is its own count: of strings and sequences of single bytes.
    func hasOwnVSize(_ index: Int32) -> Bool {
        let node = nodes[Int(index)]
        switch node.kind {
        case .string, .bytes: return true
        case .sequence:
            let element = nodes[Int(node.value)]
            return element.isFixed && element.minimumSize == 1
        default: return false
        }
    }
}
