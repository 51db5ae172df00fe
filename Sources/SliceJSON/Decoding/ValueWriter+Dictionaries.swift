import IceEncoding

extension ValueWriter {
    // MARK: Dictionaries

    /// Writes a dictionary, a JSON object or an array of pairs.
    ///
    /// A key that comes twice is written once, with its last value, which is what the real runtimes keep. Which ones those
    /// are is known before anything is written: to write again what holds other dictionaries would double with each level.
    mutating func writeDictionary(
        _ node: PlanNode, from input: inout InputCursor, into out: inout OutputBuffer
    ) throws(MarshalError) {
        let isObject = node.kind == .dictionary
        let members = PlanMembers(first: node.first, count: node.count)
        let key = isObject ? node.key : tables.members[Int(node.first)].node
        let value = isObject ? node.value : tables.members[Int(node.first + 1)].node
        let count = try input.readCount(minimumElementSize: minimumSize(key) + minimumSize(value))
        let replaced = count > 1 ? try replacedKeys(count, key, value, input) : []
        var next = 0
        out.append(isObject ? "{" : "[")
        var isFirst = true
        for index in 0..<count {
            if next < replaced.count, replaced[next] == index {
                next += 1
                try skip(key, in: &input)
                try skip(value, in: &input)
                continue
            }
            if !isFirst { out.append(",") }
            isFirst = false
            if isObject {
                try writeKey(key, from: &input, into: &out)
                out.append(":")
                try write(value, from: &input, into: &out)
            } else {
                try writeObject(members, from: &input, into: &out)
            }
        }
        out.append(isObject ? "}" : "]")
    }

    /// The entries whose keys come again, by their number, rising.
    private mutating func replacedKeys(
        _ count: Int, _ key: Int32, _ value: Int32, _ begin: InputCursor
    ) throws(MarshalError) -> [Int] {
        var input = begin
        let first = keys.count
        let firstByte = keyBytes.count
        let isString = tables.nodes[Int(key)].kind == .string
        for _ in 0..<count {
            if isString {
                let bytes = try input.readStringBytes()
                noteKey(input.offset - bytes.count, bytes.count, isSecond: false)
            } else {
                let start = keyBytes.count
                try appendSameKey(key, from: &input)
                noteKey(start, keyBytes.count - start, isSecond: true)
            }
            try skip(value, in: &input)
        }
        var replaced: [Int] = []
        keys.forEachDuplicate(from: first, begin.bytes.baseAddress, keyBytes.bytes.baseAddress, seed: tables.seed) {
            (earlier, _) in
            replaced.append(earlier - first)
        }
        keys.truncate(to: first)
        keyBytes.truncate(to: firstByte)
        // Each is found once, by the next that is equal.
        if replaced.count > 1 { replaced.sort() }
        return replaced
    }

    private mutating func noteKey(_ offset: Int, _ count: Int, isSecond: Bool) {
        keys.append(
            KeyEntry(
                offset: Int32(truncatingIfNeeded: offset), count: Int32(truncatingIfNeeded: count),
                isSecond: isSecond, place: 0))
    }

    /// Appends bytes that equal keys have in common. On the wire a size and `true` can be written in several ways.
    private mutating func appendSameKey(_ index: Int32, from input: inout InputCursor) throws(MarshalError) {
        let node = tables.nodes[Int(index)]
        switch node.kind {
        case .bool: keyBytes.append(try input.readBool() ? 1 : 0 as UInt8)
        case .string:
            let bytes = try input.readStringBytes()
            keyBytes.appendSize(bytes.count)
            keyBytes.append(bytes)
        case .enumeration where !isV10: keyBytes.appendSize(try input.readSize())
        case .structure:
            for member in node.first..<node.first + node.count {
                try appendSameKey(tables.members[Int(member)].node, from: &input)
            }
        default:
            let start = input.offset
            try skip(index, in: &input)
            keyBytes.append(UnsafeRawBufferPointer(rebasing: input.bytes[start..<input.offset]))
        }
    }

    /// A key is text: what is not a string as a value gets quotes.
    private mutating func writeKey(
        _ key: Int32, from input: inout InputCursor, into out: inout OutputBuffer
    ) throws(MarshalError) {
        let node = tables.nodes[Int(key)]
        guard node.kind != .string, !node.isText else { return try write(key, from: &input, into: &out) }
        let start = out.count
        out.append(UInt8(ascii: "\""))
        try write(key, from: &input, into: &out)
        if out.bytes[start + 1] == UInt8(ascii: "\"") {
            // An enumerator, which came with quotes of its own.
            out.moveToEnd(from: start, to: start + 1)
            out.truncate(to: out.count - 1)
        } else {
            out.append(UInt8(ascii: "\""))
        }
    }
}
