/// A fully scoped Slice name with its leading `::`, as `::VisitorCenter::Greeter`.
///
/// For classes, exceptions and interfaces this text is the Slice type ID that travels on the wire.
package struct ScopedName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The text, with the leading `::`.
    package let text: String

    /// Wraps a text that already has its leading `::`.
    package init(_ text: String) {
        self.text = text
    }

    /// The last component: `Greeter` of `::VisitorCenter::Greeter`.
    package var name: Substring {
        guard let colon = text.lastIndex(of: ":") else { return text[...] }
        return text[text.index(after: colon)...]
    }

    /// The text.
    package var description: String { text }

    /// Orders by text.
    package static func < (left: ScopedName, right: ScopedName) -> Bool { left.text < right.text }
}
