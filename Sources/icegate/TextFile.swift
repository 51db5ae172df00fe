import Glibc

/// Whole text files and standard streams.
enum TextFile {
    /// Bytes at most, of a file as of standard input: some never end.
    static let limit = 64 << 20

    /// - Returns: nil when the file can't be read, is not UTF-8 or larger than ``limit``.
    static func read(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { break }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { return nil }
        }
        return ferror(file) == 0 ? String(validating: bytes, as: UTF8.self) : nil
    }

    /// A reason of ``create(_:at:replaces:)``.
    static let exists = "the file exists already"

    /// Writes a file that isn't there yet, unless it may be replaced.
    ///
    /// - Returns: why not; nil when all of it was written.
    static func create(_ text: String, at path: String, replaces: Bool) -> String? {
        let mode = O_WRONLY | O_CREAT | O_CLOEXEC | (replaces ? O_TRUNC : O_EXCL)
        let descriptor = open(path, mode, 0o644)
        guard descriptor >= 0 else {
            return errno == EEXIST ? exists : "it can't be written: \(String(cString: strerror(errno)))"
        }
        let isWritten = write(Array(text.utf8), descriptor)
        let reason = String(cString: strerror(errno))
        guard isWritten else {
            close(descriptor)
            return "it can't be written: \(reason)"
        }
        return close(descriptor) == 0 ? nil : "it can't be written: \(String(cString: strerror(errno)))"
    }

    /// - Returns: whether all of it was written.
    static func write(_ text: String, to path: String) -> Bool {
        guard let file = fopen(path, "w") else { return false }
        let bytes = Array(text.utf8)
        let complete = fwrite(bytes, 1, bytes.count, file) == bytes.count
        return fclose(file) == 0 && complete
    }

    /// Why a file that was to be read could not be.
    static func whyUnreadable(_ path: String) -> String {
        var status = stat()
        guard stat(path, &status) == 0, access(path, R_OK) == 0 else {
            return "it can't be read: \(String(cString: strerror(errno)))"
        }
        if status.st_mode & S_IFMT == S_IFDIR { return "it can't be read: it is a folder" }
        return "it can't be read, is not UTF-8, or is larger than \(limit >> 20) MiB"
    }

    /// All of standard input; nil when it is larger than ``limit``.
    static func standardInput() -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(STDIN_FILENO, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { return nil }
        }
    }

    /// A line on standard error.
    static func complain(_ text: String) { write(Array((text + "\n").utf8), STDERR_FILENO) }

    /// Writes all of it, unless nobody reads any more or there is no place for it.
    ///
    /// - Returns: whether all of it was written; if not, `errno` says why.
    @discardableResult
    static func write(_ bytes: [UInt8], _ descriptor: CInt) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
