/// The first byte of a slice of an instance or exception in encoding 1.1.
///
/// Ice manual, "Data Encoding", "Slices".
public struct SliceFlags: OptionSet, Sendable, Hashable {
    /// The byte.
    public let rawValue: UInt8

    /// Any byte; bits without a name are kept.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The type ID follows as a string. Not with ``typeIDIndex``: both together are ``compactID``.
    public static let typeIDString = SliceFlags(rawValue: 0x01)
    /// The type ID follows as the number of a string earlier in the encapsulation, from 1.
    public static let typeIDIndex = SliceFlags(rawValue: 0x02)
    /// The compact ID follows as a size.
    public static let compactID = SliceFlags(rawValue: 0x03)
    /// Optional members follow the others, ended by `FF`.
    public static let hasOptionalMembers = SliceFlags(rawValue: 0x04)
    /// An indirection table follows the slice.
    public static let hasIndirectionTable = SliceFlags(rawValue: 0x08)
    /// The size of the slice follows the type ID.
    public static let hasSliceSize = SliceFlags(rawValue: 0x10)
    /// No slice of a base follows.
    public static let isLastSlice = SliceFlags(rawValue: 0x20)

    /// The part that says what names the type: none, ``typeIDString``, ``typeIDIndex`` or ``compactID``.
    @inlinable public var typeIDKind: SliceFlags { intersection(.compactID) }
}
