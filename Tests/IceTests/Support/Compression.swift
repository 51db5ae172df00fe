import Ice
import IceEncoding
import IceTesting
import Testing

/// Messages with and without compression, for raw peers.
enum Compression {
    /// The message with status 2.
    static func compressed(_ message: [UInt8], level: Int = 1) throws -> [UInt8] {
        try message.withUnsafeBytes { message in
            guard let buffer = MessageDeflater.deflate(message, level: level) else {
                throw MarshalError(.malformed, "it does not get smaller")
            }
            return Array(buffer.bytes)
        }
    }

    /// The same message, without compression when it had some; its status stays.
    static func inflated(_ message: [UInt8], maximumSize: Int = 1 << 20) throws -> [UInt8] {
        guard message[9] == 2 else { return message }
        var inflater = MessageInflater()
        let body = try message[14...].withUnsafeBytes { try Array(inflater.inflate($0, maximumSize: maximumSize)) }
        return message[..<10] + withUnsafeBytes(of: Int32(14 + body.count).littleEndian, Array.init) + body
    }

    /// As a peer compresses that doesn't look at sizes: header, size, stream.
    static func wrapped(_ stream: [UInt8], kind: MessageHeader.Kind, size: Int32) -> [UInt8] {
        var buffer = OutputBuffer()
        let start = buffer.beginMessage(kind, compression: 2)
        buffer.append(size)
        buffer.append(stream)
        buffer.endMessage(start)
        return Array(buffer.bytes)
    }

    /// Bytes that no compression makes smaller: at most 400 000.
    static func noise(_ count: Int) -> [UInt8] { Array(allNoise.prefix(count)) }

    private static let allNoise: [UInt8] = {
        // The factor is Knuth's, of MMIX.
        var state: UInt64 = 1
        return (0..<400_000).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }()

    /// A text that compression makes smaller.
    static func prose(_ count: Int) -> [UInt8] { Array(allProse.prefix(count)) }

    private static let allProse = Array((0..<30_000).map { "\($0) words" }.joined(separator: " ").utf8)
}
