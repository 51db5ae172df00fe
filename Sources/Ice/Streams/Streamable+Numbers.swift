// swift-format-ignore-file: AlwaysUseLowerCamelCase, NoLeadingUnderscores

public import IceEncoding

/// A number whose bytes in memory are those on the wire.
public protocol StreamableNumber: Streamable {
    /// 0.
    init()
    /// The same number, or back, where the machine is big endian.
    var _iceLittleEndian: Self { get }
}

extension StreamableNumber {
    /// All of them.
    @inlinable public static var _iceMinimumWireSize: Int { MemoryLayout<Self>.size }
    /// None of them.
    @inlinable public static var _iceIsVariableLength: Bool { false }
    /// By their size.
    @inlinable public static var _iceOptionalFormat: TaggedFormat {
        switch MemoryLayout<Self>.size {
        case 1: .f1
        case 2: .f2
        case 4: .f4
        default: .f8
        }
    }

    /// Little endian.
    @inlinable
    public static func _iceRead(from istr: inout InputStream) throws -> Self {
        let bytes = try istr.cursor.readBytes(MemoryLayout<Self>.size)
        var number = Self()
        withUnsafeMutableBytes(of: &number) { $0.copyMemory(from: bytes) }
        return number._iceLittleEndian
    }

    /// Little endian.
    @inlinable
    public func _iceWrite(to ostr: inout OutputStream) {
        withUnsafeBytes(of: _iceLittleEndian) { ostr.buffer.append($0) }
    }

    /// All at once.
    @inlinable
    public static func _iceReadSequence(_ count: Int, from istr: inout InputStream) throws -> [Self] {
        let (size, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Self>.size)
        guard !overflow else { throw MarshalError(.badSize, "a sequence of \(count) numbers") }
        let bytes = try istr.cursor.readBytes(size)
        // All empty arrays share their storage, which the initializer would write the count to.
        guard count > 0 else { return [] }
        let elements = [Self](unsafeUninitializedCapacity: count) { memory, initialized in
            UnsafeMutableRawBufferPointer(memory).copyMemory(from: bytes)
            initialized = count
        }
        #if _endian(little)
            return elements
        #else
            return elements.map(\._iceLittleEndian)
        #endif
    }

    /// All at once.
    @inlinable
    public static func _iceWriteSequence(_ elements: [Self], to ostr: inout OutputStream) {
        #if _endian(little)
            elements.withUnsafeBytes { ostr.buffer.append($0) }
        #else
            for element in elements { element._iceWrite(to: &ostr) }
        #endif
    }
}

extension StreamableNumber where Self: FixedWidthInteger {
    /// As `littleEndian`.
    @inlinable public var _iceLittleEndian: Self { littleEndian }
}

extension UInt8: StreamableNumber {}
extension Int16: StreamableNumber {}
extension Int32: StreamableNumber {}
extension Int64: StreamableNumber {}

extension Float: StreamableNumber {
    /// By its bits.
    @inlinable public var _iceLittleEndian: Float { Float(bitPattern: bitPattern.littleEndian) }
}

extension Double: StreamableNumber {
    /// By its bits.
    @inlinable public var _iceLittleEndian: Double { Double(bitPattern: bitPattern.littleEndian) }
}

extension Bool: Streamable {
    /// One byte.
    @inlinable public static var _iceMinimumWireSize: Int { 1 }
    /// One byte.
    @inlinable public static var _iceIsVariableLength: Bool { false }
    /// One byte.
    @inlinable public static var _iceOptionalFormat: TaggedFormat { .f1 }

    /// Any byte but 0 is true.
    @inlinable
    public static func _iceRead(from istr: inout InputStream) throws -> Bool { try istr.cursor.readBool() }

    /// 0 or 1.
    @inlinable
    public func _iceWrite(to ostr: inout OutputStream) { ostr.buffer.appendBool(self) }

    /// All at once.
    @inlinable
    public static func _iceReadSequence(_ count: Int, from istr: inout InputStream) throws -> [Bool] {
        try istr.cursor.readBytes(count).map { $0 != 0 }
    }

    /// All at once.
    @inlinable
    public static func _iceWriteSequence(_ elements: [Bool], to ostr: inout OutputStream) {
        elements.withUnsafeBytes { ostr.buffer.append($0) }
    }
}
