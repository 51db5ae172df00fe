/// Splits a JSON array into its elements, which are checked by whoever reads them.
///
/// The text must outlive it.
package struct JSONElements {
    private let text: UnsafeRawBufferPointer
    private let plan: OperationPlan
    private var reader: JSONReader
    private var state = State.unopened

    private enum State {
        case unopened, between, end
    }

    /// - Parameter plan: of the operation whose arguments the elements are; its depth limit is that of one element.
    /// - Throws: ``JSONError`` when the text is too long, or empty.
    package init(_ text: UnsafeRawBufferPointer, of plan: OperationPlan) throws(JSONError) {
        guard let base = text.baseAddress?.assumingMemoryBound(to: UInt8.self), text.count > 0 else {
            throw JSONError(.malformed, message: "the body is empty; a JSON array is needed")
        }
        guard text.count < Int(Int32.max) else { throw JSONError(.tooLarge, message: "the text is 2 GiB or longer") }
        self.text = text
        self.plan = plan
        reader = JSONReader(base, count: text.count, maximumDepth: plan.options.depth + 1)
    }

    /// The text of the next element; nil behind the last one, when nothing follows the array.
    package mutating func next() throws(JSONError) -> UnsafeRawBufferPointer? {
        do throws(JSONFailure) {
            guard try advance() else { return nil }
            let start = reader.position
            try reader.skipValue()
            reader.extents.removeAll(keepingCapacity: true)
            return UnsafeRawBufferPointer(start: start, count: reader.position - start)
        } catch {
            state = .end
            throw FailureReport(plan.store.tables, text, plan.options, refusal: "").explain(error)
        }
    }

    /// Puts the reader at the next element, when there is one.
    private mutating func advance() throws(JSONFailure) -> Bool {
        let isThere: Bool
        switch state {
        case .unopened:
            try reader.begin()
            guard reader.peek == UInt8(ascii: "[") else { throw reader.mismatch(.array) }
            try reader.enter()
            isThere = !reader.take(UInt8(ascii: "]"))
        case .between: isThere = try reader.anotherElement()
        case .end: return false
        }
        state = isThere ? .between : .end
        if !isThere { try reader.finish() }
        return isThere
    }
}

extension JSONError {
    /// The same for an element of a longer text.
    ///
    /// - Parameters:
    ///   - index: of the element.
    ///   - start: where it begins, in bytes.
    package func inElement(_ index: Int, of text: UnsafeRawBufferPointer, at start: Int) -> JSONError {
        var result = self
        result.pointer = "/\(index)" + pointer
        result.offset += start
        let before = text.prefix(start)
        result.line += before.count { $0 == UInt8(ascii: "\n") }
        if line == 1 { result.column += before.count - (before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0) }
        return result
    }
}
