/// How instances of classes and exceptions are laid out in encoding 1.1.
public enum FormatType: UInt8, Sendable {
    /// Only the most derived slice names its type: small, and a reader has to know that type.
    case compactFormat
    /// Every slice names its type and its size: a reader may know one of the bases only, and keeps what it doesn't know.
    case slicedFormat
}
