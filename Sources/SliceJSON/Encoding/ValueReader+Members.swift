import IceEncoding

/// What an object says of itself beside its members: offsets in the text of the values, -1 where absent.
struct Annotations {
    var type: Int32 = -1
    var id: Int32 = -1
    var slices: Int32 = -1
    var instances: Int32 = -1
}

extension ValueReader {
    // MARK: Objects whose members are written in another order

    /// Reads an object with optional members: in the order of the wire those come last, by tag.
    mutating func readTaggedObject(_ members: PlanMembers, into out: inout OutputBuffer) throws(JSONFailure) {
        guard reader.peek == UInt8(ascii: "{") else { throw reader.mismatch(.object) }
        let object = reader.position
        let (first, _) = try findMembers(members, annotated: false)
        let behind = reader.position
        let depth = reader.depth
        reader.depth += 1
        try readRequired(members, members, first, object, into: &out)
        _ = try readTagged(members, members, first, into: &out)
        places.pop(to: first)
        reader.position = behind
        reader.depth = depth
    }

    /// Passes over an object and notes where the values of its members begin.
    ///
    /// - Parameters:
    ///   - annotated: whether it may have `@type`, `@id`, `@slices` and `@instances`.
    ///   - definition: the class, for messages; -1 when it is none.
    /// - Returns: the first of the members' slots in ``places``, -1 in those of absent ones.
    mutating func findMembers(
        _ members: PlanMembers, annotated: Bool, definition: Int32 = -1
    ) throws(JSONFailure) -> (first: Int, annotations: Annotations) {
        let first = places.push(Int(members.count))
        func slot(_ member: Int32) -> Int { first + Int(member - members.first) }
        let firstKey = keys.table.count
        let firstUnescaped = keys.unescaped.count
        var annotations = Annotations()
        var next = members.first
        try reader.enter()
        if !reader.take(UInt8(ascii: "}")) {
            repeat {
                guard reader.peek == UInt8(ascii: "\"") else { throw reader.unexpected(.key) }
                let place = reader.position
                if next < members.range.upperBound, places[slot(next)] < 0, takeKey(next) {
                    try reader.colon()
                    places[slot(next)] = reader.offset
                    next += 1
                    try reader.skipValue()
                    continue
                }
                reader.position = place
                let key = try reader.string()
                try reader.colon()
                if annotated, let name = annotation(key) {
                    guard annotations[keyPath: name] < 0 else { throw reader.failure(.duplicateMember, at: place) }
                    annotations[keyPath: name] = reader.offset
                    try reader.skipValue()
                } else if let member = find(key, members) {
                    guard places[slot(member)] < 0 else { throw reader.failure(.duplicateMember, at: place) }
                    places[slot(member)] = reader.offset
                    next = member + 1
                    try reader.skipValue()
                } else {
                    let isReference = annotated && equals(key, "@ref")
                    guard ignoresUnknown, !isReference else {
                        throw reader.failure(
                            isReference ? .badReference : .unknownMember, at: place, subject: definition)
                    }
                    keys.append(key, in: reader.start, place: reader.offset(place))
                    try reader.skipValue(&keys)
                }
            } while try reader.anotherMember()
        }
        reader.leave()
        try checkDuplicates(from: firstKey, reason: .duplicateMember)
        keys.table.truncate(to: firstKey)
        keys.unescaped.truncate(to: firstUnescaped)
        return (first, annotations)
    }

    private func annotation(_ key: JSONStringSpan) -> WritableKeyPath<Annotations, Int32>? {
        guard key.count > 0, key.hasEscapes || key.start.pointee == UInt8(ascii: "@") else { return nil }
        if equals(key, "@type") { return \.type }
        if equals(key, "@id") { return \.id }
        if equals(key, "@slices") { return \.slices }
        if equals(key, "@instances") { return \.instances }
        return nil
    }

    func equals(_ key: JSONStringSpan, _ text: StaticString) -> Bool {
        let other = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard key.hasEscapes else {
            return UnsafeBufferPointer(start: key.start, count: key.count).elementsEqual(other)
        }
        var unescaped = OutputBuffer(minimumCapacity: key.count)
        unescaped.append(key)
        return unescaped.bytes.elementsEqual(other)
    }

    /// Reads those of the members that are not optional, or appends their defaults.
    ///
    /// - Parameters:
    ///   - all: the members that ``findMembers(_:annotated:)`` was given.
    ///   - first: what it returned.
    mutating func readRequired(
        _ members: PlanMembers, _ all: PlanMembers, _ first: Int, _ object: UnsafePointer<UInt8>,
        into out: inout OutputBuffer
    ) throws(JSONFailure) {
        let depth = reader.depth
        for index in members.range where tables.members[Int(index)].tag < 0 {
            let place = places[first + Int(index - all.first)]
            if place >= 0 {
                reader.position = reader.start + Int(place)
                reader.depth = depth
                try read(tables.members[Int(index)].node, into: &out)
            } else {
                try appendDefault(index, object, into: &out)
            }
        }
        reader.depth = depth
    }

    /// Reads those of the optional members that are set.
    ///
    /// - Returns: whether there was one.
    mutating func readTagged(
        _ members: PlanMembers, _ all: PlanMembers, _ first: Int, into out: inout OutputBuffer
    ) throws(JSONFailure) -> Bool {
        let depth = reader.depth
        var isAny = false
        for entry in members.firstTagged..<members.firstTagged + members.taggedCount {
            let index = tables.tagged[Int(entry)]
            let place = places[first + Int(index - all.first)]
            guard place >= 0 else { continue }
            reader.position = reader.start + Int(place)
            reader.depth = depth
            guard !reader.stands("null") else { continue }
            guard !isV10 else { throw reader.failure(.optionalInV10) }
            try readTagged(tables.members[Int(index)], into: &out)
            isAny = true
        }
        reader.depth = depth
        return isAny
    }

    private mutating func readTagged(_ member: PlanMember, into out: inout OutputBuffer) throws(JSONFailure) {
        out.appendTag(member.tag, member.format)
        switch member.format {
        case .fSize:
            let start = out.count
            out.append(0 as Int32)
            try read(member.node, into: &out)
            out.patch(Int32(truncatingIfNeeded: out.count - start - 4), at: start)
        case .vSize where !tables.hasOwnVSize(member.node):
            let start = out.beginSize()
            try read(member.node, into: &out)
            out.endSize(out.count - start - 1, at: start)
        default: try read(member.node, into: &out)
        }
    }
}
