import Glibc

/// The content of a string in the text, between its quotes.
struct JSONStringSpan {
    var start: UnsafePointer<UInt8>
    var count: Int
    var hasEscapes: Bool
}

extension JSONReader {
    // MARK: Strings

    /// Reads a string, which starts with the quote at the position, and checks all of it: UTF-8, escapes, surrogates.
    @inline(__always)
    mutating func string() throws(JSONFailure) -> JSONStringSpan {
        position += 1
        let content = position
        try plainRun()
        if position < end, position.pointee == UInt8(ascii: "\"") {
            let span = JSONStringSpan(start: content, count: position - content, hasEscapes: false)
            position += 1
            return span
        }
        return try longString(content)
    }

    /// Skips to the next quote, backslash, control character, or the end; checks UTF-8 on the way.
    @inline(__always)
    private mutating func plainRun() throws(JSONFailure) {
        while true {
            while end - position >= 8 {
                let special = specialBytes(UnsafeRawPointer(position).loadUnaligned(as: UInt64.self))
                guard special == 0 else {
                    position += special.trailingZeroBitCount >> 3
                    break
                }
                position += 8
            }
            while position < end {
                let byte = position.pointee
                if byte >= 0x80 { break }
                if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
                position += 1
            }
            guard position < end else { return }
            try multibyteRun()
        }
    }

    @inline(never)
    private mutating func multibyteRun() throws(JSONFailure) {
        repeat {
            let length = utf8SequenceLength(position, end)
            guard length > 0 else { throw failure(.notUTF8) }
            position += length
        } while position < end && position.pointee >= 0x80
    }

    @inline(never)
    private mutating func longString(_ content: UnsafePointer<UInt8>) throws(JSONFailure) -> JSONStringSpan {
        while true {
            guard position < end else { throw failure(.unexpectedEnd) }
            switch position.pointee {
            case UInt8(ascii: "\""):
                let span = JSONStringSpan(start: content, count: position - content, hasEscapes: true)
                position += 1
                return span
            case UInt8(ascii: "\\"): try escape()
            default: throw failure(.controlCharacter)
            }
            try plainRun()
        }
    }

    private mutating func escape() throws(JSONFailure) {
        let backslash = position
        position += 1
        guard position < end else { throw failure(.unexpectedEnd) }
        switch position.pointee {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            position += 1
            let unit = try hexadecimalUnit(backslash)
            if unit & 0xFC00 == 0xDC00 { throw failure(.loneSurrogate, at: backslash) }
            if unit & 0xFC00 == 0xD800 {
                guard stands("\\u") else { throw failure(.loneSurrogate, at: backslash) }
                position += 2
                guard try hexadecimalUnit(backslash) & 0xFC00 == 0xDC00 else {
                    throw failure(.loneSurrogate, at: backslash)
                }
            }
        default: throw failure(.badEscape, at: backslash)
        }
    }

    private mutating func hexadecimalUnit(_ backslash: UnsafePointer<UInt8>) throws(JSONFailure) -> UInt32 {
        guard end - position >= 4 else { throw failure(.badEscape, at: backslash) }
        var unit: UInt32 = 0
        for index in 0..<4 {
            guard let digit = hexadecimalDigit(position[index]) else { throw failure(.badEscape, at: backslash) }
            unit = unit << 4 | digit
        }
        position += 4
        return unit
    }
}

extension JSONStringSpan {
    /// Writes the content with its escapes resolved; it never grows. The span has been checked by ``JSONReader/string()``.
    ///
    /// - Parameter target: room for ``count`` bytes.
    /// - Returns: the number of bytes written.
    func unescape(into target: UnsafeMutablePointer<UInt8>) -> Int {
        var source = start
        let end = start + count
        var written = 0
        func put(_ byte: UInt32) {
            target[written] = UInt8(truncatingIfNeeded: byte)
            written += 1
        }
        func unit() -> UInt32 {
            var unit: UInt32 = 0
            for _ in 0..<4 {
                unit = unit << 4 | (hexadecimalDigit(source.pointee) ?? 0)
                source += 1
            }
            return unit
        }
        while source < end {
            let byte = source.pointee
            source += 1
            guard byte == UInt8(ascii: "\\") else {
                put(UInt32(byte))
                continue
            }
            let escape = source.pointee
            source += 1
            switch escape {
            case UInt8(ascii: "b"): put(0x08)
            case UInt8(ascii: "f"): put(0x0C)
            case UInt8(ascii: "n"): put(0x0A)
            case UInt8(ascii: "r"): put(0x0D)
            case UInt8(ascii: "t"): put(0x09)
            case UInt8(ascii: "u"):
                var scalar = unit()
                if scalar & 0xFC00 == 0xD800 {
                    source += 2
                    scalar = 0x10000 + (scalar & 0x3FF) << 10 + (unit() & 0x3FF)
                }
                switch scalar {
                case ..<0x80: put(scalar)
                case ..<0x800:
                    put(0xC0 | scalar >> 6)
                    put(0x80 | scalar & 0x3F)
                case ..<0x10000:
                    put(0xE0 | scalar >> 12)
                    put(0x80 | scalar >> 6 & 0x3F)
                    put(0x80 | scalar & 0x3F)
                default:
                    put(0xF0 | scalar >> 18)
                    put(0x80 | scalar >> 12 & 0x3F)
                    put(0x80 | scalar >> 6 & 0x3F)
                    put(0x80 | scalar & 0x3F)
                }
            default: put(UInt32(escape))
            }
        }
        return written
    }
}

@inline(__always)
private func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
}
