public import Glibc

extension OutputBuffer {
    // MARK: Patching

    /// Writes one byte for an Ice size that is not known yet; returns its offset for ``endSize(_:at:)``.
    @inlinable
    public mutating func beginSize() -> Int {
        let start = used
        append(0 as UInt8)
        return start
    }

    /// Fills in the size begun at `start`; what follows moves by four bytes when the size is 255 or more.
    @inlinable
    public mutating func endSize(_ size: Int, at start: Int) {
        precondition(start >= 0 && start < used)
        if size < 255 {
            base.storeBytes(of: UInt8(truncatingIfNeeded: size), toByteOffset: start, as: UInt8.self)
        } else {
            reserve(4)
            memmove(base + start + 5, base + start + 1, used - start - 1)
            used += 4
            base.storeBytes(of: 255, toByteOffset: start, as: UInt8.self)
            patch(Int32(truncatingIfNeeded: size), at: start + 1)
        }
    }

    /// Moves the bytes from `start` up to `middle` behind everything written after them.
    public mutating func moveToEnd(from start: Int, to middle: Int) {
        precondition(start >= 0 && start <= middle && middle <= used)
        let size = middle - start
        guard size > 0, middle < used else { return }
        reserve(size)
        memcpy(base + used, base + start, size)
        memmove(base + start, base + middle, used - start)
    }
}
