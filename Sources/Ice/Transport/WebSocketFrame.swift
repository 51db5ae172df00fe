import IceEncoding

/// The first bytes of a frame. RFC 6455, section 5.2.
struct WebSocketFrame {
    enum Kind: UInt8 {
        case continuation = 0
        case text = 1
        case binary = 2
        case close = 8
        case ping = 9
        case pong = 10

        var isControl: Bool { rawValue >= 8 }
    }

    var isFinal: Bool
    var kind: Kind
    /// Of the payload, in bytes.
    var length: Int
    /// The first byte is the lowest; nil for a payload that is not masked.
    var mask: UInt32?
    /// Of these first bytes themselves.
    var headerSize: Int

    /// What a peer may not send.
    struct Violation: Error {
        var message: String
    }

    /// A control frame's payload is no longer.
    static let maximumControlLength = 125

    /// - Returns: nil while the bytes do not suffice.
    init?(_ bytes: UnsafeRawBufferPointer, isMasked: Bool) throws(Violation) {
        guard bytes.count >= 2 else { return nil }
        let (first, second) = (bytes[0], bytes[1])
        guard first & 0x70 == 0 else { throw Violation(message: "a frame with reserved bits") }
        guard let kind = Kind(rawValue: first & 0x0F) else {
            throw Violation(message: "a frame of kind \(first & 0x0F)")
        }
        self.kind = kind
        isFinal = first & 0x80 != 0
        guard (second & 0x80 != 0) == isMasked else {
            throw Violation(message: isMasked ? "a frame that is not masked" : "a masked frame")
        }
        let short = Int(second & 0x7F)
        guard !kind.isControl || (isFinal && short <= Self.maximumControlLength) else {
            throw Violation(message: "a long or fragmented control frame")
        }
        let extra = short == 126 ? 2 : short == 127 ? 8 : 0
        headerSize = 2 + extra + (isMasked ? 4 : 0)
        guard bytes.count >= headerSize else { return nil }
        if extra == 0 {
            length = short
        } else {
            let wide = bytes[2..<2 + extra].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
            guard let exact = Int(exactly: wide) else { throw Violation(message: "a frame of \(wide) bytes") }
            length = exact
        }
        if isMasked { mask = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 + extra, as: UInt32.self)) }
    }
}

extension OutputBuffer {
    /// Appends a whole frame.
    mutating func appendFrame(_ kind: WebSocketFrame.Kind, _ payload: UnsafeRawBufferPointer, mask: UInt32?) {
        append(0x80 | kind.rawValue)
        let maskBit: UInt8 = mask == nil ? 0 : 0x80
        switch payload.count {
        case ...125:
            append(maskBit | UInt8(payload.count))
        case ...65_535:
            append(maskBit | 126)
            append(UInt16(payload.count).byteSwapped)
        default:
            append(maskBit | 127)
            append(UInt64(payload.count).byteSwapped)
        }
        guard let mask else { return append(payload) }
        append(mask)
        append(upTo: payload.count) { WebSocketMask(mask).apply(to: payload, into: $0) }
    }
}

/// Masks and unmasks.
struct WebSocketMask {
    /// The next byte is the lowest.
    private var word: UInt32

    init(_ word: UInt32) { self.word = word }

    /// The mask for what follows `count` bytes later.
    func advanced(by count: Int) -> WebSocketMask {
        let bits = UInt32(count % 4 * 8)
        return bits == 0 ? self : WebSocketMask(word >> bits | word << (32 - bits))
    }

    /// - Parameter target: at least as long as `source`.
    /// - Returns: the number of bytes, those of `source`.
    @discardableResult
    func apply(to source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Int {
        precondition(target.count >= source.count)
        let wide = (UInt64(word) << 32 | UInt64(word)).littleEndian
        var index = 0
        while index + 8 <= source.count {
            let bytes = source.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            target.storeBytes(of: bytes ^ wide, toByteOffset: index, as: UInt64.self)
            index += 8
        }
        while index < source.count {
            target[index] = source[index] ^ UInt8(truncatingIfNeeded: word >> UInt32(index % 4 * 8))
            index += 1
        }
        return source.count
    }
}
