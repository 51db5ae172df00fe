package import IceEncoding

extension OutputBuffer {
    /// Appends UTF-8 bytes as a JSON string; only quotes, backslashes and control characters are escaped.
    ///
    /// - Throws: ``MarshalError`` `.badString` when they are not UTF-8.
    package mutating func appendJSONString(_ utf8: UnsafeRawBufferPointer) throws(MarshalError) {
        append(UInt8(ascii: "\""))
        guard let base = utf8.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
            return append(UInt8(ascii: "\""))
        }
        let end = base + utf8.count
        var position = base
        var run = base
        while position < end {
            if end - position >= 8 {
                let special = specialBytes(UnsafeRawPointer(position).loadUnaligned(as: UInt64.self))
                if special == 0 {
                    position += 8
                    continue
                }
                position += special.trailingZeroBitCount >> 3
            }
            let byte = position.pointee
            if byte >= 0x80 {
                let length = utf8SequenceLength(position, end)
                guard length > 0 else {
                    throw MarshalError(.badString, "a string is not UTF-8 at its byte \(position - base)")
                }
                position += length
            } else if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                append(UnsafeRawBufferPointer(start: run, count: position - run))
                appendEscape(byte)
                position += 1
                run = position
            } else {
                position += 1
            }
        }
        append(UnsafeRawBufferPointer(start: run, count: end - run))
        append(UInt8(ascii: "\""))
    }

    private mutating func appendEscape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): append("\\\"")
        case UInt8(ascii: "\\"): append("\\\\")
        case 0x08: append("\\b")
        case 0x0C: append("\\f")
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        default:
            append("\\u00")
            append(Self.digit(byte >> 4))
            append(Self.digit(byte & 15))
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
