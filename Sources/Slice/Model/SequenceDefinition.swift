/// `sequence<Element> Name`
package struct SequenceDefinition: Sendable {
    /// Name, place, metadata and doc comment.
    package var info: ElementInfo
    /// The full name, its key in the model.
    package var scopedName: ScopedName
    /// The type of the elements.
    package var element: SliceType
    /// Metadata before the element type.
    package var elementMetadata: [Metadata]
    /// Declared `local` in the 3.7 spelling: never on the wire.
    package var isLocal = false

    /// Makes a sequence of its parts.
    package init(info: ElementInfo, scopedName: ScopedName, element: SliceType, elementMetadata: [Metadata] = []) {
        self.info = info
        self.scopedName = scopedName
        self.element = element
        self.elementMetadata = elementMetadata
    }
}
