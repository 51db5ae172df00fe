import IceEncoding

/// Walks a plan over Ice bytes and appends JSON text. Every count is checked against the bytes left.
struct ValueWriter: ~Copyable {
    let tables: PlanTables
    let isV10: Bool
    let proxies: (any ProxyMapping)?
    let seal: (any SliceSeal)?
    /// How deep instances may nest.
    let maximumGraphDepth: Int
    var graph = InstanceGraph()
    /// Where members begin that are not written in the order of the wire, -1 for absent ones.
    var places = OffsetStack()
    /// The keys of the dictionaries that are open.
    var keys = KeyTable()
    /// Those of them that are compared by other bytes than came.
    var keyBytes = OutputBuffer(minimumCapacity: 16)
    /// The slice whose members are at hand: the range of its table in ``InstanceGraph/entries``; count -1 when it has none
    /// and outside slices.
    var table: (first: Int32, count: Int32) = (0, -1)

    init(
        _ tables: PlanTables, isV10: Bool, proxies: (any ProxyMapping)? = nil, seal: (any SliceSeal)? = nil,
        maximumGraphDepth: Int = 0
    ) {
        self.tables = tables
        self.isV10 = isV10
        self.proxies = proxies
        self.seal = seal
        self.maximumGraphDepth = maximumGraphDepth
    }

    var encoding: EncodingVersion { isV10 ? .v1_0 : .v1_1 }

    /// Writes `,"name":value` for each member, in the order of the wire.
    mutating func writeMembers(
        _ members: PlanMembers, from input: inout InputCursor, into out: inout OutputBuffer
    ) throws(MarshalError) {
        for index in members.range {
            let member = tables.members[Int(index)]
            out.append(tables.bytes(member.text))
            try write(member.node, from: &input, into: &out)
        }
    }

    mutating func writeObject(
        _ members: PlanMembers, from input: inout InputCursor, into out: inout OutputBuffer
    ) throws(MarshalError) {
        let start = out.count
        try writeMembers(members, from: &input, into: &out)
        if members.count > 0 {
            // The comma before the first member becomes the brace.
            out.patch(UInt8(ascii: "{"), at: start)
        } else {
            out.append(UInt8(ascii: "{"))
        }
        out.append(UInt8(ascii: "}"))
    }

    mutating func write(
        _ index: Int32, from input: inout InputCursor, into out: inout OutputBuffer
    ) throws(MarshalError) {
        let node = tables.nodes[Int(index)]
        switch node.kind {
        case .bool: out.append(try input.readBool() ? "true" : "false")
        case .byte: out.appendDecimal(Int64(try input.read(UInt8.self)))
        case .short: out.appendDecimal(Int64(try input.read(Int16.self)))
        case .int: out.appendDecimal(Int64(try input.read(Int32.self)))
        case .long:
            let value = try input.read(Int64.self)
            if node.isText { out.append(UInt8(ascii: "\"")) }
            out.appendDecimal(value)
            if node.isText { out.append(UInt8(ascii: "\"")) }
        case .float: out.appendDecimal(try input.readFloat(), tables.powers)
        case .double: out.appendDecimal(try input.readDouble(), tables.powers)
        case .string: try out.appendJSONString(try input.readStringBytes())
        case .enumeration:
            try writeEnumerator(node, try input.readEnumerator(width: isV10 ? node.width : 0), into: &out)
        case .structure:
            try writeObject(PlanMembers(first: node.first, count: node.count), from: &input, into: &out)
        case .bytes:
            out.append(UInt8(ascii: "\""))
            Base64.encode(try input.readStringBytes(), into: &out)
            out.append(UInt8(ascii: "\""))
        case .sequence: try writeSequence(node, from: &input, into: &out)
        case .dictionary, .pairs: try writeDictionary(node, from: &input, into: &out)
        case .proxy: try writeProxy(from: &input, into: &out)
        case .instance: try writeReference(declared: node.first, from: &input, into: &out)
        }
    }

    private func writeProxy(from input: inout InputCursor, into out: inout OutputBuffer) throws(MarshalError) {
        // Nil is an identity of two empty strings.
        if input.remaining >= 2, input.bytes[input.offset] == 0, input.bytes[input.offset + 1] == 0 {
            try input.skip(2)
            return out.append("null")
        }
        guard let proxies else { throw MarshalError(.malformed, "a proxy, which nothing here can write") }
        try proxies.write(&input, encoding: encoding, into: &out)
    }

    func pairSize(_ node: PlanNode) -> Int {
        (node.first..<node.first + node.count).reduce(0) { $0 + minimumSize(tables.members[Int($1)].node) }
    }

    func minimumSize(_ node: Int32) -> Int {
        let node = tables.nodes[Int(node)]
        return Int(isV10 ? node.minimumSizeV10 : node.minimumSize)
    }

    private mutating func writeSequence(
        _ node: PlanNode, from input: inout InputCursor, into out: inout OutputBuffer
    ) throws(MarshalError) {
        let count = try input.readCount(minimumElementSize: minimumSize(node.value))
        out.append(UInt8(ascii: "["))
        for index in 0..<count {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            try write(node.value, from: &input, into: &out)
        }
        out.append(UInt8(ascii: "]"))
    }

    private mutating func writeEnumerator(_ node: PlanNode, _ value: Int32, into out: inout OutputBuffer)
        throws(MarshalError)
    {
        guard value >= 0 else { throw MarshalError(.badEnumerator, "enumerator value \(value) is negative") }
        if node.isDense {
            guard value < node.count else { return out.appendDecimal(Int64(value)) }
            return out.append(tables.bytes(tables.enumerators[Int(node.first + value)].text))
        }
        var low = node.first
        var high = node.first + node.count
        while low < high {
            let middle = low + (high - low) / 2
            let entry = tables.enumerators[Int(middle)]
            if entry.value == value { return out.append(tables.bytes(entry.text)) }
            if entry.value < value { low = middle + 1 } else { high = middle }
        }
        out.appendDecimal(Int64(value))
    }
}

extension InputCursor {
    /// See ``OutputBuffer/appendEnumerator(_:width:)``.
    fileprivate mutating func readEnumerator(width: UInt8) throws(MarshalError) -> Int32 {
        switch width {
        case 0: Int32(truncatingIfNeeded: try readSize())
        case 1: Int32(try read(UInt8.self))
        case 2: Int32(try read(Int16.self))
        default: try read(Int32.self)
        }
    }
}
