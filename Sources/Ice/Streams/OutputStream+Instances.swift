import IceEncoding

extension OutputStream {
    mutating func writeInstance(_ value: Value?) {}

    /// Writes the instances that were referred to, in encoding 1.0; nothing in 1.1. At the end of parameters or results
    /// whose types use classes, whether there are instances or not.
    public mutating func writePendingValues() {}
}

extension OutputStream {
    // MARK: Slices

    /// Begins the members of a type: its own, not those of its base.
    ///
    /// - Parameters:
    ///   - compactId: -1 for none.
    ///   - last: whether the type has no base.
    public mutating func startSlice(typeId: String, compactId: Int32 = -1, last: Bool) {}

    /// Ends them.
    public mutating func endSlice() {}
}
