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
        var bits: UInt32 = 0
        var pending = 0
        for index in 0..<digits {
            guard let value = value(text[index]) else { return false }
            bits = bits << 6 | UInt32(value)
            pending += 6
            if pending >= 8 {
                pending -= 8
                out.append(UInt8(truncatingIfNeeded: bits >> UInt32(pending)))
            }
        }
        return bits & (1 << UInt32(pending) - 1) == 0
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

    private static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
