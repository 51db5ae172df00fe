/// Reads an array's elements one by one while the reader goes elsewhere in between.
struct JSONArrayCursor {
    private enum State {
        case unopened, element, behindElement, end
    }

    /// Offset in the text; -1 for an array that isn't there, which has no elements.
    private var place: Int32
    /// Arrays and objects open around it.
    private let depth: Int
    private var state = State.unopened

    init(place: Int32, depth: Int) {
        self.place = place
        self.depth = depth
    }

    /// Puts the reader at the next element, when there is one.
    ///
    /// The element just read must have been announced by ``read(_:)``, or the reader must still be behind it.
    mutating func next(_ reader: inout JSONReader) throws(JSONFailure) -> Bool {
        switch state {
        case .unopened:
            guard place >= 0 else { return false }
            reader.position = reader.start + Int(place)
            reader.depth = depth
            guard reader.peek == UInt8(ascii: "[") else { throw reader.mismatch(.array) }
            try reader.enter()
            state = reader.take(UInt8(ascii: "]")) ? .end : .element
        case .behindElement:
            reader.position = reader.start + Int(place)
            reader.depth = depth + 1
            state = try reader.anotherElement() ? .element : .end
        case .element: state = try reader.anotherElement() ? .element : .end
        case .end: return false
        }
        place = reader.offset
        return state == .element
    }

    /// The reader is behind the element that ``next(_:)`` put it at.
    mutating func read(_ reader: JSONReader) {
        place = reader.offset
        state = .behindElement
    }

    /// Puts the reader at the element again that ``next(_:)`` last found.
    func resume(_ reader: inout JSONReader) {
        guard state == .element else { return }
        reader.position = reader.start + Int(place)
        reader.depth = depth + 1
    }

    /// There are too few or too many elements, or the wrong ones.
    func failure(_ reader: JSONReader) -> JSONFailure {
        reader.failure(.badSlices, at: place >= 0 ? reader.start + Int(place) : nil)
    }
}
