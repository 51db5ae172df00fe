import Glibc

/// Text files.
enum TextFile {
    /// Writes a file anew; one that has this text already keeps its time, so that nothing is built for it.
    ///
    /// - Returns: false when it can't be written.
    static func write(_ text: String, to path: String) -> Bool {
        if read(path) == Array(text.utf8) { return true }
        guard let file = fopen(path, "w") else { return false }
        var text = text
        let written = text.withUTF8 { fwrite($0.baseAddress, 1, $0.count, file) == $0.count }
        return fclose(file) == 0 && written
    }

    private static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while true {
            let piece = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
                count = fread(buffer.baseAddress, 1, buffer.count, file)
            }
            if piece.isEmpty { return bytes }
            bytes += piece
        }
    }
}

/// Where diagnostics go.
enum StandardError {
    /// Writes a line.
    static func print(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        var written = 0
        while written < bytes.count {
            let result = bytes.withUnsafeBytes { buffer in
                write(STDERR_FILENO, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            guard result > 0 || errno == EINTR else { return }
            written += max(0, result)
        }
    }
}
