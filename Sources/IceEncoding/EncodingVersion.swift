/// The version of the Ice encoding of an encapsulation, 1.0 or 1.1 where we can read it.
public struct EncodingVersion: Hashable, Sendable, CustomStringConvertible {
    public var major: UInt8
    public var minor: UInt8

    public init(major: UInt8, minor: UInt8) {
        self.major = major
        self.minor = minor
    }

    public static let v1_0 = EncodingVersion(major: 1, minor: 0)
    public static let v1_1 = EncodingVersion(major: 1, minor: 1)

    /// Whether values of this encoding can be read and written; others are only carried along.
    public var isSupported: Bool { major == 1 && minor <= 1 }

    public var description: String { "\(major).\(minor)" }
}
