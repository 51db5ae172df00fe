import IceEncoding

extension InputStream {
    mutating func readInstance() throws -> Value? {
        throw MarshalError(.malformed, "not yet")
    }
}

extension InputStream {
    // MARK: Slices

    /// Begins the members of a type: its own, not those of its base.
    ///
    /// - Throws: ``MarshalError``.
    public mutating func startSlice() throws {}

    /// Ends them, past optional ones that nobody asked for.
    ///
    /// - Throws: ``MarshalError``.
    public mutating func endSlice() throws {}
}
