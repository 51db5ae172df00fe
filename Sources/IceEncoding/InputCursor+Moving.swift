extension InputCursor {
    /// Goes to an offset, back or forth.
    ///
    /// - Throws: ``MarshalError`` `.truncated` when it is outside the bytes.
    @inlinable
    public mutating func move(to offset: Int) throws(MarshalError) {
        guard offset >= 0, offset <= bytes.count else {
            throw MarshalError(.truncated, "offset \(offset) is outside the \(bytes.count) bytes")
        }
        position = offset
    }
}
