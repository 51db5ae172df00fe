extension InputCursor {
    // MARK: Tagged values

    /// Skips optional values up to and with the end marker `FF`, or up to the end of the bytes. Encoding 1.1.
    ///
    /// - Parameter needsEndMarker: true inside a slice, where the bytes may not just end.
    /// - Throws: ``MarshalError`` `.truncated`, `.badSize`, or `.malformed` for a tag that can't be one and for an optional
    ///   class, which has no size to skip by.
    public mutating func skipTaggedValues(needsEndMarker: Bool) throws(MarshalError) {
        while true {
            if remaining == 0, !needsEndMarker { return }
            let start = offset
            let tag = try read(UInt8.self)
            if tag == 0xFF { return }
            switch tag >> 3 {
            case 30: _ = try readSize()
            case 31: throw MarshalError(.malformed, "bad tag byte \(tag) at offset \(start)")
            default: break
            }
            switch tag & 7 {
            case 0: try skip(1)
            case 1: try skip(2)
            case 2: try skip(4)
            case 3: try skip(8)
            case 4: _ = try readSize()
            case 5: try skip(try readSize())
            case 6: try skip(Int(try read(Int32.self)))
            default: throw MarshalError(.malformed, "optional class at offset \(start) can't be skipped")
            }
        }
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
