// swift-format-ignore-file: AlwaysUseLowerCamelCase, NoLeadingUnderscores

public import IceEncoding

/// A Slice enumeration whose raw values are those of Slice.
public protocol StreamableEnum: Streamable, RawRepresentable where RawValue: FixedWidthInteger {
    /// The largest value of an enumerator; encoding 1.0 chooses one, two or four bytes by it.
    static var _iceMaxValue: Int32 { get }
}

extension StreamableEnum {
    /// A size.
    @inlinable public static var _iceMinimumWireSize: Int { 1 }
    /// A size.
    @inlinable public static var _iceOptionalFormat: TaggedFormat { .size }

    /// - Throws: ``MarshalError`` `.badEnumerator` for a value that no enumerator has.
    @inlinable
    public static func _iceRead(from istr: inout InputStream) throws -> Self {
        let number = try istr.read(enumMaxValue: _iceMaxValue)
        guard let raw = RawValue(exactly: number), let value = Self(rawValue: raw) else {
            throw MarshalError(.badEnumerator, "\(Self.self) has no enumerator \(number)")
        }
        return value
    }

    /// Its value.
    @inlinable
    public func _iceWrite(to ostr: inout OutputStream) {
        ostr.write(enum: Int32(truncatingIfNeeded: rawValue), maxValue: Self._iceMaxValue)
    }
}

extension InputStream {
    /// The value of an enumerator, not checked but for its sign.
    ///
    /// - Parameter maxValue: that of the largest one.
    /// - Throws: ``MarshalError``.
    @inlinable
    public mutating func read(enumMaxValue maxValue: Int32) throws -> Int32 {
        let number: Int32
        if !isOld {
            number = Int32(truncatingIfNeeded: try cursor.readSize())
        } else if maxValue < 127 {
            number = Int32(try cursor.read(UInt8.self))
        } else if maxValue < 32767 {
            number = Int32(try cursor.read(Int16.self))
        } else {
            number = try cursor.read(Int32.self)
        }
        guard number >= 0 else { throw MarshalError(.badEnumerator, "an enumerator of value \(number)") }
        return number
    }
}

extension OutputStream {
    /// The value of an enumerator.
    ///
    /// - Parameter maxValue: that of the largest one.
    @inlinable
    public mutating func write(enum value: Int32, maxValue: Int32) {
        if !isOld {
            buffer.appendSize(Int(value))
        } else if maxValue < 127 {
            buffer.append(UInt8(truncatingIfNeeded: value))
        } else if maxValue < 32767 {
            buffer.append(Int16(truncatingIfNeeded: value))
        } else {
            buffer.append(value)
        }
    }
}
