/// How an optional value of a type is laid out behind its tag, so that a reader who doesn't know it can pass over it.
///
/// Ice manual, "Data Encoding", "Optional Values".
public enum TaggedFormat: UInt8, Sendable {
    /// One byte: bool, byte.
    case f1 = 0
    /// Two bytes: short.
    case f2
    /// Four bytes: int, float.
    case f4
    /// Eight bytes: long, double.
    case f8
    /// A size: enumerations.
    case size
    /// A size and so many bytes: strings, structs of fixed size, sequences and dictionaries of elements of fixed size.
    case vSize
    /// An `Int32` and so many bytes: everything else.
    case fSize
    /// An instance of a class, which can't be passed over without being read. Before Ice 3.8 only.
    case instance
}

extension OutputBuffer {
    /// What stands before an optional value. Ascending tags are the writer's duty.
    ///
    /// - Parameter tag: 0…2³¹−1.
    public mutating func appendTag(_ tag: Int32, _ format: TaggedFormat) {
        if tag < 30 {
            append(UInt8(truncatingIfNeeded: tag) << 3 | format.rawValue)
        } else {
            append(0xF0 | format.rawValue)
            appendSize(Int(tag))
        }
    }
}
