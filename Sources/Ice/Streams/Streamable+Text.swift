// swift-format-ignore-file: AlwaysUseLowerCamelCase, NoLeadingUnderscores

public import IceEncoding

extension String: Streamable {
    /// Its size.
    @inlinable public static var _iceMinimumWireSize: Int { 1 }
    /// By its size.
    @inlinable public static var _iceOptionalFormat: TaggedFormat { .vSize }
    /// In bytes.
    @inlinable public static var _iceHasOwnSize: Bool { true }

    /// UTF-8 behind its size.
    @inlinable
    public static func _iceRead(from istr: inout InputStream) throws -> String {
        try istr.readsKey ? istr.cursor.readName() : istr.cursor.readString()
    }

    /// UTF-8 behind its size.
    @inlinable
    public func _iceWrite(to ostr: inout OutputStream) { ostr.buffer.appendString(self) }
}

extension Identity: Streamable {
    /// Two strings.
    public static var _iceMinimumWireSize: Int { 2 }

    /// Name and category.
    public static func _iceRead(from istr: inout InputStream) throws -> Identity {
        Identity(name: try istr.read(), category: try istr.read())
    }

    /// Name and category.
    public func _iceWrite(to ostr: inout OutputStream) {
        ostr.write(name)
        ostr.write(category)
    }
}

extension EncodingVersion: Streamable {
    /// Major and minor.
    public static var _iceMinimumWireSize: Int { 2 }
    /// Always two bytes.
    public static var _iceIsVariableLength: Bool { false }

    /// Major and minor.
    public static func _iceRead(from istr: inout InputStream) throws -> EncodingVersion {
        EncodingVersion(major: try istr.read(), minor: try istr.read())
    }

    /// Major and minor.
    public func _iceWrite(to ostr: inout OutputStream) {
        ostr.write(major)
        ostr.write(minor)
    }
}

extension OperationMode: StreamableEnum {
    /// That of `Idempotent`.
    public static var _iceMaxValue: Int32 { 2 }
}
