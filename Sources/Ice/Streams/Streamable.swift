// swift-format-ignore-file: AlwaysUseLowerCamelCase, NoLeadingUnderscores
// `_ice…` is for generated code, as in the official mapping.

public import IceEncoding

/// A value of a Slice type other than a class or a proxy: what parameters, results and members are made of. Generated code
/// conforms to it.
public protocol Streamable: Sendable {
    /// The fewest bytes a value takes; exactly so many when ``_iceIsVariableLength`` is false.
    static var _iceMinimumWireSize: Int { get }
    /// Whether values take different numbers of bytes.
    static var _iceIsVariableLength: Bool { get }
    /// How a value with a tag is laid out.
    static var _iceOptionalFormat: TaggedFormat { get }
    /// Whether a value begins with its size, which then stands for that of ``TaggedFormat/vSize``, too.
    static var _iceHasOwnSize: Bool { get }

    /// - Throws: ``MarshalError``.
    static func _iceRead(from istr: inout InputStream) throws -> Self
    /// What can't be written ends the invocation or dispatch with an exception.
    func _iceWrite(to ostr: inout OutputStream)

    /// The elements of a sequence, behind their count, which was checked.
    static func _iceReadSequence(_ count: Int, from istr: inout InputStream) throws -> [Self]
    /// The elements of a sequence, without their count.
    static func _iceWriteSequence(_ elements: [Self], to ostr: inout OutputStream)
}

extension Streamable {
    /// Of most structs: true.
    @inlinable public static var _iceIsVariableLength: Bool { true }
    /// Of most types: false.
    @inlinable public static var _iceHasOwnSize: Bool { false }
    /// Of structs, sequences and dictionaries.
    @inlinable public static var _iceOptionalFormat: TaggedFormat { _iceIsVariableLength ? .fSize : .vSize }

    /// One by one.
    @inlinable
    public static func _iceReadSequence(_ count: Int, from istr: inout InputStream) throws -> [Self] {
        var elements: [Self] = []
        // Sequences may be nested, each with a count of all bytes that are left.
        elements.reserveCapacity(Swift.min(count, 1_024))
        for _ in 0..<count { elements.append(try _iceRead(from: &istr)) }
        return elements
    }

    /// One by one.
    @inlinable
    public static func _iceWriteSequence(_ elements: [Self], to ostr: inout OutputStream) {
        for element in elements { element._iceWrite(to: &ostr) }
    }
}
