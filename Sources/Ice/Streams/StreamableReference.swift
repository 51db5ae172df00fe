// swift-format-ignore-file: AlwaysUseLowerCamelCase, NoLeadingUnderscores

public import IceEncoding

/// A class or a proxy: parameters and members of it are optionals, nil being Slice's null.
public protocol StreamableReference: Sendable {
    /// How a value with a tag is laid out.
    static var _iceReferenceFormat: TaggedFormat { get }
    /// The fewest bytes that a null takes.
    static var _iceNullWireSize: Int { get }
    /// - Throws: ``MarshalError``, also when what is there is not of this type.
    static func _iceReadReference(from istr: inout InputStream) throws -> Self?
    /// Writes a reference, nil for null.
    static func _iceWriteReference(_ value: Self?, to ostr: inout OutputStream)
}

extension Optional: Streamable where Wrapped: StreamableReference {
    /// That of a null.
    @inlinable public static var _iceMinimumWireSize: Int { Wrapped._iceNullWireSize }
    /// As the reference.
    @inlinable public static var _iceOptionalFormat: TaggedFormat { Wrapped._iceReferenceFormat }

    /// A class or proxy.
    @inlinable
    public static func _iceRead(from istr: inout InputStream) throws -> Wrapped? {
        try Wrapped._iceReadReference(from: &istr)
    }

    /// A class or proxy.
    @inlinable
    public func _iceWrite(to ostr: inout OutputStream) { Wrapped._iceWriteReference(self, to: &ostr) }
}

extension StreamableReference where Self: Proxy {
    /// A size in four bytes.
    public static var _iceReferenceFormat: TaggedFormat { .fSize }
    /// An empty identity.
    public static var _iceNullWireSize: Int { 2 }

    /// The interface is taken for granted.
    public static func _iceReadReference(from istr: inout InputStream) throws -> Self? {
        guard let content = try istr.cursor.readProxy(istr.encoding) else { return nil }
        guard let communicator = istr.communicator else {
            throw MarshalError(.malformed, "a proxy without a communicator that it could belong to")
        }
        return Self(untyped: communicator.makeProxy(content))
    }

    /// As it is.
    public static func _iceWriteReference(_ value: Self?, to ostr: inout OutputStream) {
        ostr.buffer.appendProxy(value?.untyped.content, encoding: ostr.encoding)
    }
}

extension StreamableReference where Self: Value {
    /// An instance, whose end nobody knows who doesn't read it.
    public static var _iceReferenceFormat: TaggedFormat { .instance }
    /// A size.
    public static var _iceNullWireSize: Int { 1 }

    /// The instance itself, complete but where a cycle leads back to one that is being read.
    public static func _iceReadReference(from istr: inout InputStream) throws -> Self? {
        guard let instance = try istr.readInstance() else { return nil }
        guard let value = instance as? Self else {
            throw MarshalError(.malformed, "an instance of \(instance.ice_id()) instead of \(Self.ice_staticId())")
        }
        return value
    }

    /// The instance where it is met first, afterwards its number.
    public static func _iceWriteReference(_ value: Self?, to ostr: inout OutputStream) { ostr.writeInstance(value) }
}
