/// The slices of an instance that were skipped because the program doesn't know their types.
public final class SlicedData: Sendable {
    /// The most derived one first.
    public let slices: [SliceInfo]

    init(_ slices: [SliceInfo]) { self.slices = slices }
}

/// One slice of an instance, as it was read.
public struct SliceInfo: Sendable {
    /// Empty when there is a compact id.
    public let typeId: String
    /// -1 for none.
    public let compactId: Int32
    /// The members, without the size of the slice and the end marker of optional ones.
    public let bytes: [UInt8]
    /// What the indirection table names.
    public let instances: [Value]
    /// Whether the bytes end in optional members.
    public let hasOptionalMembers: Bool
    /// Whether no slice of a base follows.
    public let isLastSlice: Bool
}
