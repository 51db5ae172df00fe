import CBZip2
package import IceEncoding

/// Compresses messages. Pure: bytes in, bytes out.
package enum MessageDeflater {
    /// In bytes; shorter messages are not compressed.
    package static let minimumSize = 100

    /// - Parameters:
    ///   - message: complete, its header included.
    ///   - level: 1…9 (`Ice.Compression.Level`), the size of bzip2's blocks in 100 kB.
    /// - Returns: the message with status 2; nil when it would not be smaller, or bzip2 has no memory.
    package static func deflate(_ message: UnsafeRawBufferPointer, level: Int) -> OutputBuffer? {
        let prefix = MessageHeader.size + 4
        guard message.count >= minimumSize, message.count <= Int(Int32.max) else { return nil }
        var output = OutputBuffer(minimumCapacity: message.count)
        output.append(UnsafeRawBufferPointer(rebasing: message[..<MessageHeader.size]))
        output.append(Int32(truncatingIfNeeded: message.count))
        var code = BZ_OK
        output.append(upTo: message.count - 1 - prefix) { room in
            var count = UInt32(room.count)
            code = BZ2_bzBuffToBuffCompress(
                room.bindMemory(to: CChar.self).baseAddress, &count,
                // The library only reads there.
                UnsafeMutablePointer(
                    mutating: message.bindMemory(to: CChar.self).baseAddress.map { $0 + MessageHeader.size }),
                UInt32(message.count - MessageHeader.size), Int32(max(1, min(level, 9))), 0, 0)
            return code == BZ_OK ? Int(count) : 0
        }
        guard code == BZ_OK else { return nil }
        output.patch(2 as UInt8, at: 9)
        output.endMessage(0)
        return output
    }
}
