import Glibc

/// A file with secrets or with what trust rests on, read whole at start.
struct SecretFile {
    struct Failure: Error {
        let message: String
    }

    /// Bytes at most: nothing of this kind is larger.
    static let limit = 4 << 20

    let bytes: [UInt8]
    /// Whether every user of the machine may read it.
    let isReadableByEverybody: Bool

    init(_ path: String) throws(Failure) {
        guard let file = fopen(path, "rb") else { throw Failure(message: String(cString: strerror(errno))) }
        defer { fclose(file) }
        var status = stat()
        guard fstat(fileno(file), &status) == 0 else { throw Failure(message: String(cString: strerror(errno))) }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw Failure(message: "it is a folder") }
        isReadableByEverybody = status.st_mode & S_IROTH != 0
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { break }
            bytes += chunk[..<count]
            guard bytes.count <= Self.limit else { throw Failure(message: "it has more than \(Self.limit) bytes") }
        }
        guard ferror(file) == 0 else { throw Failure(message: "it can't be read") }
        self.bytes = bytes
    }
}
