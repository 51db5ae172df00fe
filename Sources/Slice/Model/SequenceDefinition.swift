/// `sequence<Element> Name`
public struct SequenceDefinition: Sendable {
    /// Name, place, metadata and doc comment.
    public var info: ElementInfo
    /// The full name, its key in the model.
    public var scopedName: ScopedName
    /// The type of the elements.
    public var element: SliceType
    /// Metadata before the element type.
    public var elementMetadata: [Metadata]
    /// Declared `local` in the 3.7 spelling: never on the wire.
    public var isLocal = false

    /// Makes a sequence of its parts.
    public init(info: ElementInfo, scopedName: ScopedName, element: SliceType, elementMetadata: [Metadata] = []) {
        self.info = info
        self.scopedName = scopedName
        self.element = element
        self.elementMetadata = elementMetadata
    }
}
