/// The request context that all requests of a service have. Its values are often secrets: whatever prints one shows its
/// keys only.
package struct FixedContext: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    package var entries: [String: String]

    package init(dictionaryLiteral entries: (String, String)...) {
        self.entries = Dictionary(entries) { $1 }
    }
}

extension FixedContext: CustomStringConvertible, CustomReflectable {
    package var description: String {
        "[" + entries.keys.sorted().map { "\($0): ***" }.joined(separator: ", ") + "]"
    }

    /// `dump` and the debug description of what holds it go by this.
    package var customMirror: Mirror {
        Mirror(self, children: entries.keys.sorted().map { (label: $0, value: "***" as Any) }, displayStyle: .struct)
    }
}
