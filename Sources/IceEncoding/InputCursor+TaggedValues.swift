extension InputCursor {
    // MARK: Tagged values

    /// Reads what stands before an optional value. Encoding 1.1.
    ///
    /// - Parameter needsEndMarker: true inside a slice, where the bytes may not just end.
    /// - Returns: nil behind the end marker `FF`, or at the end of the bytes.
    /// - Throws: ``MarshalError`` `.truncated`, `.badSize`, or `.malformed` for a byte that can't start a tag.
    public mutating func readTag(
        needsEndMarker: Bool
    ) throws(MarshalError) -> (tag: Int32, format: TaggedFormat)? {
        if remaining == 0, !needsEndMarker { return nil }
        let start = offset
        let byte = try read(UInt8.self)
        if byte == 0xFF { return nil }
        guard let format = TaggedFormat(rawValue: byte & 7), byte >> 3 != 31 else {
            throw MarshalError(.malformed, "bad tag byte \(byte) at offset \(start)")
        }
        let tag = byte >> 3 == 30 ? Int32(truncatingIfNeeded: try readSize()) : Int32(byte >> 3)
        return (tag, format)
    }

    /// Passes over an optional value behind its tag.
    ///
    /// - Throws: ``MarshalError`` `.truncated`, `.badSize`, or `.malformed` for an instance of a class, which has no size.
    public mutating func skipTagged(_ format: TaggedFormat) throws(MarshalError) {
        switch format {
        case .f1: try skip(1)
        case .f2: try skip(2)
        case .f4: try skip(4)
        case .f8: try skip(8)
        case .size: _ = try readSize()
        case .vSize: try skip(try readSize())
        case .fSize: try skip(Int(try read(Int32.self)))
        case .instance: throw MarshalError(.malformed, "optional class at offset \(offset) can't be skipped")
        }
    }

    /// Skips optional values up to and with the end marker `FF`, or up to the end of the bytes. Encoding 1.1.
    ///
    /// - Parameter needsEndMarker: true inside a slice, where the bytes may not just end.
    /// - Throws: ``MarshalError`` `.truncated`, `.badSize`, or `.malformed` for a tag that can't be one and for an optional
    ///   class, which has no size to skip by.
    public mutating func skipTaggedValues(needsEndMarker: Bool) throws(MarshalError) {
        while let (_, format) = try readTag(needsEndMarker: needsEndMarker) { try skipTagged(format) }
    }

    /// Checks that an encapsulation's content ends here, as the real runtimes do: 1.1 may carry optional values that the
    /// reader doesn't know, 1.0 one extra byte.
    ///
    /// - Throws: ``MarshalError`` `.badEncapsulation` when something is left, or what ``skipTaggedValues(needsEndMarker:)`` throws.
    public mutating func finish(_ encoding: EncodingVersion) throws(MarshalError) {
        if encoding == .v1_0 {
            if remaining == 1 { try skip(1) }
        } else {
            try skipTaggedValues(needsEndMarker: false)
        }
        guard remaining == 0 else {
            throw MarshalError(.badEncapsulation, "\(remaining) bytes left at offset \(offset), after the last value")
        }
    }
}
