/// A request's path as the `instance` of a problem: a URI reference (RFC 3986 §4.1), whatever was sent.
enum ProblemInstance {
    /// Bytes of the path that are shown.
    static let longest = 256

    /// The first bytes of the path, percent-encoded where it is not, without a part of an escape at the end.
    static func text(_ path: UnsafeRawBufferPointer) -> String {
        let shown = path.prefix(longest)
        var text: [UInt8] = []
        text.reserveCapacity(shown.count)
        for (index, byte) in shown.enumerated() {
            if byte == UInt8(ascii: "%") {
                let digits = path.dropFirst(index + 1).prefix(2)
                if digits.count == 2, digits.allSatisfy(isHexDigit) {
                    guard index + 2 < longest else { break }
                    text.append(byte)
                } else {
                    text += "%25".utf8
                }
            } else if PercentEncoding.isUnreserved(byte) || others.contains(byte) {
                text.append(byte)
            } else {
                text += [UInt8(ascii: "%"), digit(byte >> 4), digit(byte & 15)]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// What else a path may have as it is.
    private static let others = Set("/!$&'()*+,;=:@".utf8)

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
