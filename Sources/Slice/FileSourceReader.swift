import Glibc

/// Reads from the file system: regular files of at most 64 MiB.
package struct FileSourceReader: SourceReader {
    /// The largest file that is read, in bytes.
    package static let maximumSize = 64 << 20

    /// Makes a reader; it holds nothing.
    package init() {}

    /// The bytes of a regular file; nil when there is none, it can't be read or is larger than ``maximumSize``.
    package func read(_ path: String) -> [UInt8]? {
        // Without O_NONBLOCK opening a FIFO would wait for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        guard status.st_size >= 0, status.st_size <= FileSourceReader.maximumSize else { return nil }

        var bytes: [UInt8] = []
        // One byte more than the size, so that the end shows in the same round.
        var chunk = max(Int(status.st_size) + 1, 4096)
        while bytes.count <= FileSourceReader.maximumSize {
            var failed = false
            let before = bytes.count
            let piece = [UInt8](unsafeUninitializedCapacity: chunk) { buffer, count in
                var result: Int
                repeat {
                    result = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                } while result < 0 && errno == EINTR
                failed = result < 0
                count = max(0, result)
            }
            if failed { return nil }
            if piece.isEmpty { return bytes }
            bytes = before == 0 ? piece : bytes + piece
            chunk = 65536
        }
        return nil
    }
}
