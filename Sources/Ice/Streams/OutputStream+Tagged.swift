public import IceEncoding

extension OutputStream {
    // MARK: Optional values

    /// An optional value; nothing when it is nil, and in encoding 1.0. Behind all required ones, in the order of the tags.
    @inlinable
    public mutating func write<Element: Streamable>(tag: Int32, _ value: Element?) {
        let format = Element._iceOptionalFormat
        guard let value, begin(tag: tag, format) else { return }
        if format == .fSize {
            let start = beginFixedSize()
            value._iceWrite(to: &self)
            endFixedSize(start)
        } else if format == .vSize, !Element._iceHasOwnSize {
            let start = buffer.beginSize()
            value._iceWrite(to: &self)
            buffer.endSize(buffer.count - start - 1, at: start)
        } else {
            value._iceWrite(to: &self)
        }
    }

    /// An optional class or proxy; nothing when it is nil.
    public mutating func write<Reference: StreamableReference>(tag: Int32, _ value: Reference?) {
        let format = Reference._iceReferenceFormat
        guard let value, begin(tag: tag, format) else { return }
        guard format == .fSize else { return Reference._iceWriteReference(value, to: &self) }
        let start = beginFixedSize()
        Reference._iceWriteReference(value, to: &self)
        endFixedSize(start)
    }

    /// Writes a tag; false in encoding 1.0, which has none.
    @usableFromInline
    mutating func begin(tag: Int32, _ format: TaggedFormat) -> Bool {
        guard !isOld else { return false }
        if let slices { slices.current?.hasOptionalMembers = true }
        buffer.appendTag(tag, format)
        return true
    }

    @usableFromInline
    mutating func beginFixedSize() -> Int {
        let start = buffer.count
        buffer.append(0 as Int32)
        return start
    }

    @usableFromInline
    mutating func endFixedSize(_ start: Int) {
        buffer.patch(Int32(truncatingIfNeeded: buffer.count - start - 4), at: start)
    }
}
