import IceEncoding

/// A request context, encoded once.
package struct RequestContext: Sendable {
    /// A `dictionary<string, string>`.
    package let bytes: [UInt8]

    /// No entries.
    package static let empty = RequestContext(entries: [])

    private init(entries: [(String, String)]) {
        var buffer = OutputBuffer(minimumCapacity: 64)
        buffer.appendSize(entries.count)
        for (key, value) in entries {
            buffer.appendString(key)
            buffer.appendString(value)
        }
        bytes = Array(buffer.bytes)
    }

    /// Entries in the given order; the last of equal keys wins.
    package init(_ entries: [(String, String)]) {
        var unique: [(String, String)] = []
        for entry in entries {
            unique.removeAll { $0.0 == entry.0 }
            unique.append(entry)
        }
        self.init(entries: unique)
    }

    /// Entries sorted by key, so that equal contexts have equal bytes.
    package init(_ entries: [String: String]) {
        self.init(entries: entries.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 })
    }
}
