// swift-format-ignore-file: AlwaysUseLowerCamelCase, NoLeadingUnderscores
// The names are Ice's own, `_ice…` is for generated code, as in the official mapping.

/// An instance of a Slice class.
///
/// Sendable without a check: whoever shares an instance among tasks has to keep to one at a time, as with instances in
/// every mapping of Ice.
open class Value: StreamableReference, @unchecked Sendable {
    /// What was read of types that this program doesn't know.
    var slicedData: SlicedData?

    /// An instance whose members have their defaults.
    public required init() {}

    /// The type id of the class.
    open class func ice_staticId() -> String { "::Ice::Object" }
    /// The compact id of the class; -1 for none.
    open class var ice_compactId: Int32 { -1 }
    /// The type id of the instance.
    open func ice_id() -> String { Self.ice_staticId() }

    /// Called before the instance is written.
    open func ice_preMarshal() {}
    /// Called after the instance was read, and all that it was read with.
    open func ice_postUnmarshal() {}
    /// What was read of types that this program doesn't know, and is written again in the sliced format; nil for nothing.
    open func ice_getSlicedData() -> SlicedData? { slicedData }

    /// Reads the slices, the most derived one first. Generated code overrides it.
    ///
    /// - Throws: ``MarshalError``.
    open func _iceReadImpl(from istr: inout InputStream) throws {}
    /// Writes the slices, the most derived one first. Generated code overrides it.
    open func _iceWriteImpl(to ostr: inout OutputStream) {}
}
