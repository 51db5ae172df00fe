/// Reads each file once and finds what `#include` names.
final class SourceLoader {
    private let reader: any SourceReader
    private let includePaths: [String]
    private var cache: [String: SourceFile?] = [:]
    /// By last path component.
    private var files: [String: [SourceFile]] = [:]
    /// Every file read, each once, in the order of reading.
    private(set) var paths: [String] = []

    init(reader: any SourceReader, includePaths: [String]) {
        self.reader = reader
        self.includePaths = includePaths
    }

    /// The file at a path; nil when it can't be read.
    func load(_ path: String) -> SourceFile? {
        let key = normalize(path)
        if let known = cache[key] { return known }
        guard let bytes = reader.read(path) else {
            cache[key] = .some(nil)
            return nil
        }
        let name = key.split(separator: "/").last.map(String.init) ?? key
        let same = files[name, default: []].first { $0.original == bytes }
        let file = SourceFile(path: path, bytes: bytes, identity: same?.identity ?? paths.count)
        cache[key] = .some(file)
        files[name, default: []].append(file)
        paths.append(path)
        return file
    }

    /// Two places are one: the same line and column of the same file, if under two paths.
    func isSame(_ left: SourceLocation, _ right: SourceLocation) -> Bool {
        guard left.line == right.line, left.column == right.column else { return false }
        if left.file == right.file { return true }
        guard let one = cache[normalize(left.file)] ?? nil, let other = cache[normalize(right.file)] ?? nil else {
            return false
        }
        return one.identity == other.identity
    }

    /// The file an `#include` means: quoted names are looked for beside the including file first, then as angled ones.
    func find(_ name: String, isQuoted: Bool, includedFrom: SourceFile) -> SourceFile? {
        if name.hasPrefix("/") { return load(name) }
        if isQuoted, let file = load(join(folder(of: includedFrom.path), name)) { return file }
        for path in includePaths {
            if let file = load(join(path, name)) { return file }
        }
        return nil
    }

    private func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private func join(_ folder: String, _ name: String) -> String {
        if folder.isEmpty { return name }
        return folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    /// The path without `.`, empty and resolvable `..` parts.
    private func normalize(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
        }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }
}
