import Glibc
import IceEncoding

/// Walks a plan over JSON text and appends Ice bytes: one pass, no tree. Members are expected in declaration order;
/// an object whose members come otherwise is scanned once and then read in that order.
struct ValueReader: ~Copyable {
    private let tables: PlanTables
    private let isV10: Bool
    private let ignoresUnknown: Bool
    private var reader: JSONReader
    private var keys: SkippedKeys

    init(_ tables: PlanTables, _ reader: JSONReader, isV10: Bool, ignoresUnknown: Bool) {
        self.tables = tables
        self.reader = reader
        self.isV10 = isV10
        self.ignoresUnknown = ignoresUnknown
        keys = SkippedKeys(seed: tables.seed)
    }

    /// Reads the whole text: one object with these members.
    mutating func readAll(_ members: PlanMembers, into out: inout OutputBuffer) throws(JSONFailure) {
        try reader.begin()
        try readObject(members, into: &out)
        try reader.finish()
    }

    private mutating func read(_ index: Int32, into out: inout OutputBuffer) throws(JSONFailure) {
        let node = tables.nodes[Int(index)]
        switch node.kind {
        case .bool: out.append(try readBool(index) ? 1 : 0 as UInt8)
        case .byte: out.append(UInt8(truncatingIfNeeded: try reader.integer(0...255, subject: index)))
        case .short: out.append(Int16(truncatingIfNeeded: try reader.integer(-32768...32767, subject: index)))
        case .int:
            out.append(Int32(truncatingIfNeeded: try reader.integer(-2_147_483_648...2_147_483_647, subject: index)))
        case .long: out.append(try readLong(index))
        case .float: out.append(try reader.float(tables.powers, subject: index))
        case .double: out.append(try reader.double(tables.powers, subject: index))
        case .string: try readString(index, into: &out)
        case .enumeration: out.appendEnumerator(try readEnumerator(node, index), width: isV10 ? node.width : 0)
        case .structure: try readObject(PlanMembers(first: node.first, count: node.count), into: &out)
        case .bytes: try readBase64(index, into: &out)
        case .sequence: try readSequence(node, index, into: &out)
        case .dictionary: try readDictionary(node, index, into: &out)
        case .pairs: try readPairs(node, index, into: &out)
        }
    }
}

extension ValueReader {
    // MARK: Objects

