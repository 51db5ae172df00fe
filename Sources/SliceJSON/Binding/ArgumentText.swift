import IceEncoding

/// One request's arguments as one JSON object, put together of its body and of what comes from elsewhere; and where the body
/// stands in it, so that what is wrong is told of the place where the client wrote it.
struct ArgumentText: ~Copyable {
    private let binding: ArgumentBinding
    private let values: ArgumentTexts
    private let body: UnsafeRawBufferPointer
    /// The object.
    private(set) var out: OutputBuffer
    private(set) var raw: RawArgument?
    /// Of ``out``: where the body is.
    private var bodyRange = 0..<0
    private var isEmpty = true

    init(_ binding: ArgumentBinding, _ values: ArgumentTexts, body: UnsafeRawBufferPointer) {
        self.binding = binding
        self.values = values
        self.body = body
        out = OutputBuffer(minimumCapacity: body.count + 256)
    }

    /// - Throws: ``JSONError`` when the body is not what could be put into an object.
    mutating func write() throws(JSONError) {
        var isComplete = false
        switch binding.body {
        case .none: isComplete = true
        case .optional where body.isEmpty: isComplete = true
        case .optional, .rest: try writeRest()
        case .parameter(let name):
            isComplete = true
            if !body.isEmpty || !binding.bodyTrees.isEmpty { try writeBody(of: name) }
        case .raw(let name):
            isComplete = true
            writeRaw(name)
        }
        if isEmpty, out.count == 0 { out.append(UInt8(ascii: "{")) }
        for (_, text) in binding.fixed {
            separate()
            out.append(text)
        }
        for tree in binding.trees { write(tree, isComplete: isComplete && !tree.isOptional) }
        out.append(UInt8(ascii: "}"))
    }

    private mutating func separate() {
        if !isEmpty { out.append(UInt8(ascii: ",")) }
        isEmpty = false
    }
}

extension ArgumentText {
    // MARK: The body

    /// The body's object without its closing brace.
    private mutating func writeRest() throws(JSONError) {
        guard !body.isEmpty else { return }
        let end = try checkedEnd(isObject: true)
        out.append(UnsafeRawBufferPointer(rebasing: body[..<(end - 1)]))
        bodyRange = 0..<out.count
        isEmpty = hasNoMembers(until: end)
    }

    private mutating func writeBody(of name: String) throws(JSONError) {
        let isShared = !binding.bodyTrees.isEmpty
        let end = body.isEmpty ? 0 : try checkedEnd(isObject: isShared)
        out.append("{")
        separate()
        out.append(utf8: "\"\(name)\":")
        let start = out.count
        guard isShared else {
            out.append(body)
            bodyRange = start..<out.count
            return
        }
        // The path has some of its members.
        if body.isEmpty {
            out.append("{")
            isEmpty = true
        } else {
            out.append(UnsafeRawBufferPointer(rebasing: body[..<(end - 1)]))
            bodyRange = start..<out.count
            isEmpty = hasNoMembers(until: end)
        }
        for tree in binding.bodyTrees { write(tree, isComplete: true) }
        out.append("}")
        isEmpty = false
    }

    /// Whether there is nothing between the braces of the body's object.
    private func hasNoMembers(until end: Int) -> Bool {
        let first = body.firstIndex(of: UInt8(ascii: "{")) ?? 0
        return body[(first + 1)..<(end - 1)].allSatisfy { $0 <= 0x20 }
    }

    private mutating func writeRaw(_ name: String) {
        out.append("{")
        separate()
        out.append(utf8: "\"\(name)\":")
        raw = RawArgument(offset: out.count, bytes: body)
        out.append("\"\"")
    }

    /// Where the only value of the body ends. What is JSON alone can't be something else with text behind it.
    private func checkedEnd(isObject: Bool) throws(JSONError) -> Int {
        let plan = binding.plan
        guard let base = body.baseAddress?.assumingMemoryBound(to: UInt8.self), body.count < Int(Int32.max) / 2 else {
            throw JSONError(.tooLarge, message: "the text is 1 GiB or longer")
        }
        var reader = JSONReader(base, count: body.count, maximumDepth: plan.options.depth)
        do throws(JSONFailure) {
            try reader.begin()
            if isObject, reader.peek != UInt8(ascii: "{") { throw reader.mismatch(.object) }
            try reader.skipValue()
            let end = Int(reader.offset)
            try reader.finish()
            return end
        } catch {
            throw FailureReport(plan.store.tables, body, plan.options, refusal: "").explain(error)
        }
    }
}

