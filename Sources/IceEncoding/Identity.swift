/// The identity of an Ice object: a name in a category.
public struct Identity: Hashable, Sendable {
    /// Unique in its category.
    public var name: String
    /// Often empty.
    public var category: String

    /// One that names nothing, as members of structs and classes start with.
    public init() { self.init(name: "") }

    /// Makes an identity; an empty name names nothing.
    public init(name: String, category: String = "") {
        self.name = name
        self.category = category
    }
}

extension Identity {
    // MARK: Comparing

    /// By bytes, as every Ice runtime compares them. Swift holds some different Unicode texts for equal, and takes long to
    /// find out: quadratic time in the number of accents that have to be sorted.
    public static func == (left: Identity, right: Identity) -> Bool {
        left.name.utf8.elementsEqual(right.name.utf8) && left.category.utf8.elementsEqual(right.category.utf8)
    }

    /// Feeds the bytes of both.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(utf8: name)
        hasher.combine(utf8: category)
    }
}

extension Hasher {
    /// Feeds the bytes of a text, and where they end.
    package mutating func combine(utf8 text: String) {
        var text = text
        combine(text.utf8.count)
        text.withUTF8 { combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
