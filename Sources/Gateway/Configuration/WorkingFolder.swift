import Glibc

/// Where relative paths are searched from.
enum WorkingFolder {
    /// What to say of a file that isn't there; nil when it is, or its path is absolute.
    static func hint(_ path: String) -> String? {
        guard !path.hasPrefix("/"), access(path, F_OK) != 0, let folder = getcwd(nil, 0) else { return nil }
        defer { free(folder) }
        return "a relative path is searched from the working directory, which is \(String(cString: folder))"
    }
}
