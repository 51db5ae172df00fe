import IceEncoding

/// A JSON text as a tree whose values know where they stand: for files that people write and want to hear about.
package struct JSONTree: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case null
        case bool(Bool)
        /// As it stands in the text, so that no digit is lost.
        case number(String)
        case string(String)
        case array([JSONTree])
        /// Names are unique.
        case object([Member])
    }

    package struct Member: Sendable, Hashable {
        package var name: String
        /// Where the name stands, in bytes from the start of the text.
        package var offset: Int
        package var value: JSONTree
    }

    package var kind: Kind
    /// In bytes from the start of the text.
    package var offset: Int

    /// Reads a text: RFC 8259 in UTF-8, every member of an object once.
    ///
    /// - Parameter depth: the deepest nesting accepted, 1…512.
    /// - Throws: ``JSONError``.
    package init(parsing text: [UInt8], depth: Int = 64) throws(JSONError) {
        let options = JSONOptions(depth: depth)
        let result = text.withUnsafeBytes { bytes in
            Result { () throws(JSONError) in try Self.parse(bytes, options) }
        }
        self = try result.get()
    }

    private static func parse(_ text: UnsafeRawBufferPointer, _ options: JSONOptions) throws(JSONError) -> JSONTree {
        guard let base = text.baseAddress?.assumingMemoryBound(to: UInt8.self), text.count > 0 else {
            throw JSONError(.malformed, message: "the text is empty")
        }
        guard text.count < Int(Int32.max) else { throw JSONError(.tooLarge, message: "the text is 2 GiB or longer") }
        let store = PlanStore(PlanParts())
        var reader = JSONReader(base, count: text.count, maximumDepth: options.depth)
        do throws(JSONFailure) {
            // Once for everything that may be wrong, once for the tree.
            var keys = SkippedKeys(seed: store.tables.seed)
            try reader.begin()
            let first = reader.position
            try reader.skipValue(&keys)
            try reader.finish()
            reader.position = first
            return try reader.tree()
        } catch {
            throw FailureReport(store.tables, text, options, refusal: "").explain(error)
        }
    }
}

extension JSONReader {
    /// The value at the position.
    fileprivate mutating func tree() throws(JSONFailure) -> JSONTree {
        let place = position
        let kind: JSONTree.Kind
        switch peek {
        case UInt8(ascii: "{"): kind = .object(try members())
        case UInt8(ascii: "["): kind = .array(try elements())
        case UInt8(ascii: "\""): kind = .string(text(of: try string()))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            _ = try number()
            kind = .number(String(decoding: UnsafeBufferPointer(start: place, count: position - place), as: UTF8.self))
        default:
            kind = stands("true") ? .bool(true) : stands("false") ? .bool(false) : .null
            try skipValue()
        }
        return JSONTree(kind: kind, offset: Int(offset(place)))
    }

    private mutating func members() throws(JSONFailure) -> [JSONTree.Member] {
        var members: [JSONTree.Member] = []
        try enter()
        if !take(UInt8(ascii: "}")) {
            repeat {
                let place = Int(offset)
                let name = text(of: try string())
                try colon()
                members.append(JSONTree.Member(name: name, offset: place, value: try tree()))
            } while try anotherMember()
        }
        leave()
        return members
    }

    private mutating func elements() throws(JSONFailure) -> [JSONTree] {
        var elements: [JSONTree] = []
        try enter()
        if !take(UInt8(ascii: "]")) {
            repeat { elements.append(try tree()) } while try anotherElement()
        }
        leave()
        return elements
    }

    private func text(of span: JSONStringSpan) -> String {
        var buffer = OutputBuffer(minimumCapacity: max(span.count, 16))
        buffer.append(span)
        return String(decoding: buffer.bytes, as: UTF8.self)
    }
}

extension JSONTree {
    fileprivate init(kind: Kind, offset: Int) {
        self.kind = kind
        self.offset = offset
    }
}

extension JSONTree {
    // MARK: Places

    /// Where the value of a JSON Pointer (RFC 6901) stands; of what isn't there, where the value around it does.
    package func offset(ofPointer pointer: Substring) -> Int {
        var place = self
        for part in pointer.split(separator: "/") {
            let name = part.replacing("~1", with: "/").replacing("~0", with: "~")
            switch place.kind {
            case .object(let members):
                guard let member = members.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
                    return place.offset
                }
                place = member.value
            case .array(let elements):
                guard let index = Int(name), elements.indices.contains(index) else { return place.offset }
                place = elements[index]
            default: return place.offset
            }
        }
        return place.offset
    }
}
