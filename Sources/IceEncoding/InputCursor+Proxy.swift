extension InputCursor {
    /// Passes over a marshaled proxy, nil or not, without making anything of it.
    ///
    /// - Throws: ``MarshalError`` when it can't be one.
    /// - Note: Ice manual, "Data Encoding", "Proxies".
    public mutating func skipProxy(_ encoding: EncodingVersion) throws(MarshalError) {
        let start = offset
        let name = try readStringBytes()
        let category = try readStringBytes()
        guard name.count > 0 else {
            guard category.count == 0 else {
                throw MarshalError(.malformed, "an identity without a name at offset \(start)")
            }
            return
        }
        let facets = try readCount(minimumElementSize: 1)
        guard facets <= 1 else { throw MarshalError(.malformed, "a facet path of \(facets) at offset \(start)") }
        if facets == 1 { _ = try readStringBytes() }
        // The mode and whether it is secure; protocol and encoding version.
        try skip(encoding == .v1_0 ? 2 : 6)
        let endpoints = try readCount(minimumElementSize: 8)
        if endpoints == 0 { _ = try readStringBytes() }
        for _ in 0..<endpoints {
            try skip(2)
            _ = try readEncapsulation()
        }
    }
}

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
