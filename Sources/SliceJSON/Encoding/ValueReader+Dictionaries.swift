import IceEncoding

extension ValueReader {
    // MARK: Dictionaries

    mutating func readDictionary(
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
        if node.kind == .enumeration {
            guard let value = enumerator(node, key) else { throw reader.failure(.badKey, at: place, subject: index) }
            return out.appendEnumerator(value, width: isV10 ? node.width : 0)
        }
        guard key.hasEscapes else {
            let text = UnsafeRawBufferPointer(start: key.start, count: key.count)
            return try appendKey(text, node, place, index, into: &out)
        }
        var text = OutputBuffer(minimumCapacity: key.count)
        text.append(key)
        try appendKey(text.bytes, node, place, index, into: &out)
    }

    /// A bool or an integer, by its canonical spelling.
    private func appendKey(
        _ bytes: UnsafeRawBufferPointer, _ node: PlanNode, _ place: UnsafePointer<UInt8>, _ index: Int32,
        into out: inout OutputBuffer
    ) throws(JSONFailure) {
        func fits(_ range: ClosedRange<Int64>) throws(JSONFailure) -> Int64 {
            guard let value = canonicalInteger(bytes), range.contains(value) else {
                throw reader.failure(.badKey, at: place, subject: index)
            }
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
        default: out.append(try fits(.min ... .max))
        }
    }

    /// A dictionary with struct keys: keys are compared by their encoding.
    mutating func readPairs(
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
        var writer = ValueWriter(tables, isV10: isV10)
        do {
            try writer.skip(node, in: &cursor)
            return cursor.offset
        } catch {
            return nil
        }
    }
}

/// The value of `0` or `-?[1-9][0-9]*`; nil for every other spelling and beyond 64 bits.
private func canonicalInteger(_ text: UnsafeRawBufferPointer) -> Int64? {
    let isNegative = text.first == UInt8(ascii: "-")
    let first = isNegative ? 1 : 0
    guard text.count > first, text[first] != UInt8(ascii: "0") || text.count == 1 else { return nil }
    // Negative all the way: there is one more of them.
    var value: Int64 = 0
    for byte in text[first...] {
        let digit = byte &- UInt8(ascii: "0")
        guard digit < 10 else { return nil }
        let (product, isProductOver) = value.multipliedReportingOverflow(by: 10)
        let (sum, isSumOver) = product.subtractingReportingOverflow(Int64(digit))
        guard !isProductOver, !isSumOver else { return nil }
        value = sum
    }
    guard !isNegative else { return value }
    return value == .min ? nil : -value
}
