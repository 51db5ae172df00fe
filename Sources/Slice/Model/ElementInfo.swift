/// What every named element has: where it stands, what was written about it.
package struct ElementInfo: Sendable {
    /// The name as declared, without a leading backslash.
    package var name: String
    /// Where it stands.
    package var location: SourceLocation
    /// Metadata directives in source order, `["a", "b:c"]` gives two.
    package var metadata: [Metadata]
    /// The doc comment before it.
    package var comment: DocComment?

    /// Makes an element info of its parts.
    package init(name: String, location: SourceLocation, metadata: [Metadata] = [], comment: DocComment? = nil) {
        self.name = name
        self.location = location
        self.metadata = metadata
        self.comment = comment
    }

    /// The argument text of the first directive that is `directive` or starts with `directive:`; empty without argument.
    package func metadata(_ directive: String) -> String? {
        for item in metadata {
            if item.text == directive { return "" }
            if item.text.hasPrefix(directive + ":") { return String(item.text.dropFirst(directive.count + 1)) }
        }
        return nil
    }
}

/// One metadata directive, the text between the quotes.
package struct Metadata: Hashable, Sendable {
    /// The text.
    package var text: String
    /// Where it stands.
    package var location: SourceLocation

    /// Makes a metadata directive of its parts.
    package init(text: String, location: SourceLocation) {
        self.text = text
        self.location = location
    }
}
