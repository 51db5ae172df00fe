import IceEncoding

extension ValueWriter {
    // MARK: Dictionaries

    /// Writes a dictionary, a JSON object or an array of pairs.
    ///
    /// A key that comes twice is written once, with its last value, which is what the real runtimes keep.
    mutating func writeDictionary(
        _ node: PlanNode, from input: inout InputCursor, into out: inout OutputBuffer
    ) throws(MarshalError) {
        let isObject = node.kind == .dictionary
        let key = isObject ? node.key : tables.members[Int(node.first)].node
        let value = isObject ? node.value : tables.members[Int(node.first + 1)].node
        let count = try input.readCount(minimumElementSize: minimumSize(key) + minimumSize(value))
        let begin = input
        let start = out.count
        let firstKey = keys.count
        defer { keys.truncate(to: firstKey) }
        // Written twice only where that can't be nested without end, as it can in instances.
        if node.usesClasses {
            for _ in 0..<count {
                let place = input.offset
                try skip(key, in: &input)
                noteKey(place, input)
                try skip(value, in: &input)
            }
            input = begin
            let dead = replacedKeys(from: firstKey, input)
            keys.truncate(to: firstKey)
            return try writeEntries(node, count, except: dead, from: &input, into: &out)
        }
        try writeEntries(node, count, except: [], from: &input, into: &out)
        let dead = replacedKeys(from: firstKey, input)
        guard !dead.isEmpty else { return }
        keys.truncate(to: firstKey)
        out.truncate(to: start)
        input = begin
        try writeEntries(node, count, except: dead, from: &input, into: &out)
    }

    /// - Parameter dead: indexes of the entries that are passed over.
    private mutating func writeEntries(
        _ node: PlanNode, _ count: Int, except dead: Set<Int>, from input: inout InputCursor,
        into out: inout OutputBuffer
    ) throws(MarshalError) {
        let isObject = node.kind == .dictionary
        let members = PlanMembers(first: node.first, count: node.count)
        let key = isObject ? node.key : tables.members[Int(node.first)].node
        let value = isObject ? node.value : tables.members[Int(node.first + 1)].node
        out.append(isObject ? "{" : "[")
        var isFirst = true
        for index in 0..<count {
            if !dead.isEmpty, dead.contains(index) {
                try skip(key, in: &input)
                try skip(value, in: &input)
                continue
            }
            if !isFirst { out.append(",") }
            isFirst = false
            let place = input.offset
            if isObject {
                try writeKey(key, from: &input, into: &out)
                noteKey(place, input)
                out.append(":")
                try write(value, from: &input, into: &out)
            } else {
                var ahead = input
                try skip(key, in: &ahead)
                noteKey(place, ahead)
                try writeObject(members, from: &input, into: &out)
            }
        }
        out.append(isObject ? "}" : "]")
    }

    private mutating func noteKey(_ start: Int, _ input: InputCursor) {
        keys.append(
            KeyEntry(
                offset: Int32(truncatingIfNeeded: start), count: Int32(truncatingIfNeeded: input.offset - start),
                isSecond: false, place: 0))
    }

    /// The indexes of the entries whose keys later ones replace.
    private func replacedKeys(from first: Int, _ input: InputCursor) -> Set<Int> {
        var replaced: Set<Int> = []
        keys.forEachDuplicate(from: first, input.bytes.baseAddress, nil, seed: tables.seed) { (earlier, _) in
            replaced.insert(earlier - first)
        }
        return replaced
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
