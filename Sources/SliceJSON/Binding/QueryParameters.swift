import IceEncoding

/// The pairs of a query, as forms are encoded (`application/x-www-form-urlencoded`): `a=1&b=x+y%2Bz`.
struct QueryParameters {
    struct Pair {
        var name: [UInt8]
        var value: [UInt8]
    }

    private(set) var pairs: [Pair] = []

    /// - Throws: ``JSONError`` when a `%` is not followed by two hexadecimal digits.
    init(_ query: UnsafeRawBufferPointer) throws(JSONError) {
        for piece in query.split(separator: UInt8(ascii: "&")) {
            let equals = piece.firstIndex(of: UInt8(ascii: "=")) ?? piece.endIndex
            guard let name = Self.decoded(piece[..<equals]),
                let value = Self.decoded(equals < piece.endIndex ? piece[(equals + 1)...] : piece[equals...])
            else {
                throw JSONError(
                    parameter: .malformed,
                    "the query is not percent-encoded: in '\(Self.shown(piece))' a % is not followed by two hexadecimal digits"
                )
            }
            pairs.append(Pair(name: name, value: value))
        }
    }

    private static func decoded(_ bytes: Slice<UnsafeRawBufferPointer>) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): result.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                    return nil
                }
                result.append(high << 4 | low)
            default: result.append(byte)
            }
        }
        return result
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// What a client wrote, for messages: not longer than they should be.
    static func shown(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: bytes.prefix(64), as: UTF8.self) + (bytes.count > 64 ? "…" : "")
    }
}
