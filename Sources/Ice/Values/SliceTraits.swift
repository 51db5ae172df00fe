/// The type ids of a Slice interface.
public protocol SliceTraits: Sendable {
    /// Of the interface and all its bases, `::Ice::Object` among them, sorted.
    static var staticIds: [String] { get }
    /// Of the interface.
    static var staticId: String { get }
}
