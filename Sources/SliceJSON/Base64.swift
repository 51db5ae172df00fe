import IceEncoding

/// Base64, RFC 4648: written in the standard alphabet with padding; read in that or the URL-safe one, padded or not.
enum Base64 {
    /// How many bytes a text stands for; nil when its length or padding can't be right.
    static func decodedCount(_ text: UnsafeRawBufferPointer) -> Int? {
        let digits = digitCount(text)
        guard digits % 4 != 1, text.count == digits || text.count % 4 == 0 else { return nil }
        return digits / 4 * 3 + [0, 0, 1, 2][digits % 4]
    }

    /// Appends the bytes.
    ///
    /// - Returns: false for a character of no alphabet, or bits that would be lost.
    static func decode(_ text: UnsafeRawBufferPointer, into out: inout OutputBuffer) -> Bool {
        let digits = digitCount(text)
        let values = Base64Values.shared.table
        var isValid = true
        out.append(upTo: digits / 4 * 3 + 3) { target in
            var seen: UInt8 = 0
            var read = 0
            var written = 0
            func value() -> UInt8 {
                let value = values[Int(text[read])]
                read += 1
                seen |= value
                return value
            }
            func put(_ byte: UInt8) {
                target[written] = byte
                written += 1
            }
            while digits - read >= 4 {
                let (a, b, c, d) = (value(), value(), value(), value())
                put(a << 2 | b >> 4)
                put(b << 4 | c >> 2)
                put(c << 6 | d)
            }
            if digits - read >= 2 {
                let (a, b) = (value(), value())
                put(a << 2 | b >> 4)
                if digits - read == 1 {
                    let c = value()
                    put(b << 4 | c >> 2)
                    isValid = c & 0x03 == 0
                } else {
                    isValid = b & 0x0F == 0
                }
            }
            isValid = isValid && seen & 0xC0 == 0
            return written
        }
        return isValid
    }

    static func encode(_ bytes: UnsafeRawBufferPointer, into out: inout OutputBuffer) {
        out.append(upTo: (bytes.count + 2) / 3 * 4) { target in
            var written = 0
            func put(_ value: UInt32) {
                target[written] = alphabet.utf8Start[Int(value & 63)]
                written += 1
            }
            var index = 0
            while index + 3 <= bytes.count {
                let word = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
                put(word >> 18)
                put(word >> 12)
                put(word >> 6)
                put(word)
                index += 3
            }
            let left = bytes.count - index
            if left > 0 {
                let word = UInt32(bytes[index]) << 16 | (left == 2 ? UInt32(bytes[index + 1]) << 8 : 0)
                put(word >> 18)
                put(word >> 12)
                if left == 2 { put(word >> 6) }
                while written % 4 != 0 {
                    target[written] = UInt8(ascii: "=")
                    written += 1
                }
            }
            return written
        }
    }

    private static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

    private static func digitCount(_ text: UnsafeRawBufferPointer) -> Int {
        var count = text.count
        while count > 0, text.count - count < 2, text[count - 1] == UInt8(ascii: "=") { count -= 1 }
        return count
    }
}

/// The value of each base64 letter of both alphabets; 255 for other bytes.
///
/// Sendable without a check: nothing is written after it is made; never freed.
private struct Base64Values: @unchecked Sendable {
    static let shared = Base64Values()
    let table: UnsafePointer<UInt8>

    private init() {
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        table.initialize(repeating: 255, count: 256)
        func place(_ letters: StaticString) {
            for index in 0..<letters.utf8CodeUnitCount { table[Int(letters.utf8Start[index])] = UInt8(index) }
        }
        place("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        place("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        self.table = UnsafePointer(table)
    }
}
