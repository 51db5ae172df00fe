public import Glibc

/// A growing run of bytes on the C heap: where Ice messages and JSON text are written.
///
/// Integers go out little endian, without padding. The memory comes from `malloc`, so that ``release()`` can hand it to
/// a C library that frees it.
///
/// Sendable without a check: a buffer has one owner, so moving it moves the only reference to its memory.
public struct OutputBuffer: ~Copyable, @unchecked Sendable {
    @usableFromInline var base: UnsafeMutableRawPointer
    @usableFromInline var capacity: Int
    @usableFromInline var used: Int

    /// - Parameter minimumCapacity: in bytes.
    public init(minimumCapacity: Int = 256) {
        capacity = max(minimumCapacity, 16)
        base = Self.allocated(capacity)
        used = 0
    }

    deinit { free(base) }

    /// The number of bytes written.
    @inlinable public var count: Int { used }

    /// The bytes written so far; valid until the next mutation.
    @inlinable public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: used) }

    /// Gives the memory away: the receiver must `free` it. The buffer is empty afterwards.
    public mutating func release() -> UnsafeMutableRawBufferPointer {
        let result = UnsafeMutableRawBufferPointer(start: base, count: used)
        capacity = 16
        base = Self.allocated(capacity)
        used = 0
        return result
    }

    private static func allocated(_ size: Int) -> UnsafeMutableRawPointer {
        guard let memory = malloc(size) else { preconditionFailure("out of memory: \(size) bytes") }
        return memory
    }

    @usableFromInline @inline(never)
    mutating func grow(_ size: Int) {
        var larger = capacity
        while larger - used < size { larger *= 2 }
        guard let memory = realloc(base, larger) else { preconditionFailure("out of memory: \(larger) bytes") }
        base = memory
        capacity = larger
    }
}

extension OutputBuffer {
    // MARK: Room

    /// Makes sure that `size` more bytes fit without moving the memory again.
    @inlinable
    public mutating func reserve(_ size: Int) {
        if capacity - used < size { grow(size) }
    }

    /// Forgets everything written from `count` on.
    @inlinable
    public mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= used)
        used = count
    }

    /// Drops the first `size` bytes, moving the rest to the front.
    public mutating func removeFirst(_ size: Int) {
        precondition(size >= 0 && size <= used)
        memmove(base, base + size, used - size)
        used -= size
    }

    /// Frees a large block that a burst left behind. The buffer must be empty.
    public mutating func shrink(toCapacity limit: Int) {
        guard used == 0, capacity > limit else { return }
        free(base)
        capacity = max(limit, 16)
        base = Self.allocated(capacity)
    }
}

extension OutputBuffer {
    // MARK: Bytes

    /// One byte.
    @inlinable
    public mutating func append(_ byte: UInt8) {
        reserve(1)
        base.storeBytes(of: byte, toByteOffset: used, as: UInt8.self)
        used += 1
    }

    /// Raw bytes, without a size.
    @inlinable
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return }
        reserve(bytes.count)
        memcpy(base + used, start, bytes.count)
        used += bytes.count
    }

    /// Raw bytes, without a size.
    @inlinable
    public mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    /// The UTF-8 bytes of a literal, without a size.
    @inlinable
    public mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// The UTF-8 bytes of a text, without a size.
    @inlinable
    public mutating func append(utf8 text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// Little endian, two's complement.
    @inlinable
    public mutating func append<Number: FixedWidthInteger>(_ number: Number, as: Number.Type = Number.self) {
        reserve(MemoryLayout<Number>.size)
        base.storeBytes(of: number.littleEndian, toByteOffset: used, as: Number.self)
        used += MemoryLayout<Number>.size
    }

    /// Overwrites what is at `offset`; it must have been written before.
    @inlinable
    public mutating func patch<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
        precondition(offset >= 0 && offset + MemoryLayout<Number>.size <= used)
        base.storeBytes(of: number.littleEndian, toByteOffset: offset, as: Number.self)
    }

    /// Room of `size` bytes that the closure fills; it returns how many it used.
    @inlinable
    public mutating func append(upTo size: Int, _ fill: (UnsafeMutableRawBufferPointer) throws -> Int) rethrows {
        reserve(size)
        let written = try fill(UnsafeMutableRawBufferPointer(start: base + used, count: size))
        precondition(written >= 0 && written <= size)
        used += written
    }
}

extension OutputBuffer {
    // MARK: Ice

    /// Writes an Ice size: one byte for 0…254, else `0xFF` and an `Int32`. Ice manual, "Data Encoding", "Sizes".
    @inlinable
    public mutating func appendSize(_ size: Int) {
        if size < 255 {
            append(UInt8(truncatingIfNeeded: size))
        } else {
            append(255 as UInt8)
            append(Int32(truncatingIfNeeded: size))
        }
    }

    /// One byte, 1 for true.
    @inlinable
    public mutating func appendBool(_ bool: Bool) { append(bool ? 1 : 0 as UInt8) }

    /// IEEE 754, four bytes.
    @inlinable
    public mutating func appendFloat(_ number: Float) { append(number.bitPattern) }

    /// IEEE 754, eight bytes.
    @inlinable
    public mutating func appendDouble(_ number: Double) { append(number.bitPattern) }

    /// A size in bytes and the UTF-8 bytes.
    @inlinable
    public mutating func appendString(_ text: String) {
        var text = text
        text.withUTF8 {
            appendSize($0.count)
            append(UnsafeRawBufferPointer($0))
        }
    }

    /// Writes the six bytes of an encapsulation header; returns what ``endEncapsulation(_:)`` needs.
    @inlinable
    public mutating func beginEncapsulation(_ encoding: EncodingVersion = .v1_1) -> Int {
        let start = used
        append(0 as Int32)
        append(encoding.major)
        append(encoding.minor)
        return start
    }

    /// Fills in the size of the encapsulation begun at `start`.
    @inlinable
    public mutating func endEncapsulation(_ start: Int) {
        patch(Int32(truncatingIfNeeded: used - start), at: start)
    }
}
