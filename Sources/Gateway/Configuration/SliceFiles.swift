import Glibc
import Slice

/// Finds the Slice files that a configuration names.
package enum SliceFiles {
    /// A path that is neither a file nor a folder with Slice files.
    package struct NotFound: Error, CustomStringConvertible {
        package var path: String
        package var reason: String
        /// What to do about it.
        package var hint: String?

        package var description: String { "\(path): \(reason)" }
    }

    /// Replaces each folder by the `.ice` files in it, sorted; files stay as they are.
    package static func expand(_ paths: [String]) -> (files: [String], missing: [NotFound]) {
        var files: [String] = []
        var missing: [NotFound] = []
        for path in paths {
            var status = stat()
            guard stat(path, &status) == 0 else {
                missing.append(notFound(path, errno))
                continue
            }
            guard status.st_mode & S_IFMT == S_IFDIR else {
                if !path.hasSuffix(".ice") {
                    let hint = [".yaml", ".yml", ".json"].contains(where: path.hasSuffix)
                    missing.append(
                        NotFound(
                            path: path, reason: "a Slice file's name ends in .ice",
                            hint: hint ? "a configuration file is named by --config" : nil))
                } else if access(path, R_OK) != 0 {
                    missing.append(notFound(path, errno))
                } else {
                    files.append(path)
                }
                continue
            }
            guard access(path, R_OK | X_OK) == 0 else {
                missing.append(notFound(path, errno))
                continue
            }
            let found = sliceFiles(in: path)
            if found.isEmpty {
                missing.append(
                    NotFound(
                        path: path, reason: "no .ice file in this folder",
                        hint: "folders in it are not searched: name them")
                )
            }
            files += found
        }
        return (files, missing)
    }

    private static func notFound(_ path: String, _ code: Int32) -> NotFound {
        guard code == ENOENT || code == ENOTDIR else {
            let reason = "it can't be read: \(String(cString: strerror(code)))"
            return NotFound(
                path: path, reason: reason,
                hint: code == EACCES ? "its owner may let you: chmod a+r \(path)" : nil)
        }
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let near = Suggestion.nearest(
            to: path, in: sliceFiles(in: folder).map { slash == nil ? String($0.dropFirst(2)) : $0 })
        return NotFound(
            path: path, reason: "no such file or folder",
            hint: near.map { "did you mean \($0)?" } ?? WorkingFolder.hint(path))
    }

    private static func sliceFiles(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".ice"), !name.hasPrefix(".") { names.append(name) }
        }
        let separator = folder.hasSuffix("/") ? "" : "/"
        return names.sorted().map { folder + separator + $0 }
    }
}
