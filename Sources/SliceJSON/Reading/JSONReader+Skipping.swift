import IceEncoding

/// The keys of objects that are skipped, and room for those that have escapes.
struct SkippedKeys: ~Copyable {
    var table = KeyTable()
    var unescaped = OutputBuffer(minimumCapacity: 64)
    let seed: UInt64

    init(seed: UInt64) { self.seed = seed }
}

extension JSONReader {
    // MARK: Skipping

    /// Skips one value and checks its grammar, but not that its members differ: who reads it later does.
    mutating func skipValue() throws(JSONFailure) {
        switch peek {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let begin = offset
            if !extents.isEmpty, let end = extents[begin] {
                position = start + Int(end)
                return
            }
            try skipNested()
            if offset - begin >= Self.largeExtent { extents[begin] = offset }
        default: try skipScalar()
        }
    }

    /// In bytes. Smaller ones are cheaper to skip again than to remember.
    private static var largeExtent: Int32 { 128 }

    private mutating func skipNested() throws(JSONFailure) {
        switch peek {
        case UInt8(ascii: "{"):
            try enter()
            if !take(UInt8(ascii: "}")) {
                repeat {
                    guard peek == UInt8(ascii: "\"") else { throw unexpected(.key) }
                    _ = try string()
                    try colon()
                    try skipValue()
                } while try anotherMember()
            }
            leave()
        case UInt8(ascii: "["):
            try enter()
            if !take(UInt8(ascii: "]")) {
                repeat { try skipValue() } while try anotherElement()
            }
            leave()
        default: break
        }
    }

    /// Skips one value that nobody reads later: its members must differ too.
    mutating func skipValue(_ keys: inout SkippedKeys) throws(JSONFailure) {
        switch peek {
        case UInt8(ascii: "{"):
            let first = keys.table.count
            let firstUnescaped = keys.unescaped.count
            try enter()
            if !take(UInt8(ascii: "}")) {
                repeat {
                    guard peek == UInt8(ascii: "\"") else { throw unexpected(.key) }
                    let place = offset
                    keys.append(try string(), in: start, place: place)
                    try colon()
                    try skipValue(&keys)
                } while try anotherMember()
            }
            leave()
            try keys.table.forEachDuplicate(from: first, start, keys.unescaped.bytes.baseAddress, seed: keys.seed) {
                (_, later) throws(JSONFailure) in
                throw JSONFailure(reason: .duplicateMember, offset: keys.table[later].place)
            }
            keys.table.truncate(to: first)
            keys.unescaped.truncate(to: firstUnescaped)
        case UInt8(ascii: "["):
            try enter()
            if !take(UInt8(ascii: "]")) {
                repeat { try skipValue(&keys) } while try anotherElement()
            }
            leave()
        default: try skipScalar()
        }
    }

    private mutating func skipScalar() throws(JSONFailure) {
        switch peek {
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = try number()
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "n"): try literal("null")
        default: throw unexpected(.value)
        }
    }

    private mutating func literal(_ text: StaticString) throws(JSONFailure) {
        guard stands(text) else { throw failure(.badLiteral) }
        position += text.utf8CodeUnitCount
    }
}

extension SkippedKeys {
    mutating func append(_ span: JSONStringSpan, in text: UnsafePointer<UInt8>, place: Int32) {
        guard span.hasEscapes else {
            let offset = Int32(truncatingIfNeeded: span.start - text)
            table.append(
                KeyEntry(offset: offset, count: Int32(truncatingIfNeeded: span.count), isSecond: false, place: place))
            return
        }
        let before = unescaped.count
        unescaped.append(span)
        table.append(
            KeyEntry(
                offset: Int32(truncatingIfNeeded: before), count: Int32(truncatingIfNeeded: unescaped.count - before),
                isSecond: true, place: place))
    }
}

extension OutputBuffer {
    /// The content of a JSON string, its escapes resolved.
    @inline(__always)
    mutating func append(_ span: JSONStringSpan) {
        if span.hasEscapes {
            appendUnescaped(span)
        } else {
            append(UnsafeRawBufferPointer(start: span.start, count: span.count))
        }
    }

    @inline(never)
    private mutating func appendUnescaped(_ span: JSONStringSpan) {
        append(upTo: span.count) { memory in
            guard let target = memory.baseAddress else { return 0 }
            return span.unescape(into: target.assumingMemoryBound(to: UInt8.self))
        }
    }
}
