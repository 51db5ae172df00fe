/// The identity of an Ice object: a name in a category.
public struct Identity: Hashable, Sendable {
    public var name: String
    public var category: String

    public init(name: String, category: String = "") {
        self.name = name
        self.category = category
    }
}
