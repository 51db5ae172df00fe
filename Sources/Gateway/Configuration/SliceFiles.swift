import Glibc

/// Finds the Slice files that a configuration names.
package enum SliceFiles {
    /// A path that is neither a file nor a folder with Slice files.
    package struct NotFound: Error, CustomStringConvertible {
        package var path: String
        var reason: String

        package var description: String { "\(path): \(reason)" }
    }

    /// Replaces each folder by the `.ice` files in it, sorted; files stay as they are.
    package static func expand(_ paths: [String]) -> (files: [String], missing: [NotFound]) {
        var files: [String] = []
        var missing: [NotFound] = []
        for path in paths {
            var status = stat()
            guard stat(path, &status) == 0 else {
                missing.append(NotFound(path: path, reason: "no such file or folder"))
                continue
            }
            guard status.st_mode & S_IFMT == S_IFDIR else {
                if path.hasSuffix(".ice") {
                    files.append(path)
                } else {
                    missing.append(NotFound(path: path, reason: "a Slice file's name ends in .ice"))
                }
                continue
            }
            let found = sliceFiles(in: path)
            if found.isEmpty { missing.append(NotFound(path: path, reason: "no .ice file in this folder")) }
            files += found
        }
        return (files, missing)
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
