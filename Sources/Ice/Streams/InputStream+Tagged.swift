public import IceEncoding

extension InputStream {
    // MARK: Optional values

    /// An optional value; nil when it isn't there. Behind all required ones, in the order of the tags.
    ///
    /// - Throws: ``MarshalError``.
    @inlinable
    public mutating func read<Element: Streamable>(
        tag: Int32, _: Element.Type = Element.self
    ) throws -> Element? {
        let format = Element._iceOptionalFormat
        guard try find(tag: tag, format) else { return nil }
        if format == .fSize {
            try cursor.skip(4)
        } else if format == .vSize, !Element._iceHasOwnSize {
            _ = try cursor.readSize()
        }
        return try Element._iceRead(from: &self)
    }

    /// An optional class or proxy; nil also for null.
    ///
    /// - Throws: ``MarshalError``.
    public mutating func read<Reference: StreamableReference>(
        tag: Int32, _: Reference.Type = Reference.self
    ) throws -> Reference? {
        let format = Reference._iceReferenceFormat
        guard try find(tag: tag, format) else { return nil }
        if format == .fSize { try cursor.skip(4) }
        return try Reference._iceReadReference(from: &self)
    }

    /// Goes behind a tag; stays before a larger one, and before the end.
    @usableFromInline
    mutating func find(tag: Int32, _ format: TaggedFormat) throws -> Bool {
        guard !isOld, let isSlice = taggedValuesAreInSlice else { return false }
        while true {
            let start = cursor.offset
            guard let (found, foundFormat) = try cursor.readTag(needsEndMarker: isSlice), found <= tag else {
                try cursor.move(to: start)
                return false
            }
            if found == tag {
                guard foundFormat == format else {
                    throw MarshalError(.malformed, "optional \(tag) at offset \(start) is of another type")
                }
                return true
            }
            try skipTagged(foundFormat)
        }
    }

    private mutating func skipTagged(_ format: TaggedFormat) throws {
        if format == .instance { _ = try readInstance() } else { try cursor.skipTagged(format) }
    }

    /// Goes behind the last optional value, and the end marker.
    mutating func skipTaggedValues(needsEndMarker: Bool) throws {
        while let (_, format) = try cursor.readTag(needsEndMarker: needsEndMarker) { try skipTagged(format) }
    }

    /// Whether they are those of a slice; nil where there are none.
    private var taggedValuesAreInSlice: Bool? {
        guard let slice = slices?.current else { return false }
        return slice.flags.contains(.hasOptionalMembers) ? true : nil
    }
}
