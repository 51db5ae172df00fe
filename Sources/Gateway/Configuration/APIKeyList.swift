/// API keys that stand in the configuration itself, as from `${NAME}`. Secrets: whatever prints one shows how many there are.
package struct APIKeyList: Sendable, CustomStringConvertible, CustomReflectable {
    /// `KEY` or `NAME:KEY`.
    let entries: [String]

    package init(_ entries: [String]) { self.entries = entries }

    /// As the lines of a file.
    var text: [UInt8] { Array(entries.joined(separator: "\n").utf8) }

    package var description: String { "[\(entries.count) keys]" }

    /// `dump` and the debug description of what holds it go by this.
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
