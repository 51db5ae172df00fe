/// Byte-wise tests on field names and values, without making strings of them.
enum FieldName {
    /// Whether the name is a token (RFC 9110 §5.6.2).
    @inline(__always)
    static func isToken(_ name: UnsafePointer<CChar>, _ count: Int) -> Bool {
        guard count > 0 else { return false }
        for index in 0..<count {
            let byte = UInt8(bitPattern: name[index])
            let word = byte < 64 ? tokens.low : tokens.high
            guard byte < 128, word >> UInt64(byte & 63) & 1 == 1 else { return false }
        }
        return true
    }

    /// Whether the bytes are without control characters, but for tabs.
    @inline(__always)
    static func isText(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var isText = true
        for byte in bytes where byte < 0x20 || byte == 0x7F {
            isText = isText && byte == UInt8(ascii: "\t")
        }
        return isText
    }

    /// Whether the name, which is as long as the text, equals it but for the case of letters.
    ///
    /// - Parameter lowercase: letters and hyphens only, so that one bit makes the difference.
    @inline(__always)
    static func equal(_ name: UnsafePointer<CChar>, _ lowercase: StaticString) -> Bool {
        equal(UnsafeRawBufferPointer(start: name, count: lowercase.utf8CodeUnitCount), lowercase)
    }

    /// Whether the bytes equal the text but for the case of letters.
    ///
    /// - Parameter lowercase: letters, digits and hyphens only.
    @inline(__always)
    static func equal(_ bytes: UnsafeRawBufferPointer, _ lowercase: StaticString) -> Bool {
        guard bytes.count == lowercase.utf8CodeUnitCount else { return false }
        for index in 0..<bytes.count where bytes[index] | 0x20 != lowercase.utf8Start[index] { return false }
        return true
    }

    /// One bit for each byte that may be in a token.
    private static let tokens: (low: UInt64, high: UInt64) = {
        var low: UInt64 = 0
        var high: UInt64 = 0
        for byte in "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8 {
            if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
        }
        return (low, high)
    }()
}
