/// The version of the Ice encoding of an encapsulation, 1.0 or 1.1 where we can read it.
public struct EncodingVersion: Hashable, Sendable, CustomStringConvertible {
    /// 1 for every encoding of Ice.
    public var major: UInt8
    /// 0 or 1 where we can read it.
    public var minor: UInt8

    /// Version 0.0, which members of structs and classes start with.
    public init() { self.init(major: 0, minor: 0) }

    /// Makes a version, known or not.
    public init(major: UInt8, minor: UInt8) {
        self.major = major
        self.minor = minor
    }

    // Named like the versions they are.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    /// Encoding 1.0, of Ice before 3.5.
    public static let v1_0 = EncodingVersion(major: 1, minor: 0)
    // swift-format-ignore: AlwaysUseLowerCamelCase
    /// Encoding 1.1, the default since Ice 3.5.
    public static let v1_1 = EncodingVersion(major: 1, minor: 1)

    /// Whether values of this encoding can be read and written; others are only carried along.
    public var isSupported: Bool { major == 1 && minor <= 1 }

    /// As `1.1`.
    public var description: String { "\(major).\(minor)" }
}
