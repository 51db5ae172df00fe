import CBZip2
package import IceEncoding

/// Takes the compression off messages: bytes in, bytes out. Keeps its memory from one message to the next.
///
/// Layout of a compressed message: header with status 2, the size the message had before as an `Int32`, one bzip2 stream of
/// what followed the header.
package struct MessageInflater: ~Copyable {
    private var output = OutputBuffer(minimumCapacity: 4096)

    package init() {}

    /// - Parameters:
    ///   - body: what follows the header of the compressed message.
    ///   - maximumSize: of the message without compression, its header included, in bytes (`Ice.MessageSizeMax`).
    /// - Returns: what follows the header of the message without compression; never empty, valid until the next call.
    /// - Throws: ``MarshalError`` `.badHeader` for a size out of range and for a stream that is broken, or is not as long
    ///   as was said; `.truncated` when there is no size.
    package mutating func inflate(
        _ body: UnsafeRawBufferPointer, maximumSize: Int
    ) throws(MarshalError) -> UnsafeRawBufferPointer {
        var cursor = InputCursor(body)
        let messageSize = Int(try cursor.read(Int32.self))
        guard messageSize > MessageHeader.size, messageSize <= maximumSize else {
            throw MarshalError(
                .badHeader,
                "a compressed message of \(messageSize) bytes, outside \(MessageHeader.size + 1)...\(maximumSize)")
        }
        output.truncate(to: 0)
        try inflate(stream: UnsafeRawBufferPointer(rebasing: body[4...]), size: messageSize - MessageHeader.size)
        return output.bytes
    }

    /// The memory grows with what comes out, so that no announced size allocates anything.
    private mutating func inflate(stream source: UnsafeRawBufferPointer, size: Int) throws(MarshalError) {
        var stream = bz_stream()
        var code = BZ2_bzDecompressInit(&stream, 0, 0)
        guard code == BZ_OK else { throw Self.failure(code) }
        defer { BZ2_bzDecompressEnd(&stream) }
        // The library only reads there.
        stream.next_in = UnsafeMutablePointer(mutating: source.bindMemory(to: CChar.self).baseAddress)
        stream.avail_in = UInt32(clamping: source.count)
        while true {
            // With a byte to spare, so that a stream that goes on is told from one that ends.
            let room = min(size + 1 - output.count, max(output.count, 65_536))
            output.append(upTo: room) { room in
                stream.next_out = room.bindMemory(to: CChar.self).baseAddress
                stream.avail_out = UInt32(room.count)
                code = BZ2_bzDecompress(&stream)
                return room.count - Int(stream.avail_out)
            }
            guard code == BZ_OK || code == BZ_STREAM_END else { throw Self.failure(code) }
            guard output.count <= size else {
                throw MarshalError(.badHeader, "a compressed message longer than the \(size) bytes that were said")
            }
            if code == BZ_STREAM_END { break }
            guard stream.avail_out == 0 else {
                throw MarshalError(.badHeader, "a compressed message that ends after \(output.count) bytes")
            }
        }
        guard output.count == size, stream.avail_in == 0 else {
            throw MarshalError(
                .badHeader,
                "a compressed message of \(output.count) bytes instead of \(size), \(stream.avail_in) bytes behind it")
        }
    }

    private static func failure(_ code: Int32) -> MarshalError {
        MarshalError(.badHeader, "a compressed message that bzip2 refuses with code \(code)")
    }
}
