import IceEncoding
import Testing

/// Bytes as hexadecimal digits, pairs together, blanks between them as one likes.
func bytes(_ hex: String) throws -> [UInt8] {
    let digits = hex.filter { $0 != " " }
    try #require(digits.count % 2 == 0)
    return try stride(from: 0, to: digits.count, by: 2).map { offset in
        let start = digits.index(digits.startIndex, offsetBy: offset)
        return try #require(UInt8(digits[start..<digits.index(start, offsetBy: 2)], radix: 16))
    }
}

/// What a closure writes.
func written(_ write: (inout OutputBuffer) -> Void) -> [UInt8] {
    var out = OutputBuffer(minimumCapacity: 16)
    write(&out)
    return Array(out.bytes)
}

/// Lends a cursor over a block of exactly these bytes, so that a read behind them is found by a memory checker.
func withCursor<Result>(
    _ bytes: [UInt8], _ body: (inout InputCursor) throws(MarshalError) -> Result
) throws(MarshalError) -> Result {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    defer { memory.deallocate() }
    memory.copyBytes(from: bytes)
    var cursor = InputCursor(UnsafeRawBufferPointer(memory))
    return try body(&cursor)
}

/// The code of the error that a closure throws; nil when it throws none.
func code(_ bytes: [UInt8], _ body: (inout InputCursor) throws(MarshalError) -> Void) -> MarshalError.Code? {
    do throws(MarshalError) {
        try withCursor(bytes, body)
        return nil
    } catch {
        return error.code
    }
}
