import Glibc

/// Reads JSON text (RFC 8259) piece by piece, straight from borrowed bytes.
///
/// The bytes must outlive the reader. Every function leaves ``position`` behind what it read; on a throw it is anywhere.
struct JSONReader {
    let start: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    var position: UnsafePointer<UInt8>
    /// Arrays and objects open.
    var depth = 0
    let maximumDepth: Int
    /// Where large arrays and objects end that were skipped, by where they begin: offsets. What is skipped once a level is
    /// not read once a level.
    var extents: [Int32: Int32] = [:]

    /// - Parameter text: not empty and below 2 GiB: see ``checked(_:)``.
    init(_ base: UnsafePointer<UInt8>, count: Int, maximumDepth: Int) {
        start = base
        end = base + count
        position = base
        self.maximumDepth = maximumDepth
    }

    @inline(__always) var offset: Int32 { offset(position) }

    @inline(__always)
    func offset(_ place: UnsafePointer<UInt8>) -> Int32 { Int32(truncatingIfNeeded: place - start) }

    /// The byte at the position; 0, which is no JSON outside strings, at the end.
    @inline(__always) var peek: UInt8 { position < end ? position.pointee : 0 }
}

extension JSONReader {
    // MARK: Failures

    @inline(never)
    func failure(
        _ reason: JSONFailure.Reason, wanted: JSONFailure.Wanted = .value, at place: UnsafePointer<UInt8>? = nil,
        subject: Int32 = -1
    ) -> JSONFailure {
        JSONFailure(reason: reason, wanted: wanted, offset: offset(place ?? position), subject: subject)
    }

    /// What stands at the position is not what the grammar allows.
    @inline(never)
    func unexpected(_ wanted: JSONFailure.Wanted) -> JSONFailure {
        failure(position < end ? .unexpectedCharacter : .unexpectedEnd, wanted: wanted)
    }

    /// A value stands at the position, or should; it is not one that `subject` takes.
    @inline(never)
    func mismatch(_ wanted: JSONFailure.Wanted = .value, subject: Int32 = -1) -> JSONFailure {
        switch peek {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "-"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            return failure(.wrongType, wanted: wanted, subject: subject)
        case UInt8(ascii: "t") where stands("true"), UInt8(ascii: "f") where stands("false"),
            UInt8(ascii: "n") where stands("null"):
            return failure(.wrongType, wanted: wanted, subject: subject)
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): return failure(.badLiteral)
        default: return unexpected(wanted == .pair || wanted == .key ? .object : wanted)
        }
    }
}

extension JSONReader {
    // MARK: Punctuation

    @inline(__always)
    mutating func skipWhitespace() {
        while position < end, position.pointee <= 0x20 {
            switch position.pointee {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    /// Whether this text stands at the position.
    @inline(__always)
    func stands(_ text: StaticString) -> Bool {
        end - position >= text.utf8CodeUnitCount && memcmp(position, text.utf8Start, text.utf8CodeUnitCount) == 0
    }

    @inline(__always)
    mutating func take(_ byte: UInt8) -> Bool {
        guard position < end, position.pointee == byte else { return false }
        position += 1
        return true
    }

    /// Goes one array or object deeper; the bracket is at the position.
    @inline(__always)
    mutating func enter() throws(JSONFailure) {
        guard depth < maximumDepth else { throw failure(.tooDeep) }
        depth += 1
        position += 1
        skipWhitespace()
    }

    @inline(__always)
    mutating func leave() { depth -= 1 }

    /// After an element: true when another follows, false behind the closing bracket.
    @inline(__always)
    mutating func anotherElement() throws(JSONFailure) -> Bool {
        skipWhitespace()
        if take(UInt8(ascii: ",")) {
            skipWhitespace()
            return true
        }
        if take(UInt8(ascii: "]")) { return false }
        throw unexpected(.commaOrBracket)
    }

    /// After a member: true when another follows, false behind the closing brace.
    @inline(__always)
    mutating func anotherMember() throws(JSONFailure) -> Bool {
        skipWhitespace()
        if take(UInt8(ascii: ",")) {
            skipWhitespace()
            return true
        }
        if take(UInt8(ascii: "}")) { return false }
        throw unexpected(.commaOrBrace)
    }

    @inline(__always)
    mutating func colon() throws(JSONFailure) {
        skipWhitespace()
        guard take(UInt8(ascii: ":")) else { throw unexpected(.colon) }
        skipWhitespace()
    }

    /// Only white space may follow the outermost value.
    mutating func finish() throws(JSONFailure) {
        skipWhitespace()
        if position < end { throw failure(.trailingText) }
    }

    /// Before the outermost value.
    mutating func begin() throws(JSONFailure) {
        if end - start >= 3, start[0] == 0xEF, start[1] == 0xBB, start[2] == 0xBF { throw failure(.byteOrderMark) }
        skipWhitespace()
    }
}
