import Glibc
import IceEncoding

/// The value of a `sequence<byte>` that is not in the JSON text, where an empty string stands for it.
struct RawArgument {
    /// Of the empty string, in bytes from the start of the text.
    var offset: Int
    var bytes: UnsafeRawBufferPointer
}

/// Walks a plan over JSON text and appends Ice bytes: one pass, no tree. Members are expected in declaration order;
/// an object whose members come otherwise is scanned once and then read in that order.
struct ValueReader: ~Copyable {
    let tables: PlanTables
    let isV10: Bool
    let ignoresUnknown: Bool
    var reader: JSONReader
    var keys: SkippedKeys
    /// Where the values of members stand that are read later, of every object that is read out of order.
    var places = OffsetStack()
    /// Bytes that a string of base64 at some place stands for.
    var raw: RawArgument?
    let proxies: (any ProxyMapping)?
    let seal: (any SliceSeal)?
    /// Why the mapping refused a proxy.
    var refusal = ""
    /// How deep instances may nest.
    let maximumGraphDepth: Int
    var book: InstanceBook
    /// Arrays and objects open, also those around places that were left for a reference.
    var nesting = 0
    /// Arrays and objects open in the text around the instance that was opened last.
    var instanceDepth = 0

    init(
        _ tables: PlanTables, _ reader: JSONReader, isV10: Bool, isSliced: Bool, proxies: (any ProxyMapping)?,
        seal: (any SliceSeal)?, options: JSONOptions
    ) {
        self.tables = tables
        self.reader = reader
        self.isV10 = isV10
        self.proxies = proxies
        self.seal = seal
        ignoresUnknown = options.unknownMembers == .ignore
        maximumGraphDepth = options.graphDepth
        keys = SkippedKeys(seed: tables.seed)
        book = InstanceBook(isSliced: isSliced, isV10: isV10)
    }

    /// Reads the whole text: one object with these members.
    mutating func readAll(_ members: PlanMembers, into out: inout OutputBuffer) throws(JSONFailure) {
        let start = out.count
        repeat {
            out.truncate(to: start)
            reader.position = reader.start
            reader.depth = 0
            try reader.begin()
            if members.taggedCount == 0 {
                try readObject(members, into: &out)
            } else {
                try readTaggedObject(members, into: &out)
            }
            try reader.finish()
            if isV10, members.usesClasses { try writePending(into: &out) }
        } while try resolveReferences()
    }

    mutating func read(_ index: Int32, into out: inout OutputBuffer) throws(JSONFailure) {
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
        case .proxy: try readProxy(index, into: &out)
        case .instance: try readInstance(declared: node.first, index, into: &out)
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
        guard let value = enumerator(node, span) else {
            throw reader.failure(.unknownEnumerator, at: begin, subject: index)
        }
        return value
    }

    func enumerator(_ node: PlanNode, _ span: JSONStringSpan) -> Int32? {
        guard span.hasEscapes else {
            return enumerator(node, UnsafeRawBufferPointer(start: span.start, count: span.count))
        }
        var name = OutputBuffer(minimumCapacity: span.count)
        name.append(span)
        return enumerator(node, name.bytes)
    }

    /// Those by name stand behind those by value, shorter first.
    private func enumerator(_ node: PlanNode, _ name: UnsafeRawBufferPointer) -> Int32? {
        var low = node.first + node.count
        var high = low + node.count
        while low < high {
            let middle = low + (high - low) / 2
            let entry = tables.enumerators[Int(middle)]
            let text = tables.bytes(PlanText(offset: entry.text.offset + 1, count: entry.text.count - 2))
            var order = text.count - name.count
            if order == 0, let start = text.baseAddress, let other = name.baseAddress {
                order = Int(memcmp(start, other, text.count))
            }
            if order == 0 { return entry.value }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    private mutating func readBase64(_ index: Int32, into out: inout OutputBuffer) throws(JSONFailure) {
        try readBase64(index, hasSize: true, into: &out)
    }

    /// Reads base64 and appends the bytes, without a size.
    mutating func readBase64(into out: inout OutputBuffer) throws(JSONFailure) {
        try readBase64(-1, hasSize: false, into: &out)
    }

    private mutating func readBase64(
        _ index: Int32, hasSize: Bool, into out: inout OutputBuffer
    ) throws(JSONFailure) {
        guard reader.peek == UInt8(ascii: "\"") else { throw reader.mismatch(.base64, subject: index) }
        let begin = reader.position
        let span = try reader.string()
        if let raw, raw.offset == Int(reader.offset(begin)) {
            if hasSize { out.appendSize(raw.bytes.count) }
            return out.append(raw.bytes)
        }
        let isDecoded: Bool
        if span.hasEscapes {
            var text = OutputBuffer(minimumCapacity: span.count)
            text.append(span)
            isDecoded = appendBase64(text.bytes, hasSize, to: &out)
        } else {
            isDecoded = appendBase64(
                UnsafeRawBufferPointer(start: span.start, count: span.count), hasSize, to: &out)
        }
        guard isDecoded else { throw reader.failure(.badBase64, at: begin, subject: index) }
    }

    private func appendBase64(
        _ text: UnsafeRawBufferPointer, _ hasSize: Bool, to out: inout OutputBuffer
    ) -> Bool {
        guard let count = Base64.decodedCount(text) else { return false }
        if hasSize { out.appendSize(count) }
        return Base64.decode(text, into: &out)
    }
}

extension ValueReader {
    // MARK: Sequences

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
}
