import IceEncoding

extension OutputBuffer {
    /// An enumerator: in encoding 1.1 (`width` 0) as a size, in 1.0 in 1, 2 or 4 bytes by the largest value of its type.
    @inline(__always)
    mutating func appendEnumerator(_ value: Int32, width: UInt8) {
        switch width {
        case 0: appendSize(Int(value))
        case 1: append(UInt8(truncatingIfNeeded: value))
        case 2: append(Int16(truncatingIfNeeded: value))
        default: append(value)
        }
    }
}
