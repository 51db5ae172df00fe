/// The identity of an Ice object: a name in a category.
public struct Identity: Hashable, Sendable {
    /// Unique in its category.
    public var name: String
    /// Often empty.
    public var category: String

    /// Makes an identity; an empty name names nothing.
    public init(name: String, category: String = "") {
        self.name = name
        self.category = category
    }
}
