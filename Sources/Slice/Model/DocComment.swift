/// A parsed `/** … */` or `///` comment. Inline `{@link …}`, `@p` and backticks are already plain text.
public struct DocComment: Hashable, Sendable {
    /// Everything before the first tag, paragraphs separated by a newline.
    public var overview: String
    /// `@param name text`, in order.
    public var parameters: [Entry]
    /// `@return text`.
    public var returns: String?
    /// `@throws Exception text`, in order.
    public var exceptions: [Entry]
    /// `@see`, in order.
    public var see: [String]
    /// `@remark` and `@remarks`, joined.
    public var remarks: String?
    /// `@deprecated text`; empty when it has no text.
    public var deprecated: String?

    /// A tag with a name and a text.
    public struct Entry: Hashable, Sendable {
        /// The name.
        public var name: String
        /// The text.
        public var text: String

        /// Makes an entry of its parts.
        public init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// Makes a doc comment of its parts.
    public init(
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
