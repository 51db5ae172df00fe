/// A parsed `/** … */` or `///` comment. Inline `{@link …}`, `@p` and backticks are already plain text.
package struct DocComment: Hashable, Sendable {
    /// Everything before the first tag, paragraphs separated by a newline.
    package var overview: String
    /// `@param name text`, in order.
    package var parameters: [Entry]
    /// `@return text`.
    package var returns: String?
    /// `@throws Exception text`, in order.
    package var exceptions: [Entry]
    /// `@see`, in order.
    package var see: [String]
    /// `@remark` and `@remarks`, joined.
    package var remarks: String?
    /// `@deprecated text`; empty when it has no text.
    package var deprecated: String?

    /// A tag with a name and a text.
    package struct Entry: Hashable, Sendable {
        /// The name.
        package var name: String
        /// The text.
        package var text: String

        /// Makes an entry of its parts.
        package init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// Makes a doc comment of its parts.
    package init(
        overview: String = "", parameters: [Entry] = [], returns: String? = nil, exceptions: [Entry] = [],
        see: [String] = [], remarks: String? = nil, deprecated: String? = nil
    ) {
        self.overview = overview
        self.parameters = parameters
        self.returns = returns
        self.exceptions = exceptions
        self.see = see
        self.remarks = remarks
        self.deprecated = deprecated
    }
}
