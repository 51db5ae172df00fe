/// Reads Ice data from borrowed bytes. Every read checks what is left before it believes anything.
///
/// The bytes must outlive the cursor; it is a value that stays in the scope that lends them.
public struct InputCursor {
    /// All bytes, those already read included.
    public let bytes: UnsafeRawBufferPointer
    @usableFromInline var position: Int

    /// Begins at the first byte.
    @inlinable
    public init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        position = 0
    }

    /// The offset of the next byte to be read, from 0.
    @inlinable public var offset: Int { position }

    /// Bytes left.
    @inlinable public var remaining: Int { bytes.count - position }

    @usableFromInline @inline(never)
    func truncated(_ needed: Int) -> MarshalError {
        MarshalError(.truncated, "truncated: need \(needed) bytes at offset \(position), \(remaining) left")
    }
}

extension InputCursor {
    // MARK: Primitives

    /// - Throws: ``MarshalError`` `.truncated`, the cursor unmoved.
    @inlinable
    public mutating func read<Number: FixedWidthInteger>(_: Number.Type = Number.self) throws(MarshalError) -> Number {
        let size = MemoryLayout<Number>.size
        guard remaining >= size else { throw truncated(size) }
        let number = bytes.loadUnaligned(fromByteOffset: position, as: Number.self)
        position += size
        return Number(littleEndian: number)
    }

    /// Any byte but 0 is true, as the real runtimes read it.
    @inlinable
    public mutating func readBool() throws(MarshalError) -> Bool {
        try read(UInt8.self) != 0
    }

    /// IEEE 754, four bytes.
    @inlinable
    public mutating func readFloat() throws(MarshalError) -> Float {
        Float(bitPattern: try read(UInt32.self))
    }

    /// IEEE 754, eight bytes.
    @inlinable
    public mutating func readDouble() throws(MarshalError) -> Double {
        Double(bitPattern: try read(UInt64.self))
    }

    /// `count` raw bytes, borrowed.
    ///
    /// - Throws: ``MarshalError`` `.truncated`, or `.badSize` when negative; the cursor unmoved.
    @inlinable
    public mutating func readBytes(_ count: Int) throws(MarshalError) -> UnsafeRawBufferPointer {
        guard count >= 0 else { throw MarshalError(.badSize, "negative length \(count) at offset \(position)") }
        guard remaining >= count else { throw truncated(count) }
        let slice = UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
        position += count
        return slice
    }

    /// Passes over raw bytes.
    ///
    /// - Throws: ``MarshalError`` `.truncated`, or `.badSize` when negative; the cursor unmoved.
    @inlinable
    public mutating func skip(_ count: Int) throws(MarshalError) {
        _ = try readBytes(count)
    }

    /// Reads an Ice size: one byte for 0…254, or `0xFF` then an `Int32`.
    ///
    /// - Returns: a count of elements (not bytes), 0…2³¹−1.
    /// - Throws: ``MarshalError`` `.truncated` or `.badSize`.
    /// - Note: Ice manual, "Data Encoding", "Sizes".
    @inlinable
    public mutating func readSize() throws(MarshalError) -> Int {
        let first = try read(UInt8.self)
        guard first == 255 else { return Int(first) }
        let size = try read(Int32.self)
        guard size >= 0 else { throw MarshalError(.badSize, "negative size \(size) at offset \(position - 4)") }
        return Int(size)
    }

    /// Reads the size of a sequence or dictionary and checks that so many elements can follow.
    ///
    /// - Parameter minimumElementSize: in bytes, at least 1 (an empty element does not exist in Ice).
    /// - Throws: ``MarshalError`` `.truncated` or `.badSize`.
    @inlinable
    public mutating func readCount(minimumElementSize: Int) throws(MarshalError) -> Int {
        let start = position
        let count = try readSize()
        let (needed, overflow) = count.multipliedReportingOverflow(by: max(minimumElementSize, 1))
        guard !overflow, needed <= remaining else {
            throw MarshalError(.badSize, "size \(count) at offset \(start) needs more than the \(remaining) bytes left")
        }
        return count
    }

    /// The UTF-8 bytes of a string, borrowed and not validated.
    @inlinable
    public mutating func readStringBytes() throws(MarshalError) -> UnsafeRawBufferPointer {
        try readBytes(try readSize())
    }

    /// - Throws: ``MarshalError`` `.truncated`, `.badSize`, `.badString` when it is not UTF-8.
    public mutating func readString() throws(MarshalError) -> String {
        let start = position
        let utf8 = try readStringBytes()
        guard let text = String(validating: utf8, as: UTF8.self) else {
            throw MarshalError(.badString, "string at offset \(start) is not UTF-8")
        }
        return text
    }

    /// Of a name beyond ASCII, in bytes.
    private static let longestName = 1_024

    /// A string that may be looked up or compared: Swift takes quadratic time to hash or compare some texts, so a long one
    /// has to be ASCII.
    ///
    /// - Throws: ``MarshalError`` as ``readString()``, and `.badString` for more than 1,024 bytes that are not ASCII.
    public mutating func readName() throws(MarshalError) -> String {
        let start = position
        let text = try readString()
        guard text.utf8.count <= Self.longestName || text.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw MarshalError(.badString, "a name of \(text.utf8.count) bytes at offset \(start) is not ASCII")
        }
        return text
    }

    /// Reads an encapsulation header and lends its content.
    ///
    /// - Returns: the encoding and a cursor over the payload, without the six header bytes.
    /// - Throws: ``MarshalError`` `.truncated`, or `.badEncapsulation` when the size is below 6 or beyond the bytes left.
    @inlinable
    public mutating func readEncapsulation() throws(MarshalError) -> (encoding: EncodingVersion, payload: InputCursor) {
        let start = position
        let size = Int(try read(Int32.self))
        guard size >= 6, size - 4 <= remaining else {
            throw MarshalError(
                .badEncapsulation, "encapsulation of \(size) bytes at offset \(start), \(remaining + 4) left")
        }
        let encoding = EncodingVersion(major: try read(), minor: try read())
        return (encoding, InputCursor(try readBytes(size - 6)))
    }
}