    private mutating func readObject(_ members: PlanMembers, into out: inout OutputBuffer) throws(JSONFailure) {
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
    private mutating func takeKey(_ member: Int32) -> Bool {
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
        var places = [UnsafePointer<UInt8>?](repeating: nil, count: Int(end - next))
        let firstKey = keys.table.count
        let firstUnescaped = keys.unescaped.count
        repeat {
            guard reader.peek == UInt8(ascii: "\"") else { throw reader.unexpected(.key) }
            let place = reader.position
            let key = try reader.string()
            try reader.colon()
            if let member = find(key, members) {
                guard member >= next, places[Int(member - next)] == nil else {
                    throw reader.failure(.duplicateMember, at: place)
                }
                places[Int(member - next)] = reader.position
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
            if let place = places[Int(member - next)] {
                reader.position = place
                try read(tables.members[Int(member)].node, into: &out)
            } else {
                try appendDefault(member, object, into: &out)
            }
        }
        reader.position = behind
    }

    private func find(_ key: JSONStringSpan, _ members: PlanMembers) -> Int32? {
        var unescaped = OutputBuffer(minimumCapacity: 64)
        unescaped.append(key)
        let bytes = unescaped.bytes
        for member in members.first..<members.first + members.count {
            let name = tables.name(member)
            if name.count == bytes.count, name.elementsEqual(bytes) { return member }
        }
        return nil
    }

    private func appendDefault(
        _ member: Int32, _ object: UnsafePointer<UInt8>, into out: inout OutputBuffer
    ) throws(JSONFailure) {
        let entry = tables.members[Int(member)]
        let run = isV10 ? entry.defaultV10 : entry.defaultV11
        guard run.count >= 0 else { throw reader.failure(.missingMember, at: object, subject: member) }
        out.append(tables.bytes(run))
    }

    private func checkDuplicates(from first: Int, reason: JSONFailure.Reason) throws(JSONFailure) {
        try keys.table.forEachDuplicate(
            from: first, reader.start, keys.unescaped.bytes.baseAddress, seed: keys.seed
        ) { (_, later) throws(JSONFailure) in
            throw JSONFailure(reason: reason, offset: keys.table[later].place)
        }
    }
}

extension ValueReader {
    // MARK: Scalars

    private mutating func readBool(_ index: Int32) throws(JSONFailure) -> Bool {
        if reader.stands("true") {
            reader.position += 4
            return true
        }
        if reader.stands("false") {
            reader.position += 5
            return false
        }
        throw reader.mismatch(subject: index)
    }

    private mutating func readLong(_ index: Int32) throws(JSONFailure) -> Int64 {
        guard reader.peek == UInt8(ascii: "\"") else { return try reader.integer(.min ... .max, subject: index) }
        let begin = reader.position
        let span = try reader.string()
        guard !span.hasEscapes, span.count > 0 else { throw reader.failure(.wrongType, at: begin, subject: index) }
        var inner = JSONReader(span.start, count: span.count, maximumDepth: 1)
        guard inner.peek == UInt8(ascii: "-") || inner.isDigit(inner.peek) else {
            throw reader.failure(.wrongType, at: begin, subject: index)
        }
        do {
            let value = try inner.integer(.min ... .max, subject: index)
            if inner.position == inner.end { return value }
        } catch  where error.reason == .outOfRange || error.reason == .notInteger {
            throw reader.failure(error.reason, at: begin, subject: index)
        } catch {
            throw reader.failure(.wrongType, at: begin, subject: index)
        }
        throw reader.failure(.wrongType, at: begin, subject: index)
    }

    private mutating func readString(_ index: Int32, into out: inout OutputBuffer) throws(JSONFailure) {
        guard reader.peek == UInt8(ascii: "\"") else { throw reader.mismatch(subject: index) }
        let span = try reader.string()
        guard span.hasEscapes else {
            out.appendSize(span.count)
            out.append(span)
            return
        }
        let start = out.beginSize()
        out.append(span)
        out.endSize(out.count - start - 1, at: start)
    }

    private mutating func readEnumerator(_ node: PlanNode, _ index: Int32) throws(JSONFailure) -> Int32 {
        guard reader.peek == UInt8(ascii: "\"") else { throw reader.mismatch(subject: index) }
        let begin = reader.position
        let span = try reader.string()
        var name = OutputBuffer(minimumCapacity: 64)
        name.append(span)
        guard let value = enumerator(node, name.bytes) else {
            throw reader.failure(.unknownEnumerator, at: begin, subject: index)
        }
        return value
    }

    /// Those by name stand behind those by value, shorter first.
    private func enumerator(_ node: PlanNode, _ name: UnsafeRawBufferPointer) -> Int32? {
        var low = node.first + node.count
        var high = low + node.count
        while low < high {
            let middle = low + (high - low) / 2
            let entry = tables.enumerators[Int(middle)]
            let text = tables.bytes(PlanText(offset: entry.text.offset + 1, count: entry.text.count - 2))
            if text.count == name.count, text.elementsEqual(name) { return entry.value }
            let isBefore = text.count != name.count ? text.count < name.count : text.lexicographicallyPrecedes(name)
            if isBefore { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    private mutating func readBase64(_ index: Int32, into out: inout OutputBuffer) throws(JSONFailure) {
        guard reader.peek == UInt8(ascii: "\"") else { throw reader.mismatch(subject: index) }
        let begin = reader.position
        let span = try reader.string()
        var text = OutputBuffer(minimumCapacity: max(span.count, 16))
        text.append(span)
        guard let count = Base64.decodedCount(text.bytes) else {
            throw reader.failure(.badBase64, at: begin, subject: index)
        }
        out.appendSize(count)
        guard Base64.decode(text.bytes, into: &out) else { throw reader.failure(.badBase64, at: begin, subject: index) }
    }
}

extension ValueReader {
    // MARK: Sequences and dictionaries

    private mutating func readSequence(
        _ node: PlanNode, _ index: Int32, into out: inout OutputBuffer
    ) throws(JSONFailure) {
        guard reader.peek == UInt8(ascii: "[") else { throw reader.mismatch(.array, subject: index) }
        let start = out.beginSize()
        var count = 0
        try reader.enter()
        if !reader.take(UInt8(ascii: "]")) {
            repeat {
                try read(node.value, into: &out)
                count += 1
            } while try reader.anotherElement()
        }
        reader.leave()
        out.endSize(count, at: start)
    }

    private mutating func readDictionary(
        _ node: PlanNode, _ index: Int32, into out: inout OutputBuffer
    ) throws(JSONFailure) {
        guard reader.peek == UInt8(ascii: "{") else { throw reader.mismatch(.object, subject: index) }
        let firstKey = keys.table.count
        let firstUnescaped = keys.unescaped.count
        let start = out.beginSize()
        var count = 0
        try reader.enter()
        if !reader.take(UInt8(ascii: "}")) {
            repeat {
                guard reader.peek == UInt8(ascii: "\"") else { throw reader.unexpected(.key) }
                let place = reader.position
                let key = try reader.string()
                keys.append(key, in: reader.start, place: reader.offset(place))
                try appendKey(key, tables.nodes[Int(node.key)], place, node.key, into: &out)
                try reader.colon()
                try read(node.value, into: &out)
                count += 1
            } while try reader.anotherMember()
        }
        reader.leave()
        // Only canonical spellings are taken, so that equal keys are equal texts.
        try checkDuplicates(from: firstKey, reason: .duplicateKey)
        keys.table.truncate(to: firstKey)
        keys.unescaped.truncate(to: firstUnescaped)
        out.endSize(count, at: start)
    }

    private mutating func appendKey(
        _ key: JSONStringSpan, _ node: PlanNode, _ place: UnsafePointer<UInt8>, _ index: Int32,
        into out: inout OutputBuffer
    ) throws(JSONFailure) {
        if node.kind == .string {
            let start = out.beginSize()
            out.append(key)
            out.endSize(out.count - start - 1, at: start)
            return
        }
        var text = OutputBuffer(minimumCapacity: 64)
        text.append(key)
        let bytes = text.bytes
        func fits(_ range: ClosedRange<Int64>) throws(JSONFailure) -> Int64 {
            guard let value = Int64(String(decoding: bytes, as: UTF8.self)), range.contains(value),
                String(value).utf8.elementsEqual(bytes)
            else { throw reader.failure(.badKey, at: place, subject: index) }
            return value
        }
        switch node.kind {
        case .bool:
            if bytes.elementsEqual("true".utf8) {
                out.append(1 as UInt8)
            } else if bytes.elementsEqual("false".utf8) {
                out.append(0 as UInt8)
            } else {
                throw reader.failure(.badKey, at: place, subject: index)
            }
        case .byte: out.append(UInt8(truncatingIfNeeded: try fits(0...255)))
        case .short: out.append(Int16(truncatingIfNeeded: try fits(-32768...32767)))
        case .int: out.append(Int32(truncatingIfNeeded: try fits(-2_147_483_648...2_147_483_647)))
        case .long: out.append(try fits(.min ... .max))
        default:
            guard let value = enumerator(node, bytes) else { throw reader.failure(.badKey, at: place, subject: index) }
            out.appendEnumerator(value, width: isV10 ? node.width : 0)
        }
    }

    /// A dictionary with struct keys: keys are compared by their encoding.
    private mutating func readPairs(
        _ node: PlanNode, _ index: Int32, into out: inout OutputBuffer
    ) throws(JSONFailure) {
        guard reader.peek == UInt8(ascii: "[") else { throw reader.mismatch(.array, subject: index) }
        let start = out.beginSize()
        var seen: Set<[UInt8]> = []
        var count = 0
        try reader.enter()
        if !reader.take(UInt8(ascii: "]")) {
            repeat {
                let place = reader.position
                let pair = out.count
                try readObject(PlanMembers(first: node.first, count: node.count), into: &out)
                guard let size = keySize(tables.members[Int(node.first)].node, out.bytes, from: pair),
                    seen.insert(Array(out.bytes[pair..<pair + size])).inserted
                else { throw reader.failure(.duplicateKey, at: place, subject: index) }
                count += 1
            } while try reader.anotherElement()
        }
        reader.leave()
        out.endSize(count, at: start)
    }

    private func keySize(_ node: Int32, _ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var cursor = InputCursor(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        let writer = ValueWriter(tables, isV10: isV10)
        var ignored = OutputBuffer(minimumCapacity: 64)
        do {
            try writer.write(node, from: &cursor, into: &ignored)
            return cursor.offset
        } catch {
            return nil
        }
    }
}
