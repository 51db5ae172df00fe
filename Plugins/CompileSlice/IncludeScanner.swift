import Foundation

/// Finds what Slice files include, so that a change there builds anew. It looks at the lines only: what a condition leaves
/// out is found, too, and what a macro names is not.
struct IncludeScanner {
    let includes: [URL]

    /// The files and all they include, each once.
    func files(of sources: [URL]) -> [URL] {
        var found: [URL] = []
        var seen: Set<String> = []
        var open = sources
        while let file = open.popLast() {
            guard seen.insert(file.standardizedFileURL.path()).inserted else { continue }
            found.append(file)
            open += names(in: file).compactMap { find($0, from: file) }
        }
        return found.sorted { $0.path() < $1.path() }
    }

    private func names(in file: URL) -> [String] {
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
        return text.split(whereSeparator: \.isNewline).compactMap { line in
            let line = line.drop { $0.isWhitespace }
            guard line.first == "#" else { return nil }
            let directive = line.dropFirst().drop { $0.isWhitespace }
            guard directive.hasPrefix("include") else { return nil }
            let rest = directive.dropFirst("include".count).drop { $0.isWhitespace }
            let parts = rest.split(omittingEmptySubsequences: false) { $0 == "<" || $0 == ">" || $0 == "\"" }
            return parts.count > 1 ? String(parts[1]) : nil
        }
    }

    private func find(_ name: String, from file: URL) -> URL? {
        let folders = [file.deletingLastPathComponent()] + includes
        let candidates = name.hasPrefix("/") ? [URL(filePath: name)] : folders.map { $0.appending(path: name) }
        return candidates.first { FileManager.default.fileExists(atPath: $0.path()) }
    }
}