extension ArgumentText {
    // MARK: What comes from path and query

    /// - Parameter isComplete: whether what is absent can come from nowhere else: then a sequence is empty, and of a struct
    ///   those members are missing that have no default.
    private mutating func write(_ tree: ParameterTree, isComplete: Bool) {
        switch tree {
        case .value(let key, let leaf, _):
            let texts = values.texts[leaf]
            let isSequence = binding.leaves[leaf].isSequence
            guard !texts.isEmpty || isSequence && isComplete else { return }
            separate()
            out.append(key)
            if isSequence { out.append("[") }
            for (index, text) in texts.enumerated() {
                if index > 0 { out.append(",") }
                write(text, binding.leaves[leaf].text)
            }
            if isSequence { out.append("]") }
        case .structure(let key, let members, _):
            guard isComplete || members.contains(where: { $0.isGiven(in: values) }) else { return }
            separate()
            out.append(key)
            out.append("{")
            isEmpty = true
            for member in members { write(member, isComplete: true) }
            out.append("}")
            isEmpty = false
        }
    }

    private mutating func write(_ text: [UInt8], _ kind: ParameterLeaf.Text) {
        let isJSON =
            switch kind {
            case .bool: text.elementsEqual("true".utf8) || text.elementsEqual("false".utf8)
            case .number: Self.isNumber(text)
            case .string: false
            }
        guard !isJSON else { return out.append(text) }
        out.append("\"")
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                out.append(UInt8(ascii: "\\"))
                out.append(byte)
            case ..<0x20:
                out.append("\\u00")
                out.append(Self.digit(byte >> 4))
                out.append(Self.digit(byte & 15))
            default: out.append(byte)
            }
        }
        out.append("\"")
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    private static func isNumber(_ text: [UInt8]) -> Bool {
        text.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress, let first = bytes.first,
                first == UInt8(ascii: "-") || first &- UInt8(ascii: "0") < 10
            else { return false }
            var reader = JSONReader(base, count: bytes.count, maximumDepth: 1)
            guard (try? reader.number()) != nil else { return false }
            return reader.position == reader.end
        }
    }
}

extension ArgumentText {
    // MARK: What is wrong

    /// The same of the place where the client wrote it.
    func explained(_ error: JSONError) -> JSONError {
        guard error.source == .body else { return error }
        switch binding.body {
        case .none: return ofParameter(error)
        case .optional, .rest:
            // An object without a member is in the body when there is one.
            if body.isEmpty, error.offset > 0 || error.code != .malformed { return ofParameter(error) }
            return error.offset < max(bodyRange.upperBound, 1) ? error : ofParameter(error)
        case .parameter(let name):
            guard bodyRange.contains(error.offset) else {
                return ofParameter(error)
            }
            var moved = error
            moved.pointer = String(error.pointer.dropFirst(name.count + 1))
            moved.offset -= bodyRange.lowerBound
            if moved.line == 1 { moved.column -= bodyRange.lowerBound }
            return moved
        case .raw: return ofParameter(error)
        }
    }

    /// `/filter/name` is the parameter `filter.name`.
    private func ofParameter(_ error: JSONError) -> JSONError {
        let name = error.pointer.split(separator: "/").joined(separator: ".")
        switch error.code {
        case .missingMember:
            return JSONError(parameter: error.code, "parameter '\(name)' is missing: \(origin(of: name))")
        case .duplicateMember:
            return JSONError(
                parameter: error.code,
                "parameter '\(name)' is in the body and \(place(of: name)); it may have one place")
        default:
            return JSONError(parameter: error.code, "parameter '\(name)': \(error.message)")
        }
    }

    private func origin(of name: String) -> String {
        if binding.body.parameter == name { return "the body is its value" }
        if binding.unqueried.contains(name) { return "it comes from the body" }
        let root = name.prefix { $0 != "." }
        let isBegun = zip(binding.leaves, values.texts).contains { leaf, texts in
            !texts.isEmpty && leaf.name.prefix { $0 != "." } == root
        }
        // What path or query have a part of can't be in the body.
        let takesObject = binding.body == .rest || binding.body == .optional
        return takesObject && !isBegun ? "it comes from the query or the body" : "it comes from the query"
    }

    private func place(of name: String) -> String {
        if binding.fixed.contains(where: { $0.name == name }) { return "in the route" }
        let isInPath = binding.leaves.contains {
            $0.isInPath && ($0.name == name || $0.name.hasPrefix(name + "."))
        }
        return isInPath ? "in the path" : "in the query"
    }
}
