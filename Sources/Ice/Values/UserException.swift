// swift-format-ignore-file: AlwaysUseLowerCamelCase, NoLeadingUnderscores
// The names are Ice's own, `_ice…` is for generated code, as in the official mapping.

/// An exception that is defined in Slice.
///
/// Sendable without a check: members are variables, as generated code has them; whoever throws one changes it no more.
open class UserException: Error, CustomStringConvertible, @unchecked Sendable {
    /// An exception whose members have their defaults.
    public required init() {}

    /// The type id of the exception.
    open class func ice_staticId() -> String { "::Ice::UserException" }
    /// The type id of the exception that was thrown.
    open func ice_id() -> String { Self.ice_staticId() }

    /// Whether a member's type is, or holds, a class.
    open class var _iceUsesClasses: Bool { false }
    /// Reads the slices, the most derived one first. Generated code overrides it.
    ///
    /// - Throws: ``MarshalError``.
    open func _iceReadImpl(from istr: inout InputStream) throws {}
    /// Writes the slices, the most derived one first. Generated code overrides it.
    open func _iceWriteImpl(to ostr: inout OutputStream) {}

    /// Whether the error is an exception of this type, or of one derived from it.
    static func isKind(of error: any Error) -> Bool { error is Self }
}

extension CustomStringConvertible where Self: UserException {
    /// The type id. Not a member of the class, so that an exception may have a member of that name in Slice.
    public var description: String { ice_id() }
}
