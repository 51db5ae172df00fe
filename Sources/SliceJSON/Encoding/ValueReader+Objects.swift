import Glibc
import IceEncoding

extension ValueReader {
    // MARK: Objects

    mutating func readObject(_ members: PlanMembers, into out: inout OutputBuffer) throws(JSONFailure) {
        guard reader.peek == UInt8(ascii: "{") else { throw reader.mismatch(.object) }
        let object = reader.position
        try reader.enter()
        let end = members.first + members.count
        var next = members.first
        if !reader.take(UInt8(ascii: "}")) {
            var isOpen = true
            while isOpen {
                guard reader.peek == UInt8(ascii: "\"") else { throw reader.unexpected(.key) }
                let key = reader.position
                if next < end, takeKey(next) {
                    try reader.colon()
                    try read(tables.members[Int(next)].node, into: &out)
                    next += 1
                    isOpen = try reader.anotherMember()
                } else {
                    reader.position = key
                    try readUnordered(members, from: next, object, into: &out)
                    reader.leave()
                    return
                }
            }
        }
        while next < end {
            try appendDefault(next, object, into: &out)
            next += 1
        }
        reader.leave()
    }

    /// Whether the key at the position is that member's, written without escapes; goes behind it.
    mutating func takeKey(_ member: Int32) -> Bool {
        let name = tables.name(member)
        guard let base = name.baseAddress, reader.end - reader.position >= name.count + 2,
            memcmp(reader.position + 1, base, name.count) == 0,
            reader.position[name.count + 1] == UInt8(ascii: "\"")
        else { return false }
        reader.position += name.count + 2
        return true
    }

    /// The rest of an object from a key that is not the next member's: finds where each value is, then reads them in order.
    private mutating func readUnordered(
        _ members: PlanMembers, from next: Int32, _ object: UnsafePointer<UInt8>, into out: inout OutputBuffer
    ) throws(JSONFailure) {
        let end = members.first + members.count
        let firstPlace = places.push(Int(end - next))
        func slot(_ member: Int32) -> Int { firstPlace + Int(member - next) }
        let firstKey = keys.table.count
        let firstUnescaped = keys.unescaped.count
        repeat {
            guard reader.peek == UInt8(ascii: "\"") else { throw reader.unexpected(.key) }
            let place = reader.position
            let key = try reader.string()
            try reader.colon()
            if let member = find(key, members) {
                guard member >= next, places[slot(member)] < 0 else {
                    throw reader.failure(.duplicateMember, at: place)
                }
                places[slot(member)] = reader.offset
                try reader.skipValue()
            } else {
                guard ignoresUnknown else { throw reader.failure(.unknownMember, at: place) }
                keys.append(key, in: reader.start, place: reader.offset(place))
                try reader.skipValue(&keys)
            }
        } while try reader.anotherMember()
        try checkDuplicates(from: firstKey, reason: .duplicateMember)
        keys.table.truncate(to: firstKey)
        keys.unescaped.truncate(to: firstUnescaped)
        let behind = reader.position
        for member in next..<end {
            let place = places[slot(member)]
            if place >= 0 {
                reader.position = reader.start + Int(place)
                try read(tables.members[Int(member)].node, into: &out)
            } else {
                try appendDefault(member, object, into: &out)
            }
        }
        places.pop(to: firstPlace)
        reader.position = behind
    }

    func find(_ key: JSONStringSpan, _ members: PlanMembers) -> Int32? {
        guard key.hasEscapes else {
            return find(UnsafeRawBufferPointer(start: key.start, count: key.count), members)
        }
        var unescaped = OutputBuffer(minimumCapacity: key.count)
        unescaped.append(key)
        return find(unescaped.bytes, members)
    }

    private func find(_ key: UnsafeRawBufferPointer, _ members: PlanMembers) -> Int32? {
        for member in members.first..<members.first + members.count where equal(tables.name(member), key) {
            return member
        }
        return nil
    }

    private func equal(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count, let start = left.baseAddress, let other = right.baseAddress else {
            return left.isEmpty && right.isEmpty
        }
        return memcmp(start, other, left.count) == 0
    }

    func appendDefault(
        _ member: Int32, _ object: UnsafePointer<UInt8>, into out: inout OutputBuffer
    ) throws(JSONFailure) {
        let entry = tables.members[Int(member)]
        let run = isV10 ? entry.defaultV10 : entry.defaultV11
        guard run.count >= 0 else { throw reader.failure(.missingMember, at: object, subject: member) }
        out.append(tables.bytes(run))
    }

    func checkDuplicates(from first: Int, reason: JSONFailure.Reason) throws(JSONFailure) {
        try keys.table.forEachDuplicate(
            from: first, reader.start, keys.unescaped.bytes.baseAddress, seed: keys.seed
        ) { (_, later) throws(JSONFailure) in
            throw JSONFailure(reason: reason, offset: keys.table[later].place)
        }
    }
}
