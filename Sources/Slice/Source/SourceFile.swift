/// The text of one file, ready for the preprocessor: no byte order mark, no line continuations.
///
/// Offsets count bytes of ``text``; ``line(at:)`` and ``column(at:)`` lead back to the file as it was written.
final class SourceFile: Sendable {
    /// The path it was read from.
    let path: String
    /// The same for files that are one file under several paths, as far as name and content tell.
    let identity: Int
    /// The file as it was read.
    let original: [UInt8]
    /// ``original`` without a leading byte order mark and without backslash-newline pairs.
    let text: [UInt8]
    /// Where bytes were left out: from `offset` of ``text`` on, `removed` bytes are missing before.
    private let cuts: [(offset: Int, removed: Int)]
    /// The offsets in ``original`` at which lines start.
    private let lineStarts: [Int]

    init(path: String, bytes: [UInt8], identity: Int = -1) {
        self.path = path
        self.identity = identity
        original = bytes
        var starts = [0]
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(index + 1) }
        lineStarts = starts

        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let skipped = bytes.starts(with: mark) ? mark.count : 0
        var cuts = skipped > 0 ? [(offset: 0, removed: skipped)] : []
        text = SourceFile.joinLines(of: bytes, from: skipped, cuts: &cuts)
        self.cuts = cuts
    }

    private static func joinLines(
        of bytes: [UInt8], from start: Int, cuts: inout [(offset: Int, removed: Int)]
    ) -> [UInt8] {
        guard bytes.contains(UInt8(ascii: "\\")) else { return start == 0 ? bytes : Array(bytes[start...]) }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        var index = start
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\\") {
                var end = index + 1
                if end < bytes.count, bytes[end] == UInt8(ascii: "\r") { end += 1 }
                if end < bytes.count, bytes[end] == UInt8(ascii: "\n") {
                    index = end + 1
                    cuts.append((offset: text.count, removed: index - text.count))
                    continue
                }
            }
            text.append(bytes[index])
            index += 1
        }
        return text
    }

    /// The last path component.
    var name: Substring { path.split(separator: "/", omittingEmptySubsequences: true).last ?? path[...] }

    /// The offset in ``original`` of an offset in ``text``.
    private func originalOffset(_ offset: Int) -> Int {
        guard !cuts.isEmpty else { return offset }
        // A cut at the very offset of a token lies before it.
        let index = partition(count: cuts.count) { cuts[$0].offset > offset }
        return index == 0 ? offset : offset + cuts[index - 1].removed
    }

    /// The line, from 1, of an offset in ``text``.
    func line(at offset: Int) -> Int {
        let position = originalOffset(offset)
        return partition(count: lineStarts.count) { lineStarts[$0] > position }
    }

    /// The column, from 1, of an offset in ``text``.
    func column(at offset: Int) -> Int {
        let position = originalOffset(offset)
        let line = partition(count: lineStarts.count) { lineStarts[$0] > position }
        let column = position - lineStarts[line - 1] + 1
        // The byte order mark takes no column.
        return line == 1 && cuts.first?.offset == 0 && original.first == 0xEF ? max(1, column - 3) : column
    }

    /// The text of a line without its end.
    func lineText(_ line: Int) -> String? {
        guard line >= 1, line <= lineStarts.count else { return nil }
        var start = lineStarts[line - 1]
        var end = line < lineStarts.count ? lineStarts[line] - 1 : original.count
        if end > start, original[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        if line == 1, original.starts(with: [0xEF, 0xBB, 0xBF]) { start += 3 }
        guard start <= end else { return "" }
        return String(decoding: original[start..<end], as: UTF8.self)
    }
}

/// The first index of `0..<count` for which `belongs` is true; it must be false before and true after.
func partition(count: Int, _ belongs: (Int) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
        let middle = low + (high - low) / 2
        if belongs(middle) { high = middle } else { low = middle + 1 }
    }
    return low
}
