import IceEncoding

/// W3C Trace Context's `traceparent`: which trace a request is part of. https://www.w3.org/TR/trace-context/
package struct TraceParent {
    /// 32 digits; borrowed from the field.
    package let traceID: UnsafeRawBufferPointer

    /// - Parameter field: as it came.
    /// - Returns: nil when it is not valid; a receiver then acts as if it were absent.
    package init?(_ field: UnsafeRawBufferPointer) {
        let dash = UInt8(ascii: "-")
        guard field.count >= 55, field[2] == dash, field[35] == dash, field[52] == dash,
            [0..<2, 3..<35, 36..<52, 53..<55].allSatisfy({ field[$0].allSatisfy(Self.isHex) }),
            !field[0..<2].allSatisfy({ $0 == UInt8(ascii: "f") }), !Self.isZero(field[3..<35]),
            !Self.isZero(field[36..<52])
        else { return nil }
        // Later versions may say more behind a dash, version 00 may not.
        let isFirstVersion = Self.isZero(field[0..<2])
        guard field.count == 55 || !isFirstVersion && field[55] == dash else { return nil }
        traceID = UnsafeRawBufferPointer(rebasing: field[3..<35])
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    private static func isZero(_ digits: Slice<UnsafeRawBufferPointer>) -> Bool {
        digits.allSatisfy { $0 == UInt8(ascii: "0") }
    }

    /// The field of a new trace, for a request that came without a valid one.
    package static func makeField() -> String {
        func digits(_ value: UInt64) -> String {
            let text = String(value, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        let (high, low, parent) = (
            UInt64.random(in: 1 ... .max), UInt64.random(in: 0 ... .max), UInt64.random(in: 1 ... .max)
        )
        return "00-\(digits(high))\(digits(low))-\(digits(parent))-00"
    }
}
