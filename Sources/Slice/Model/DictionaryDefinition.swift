/// `dictionary<Key, Value> Name`
package struct DictionaryDefinition: Sendable {
    /// Name, place, metadata and doc comment.
    package var info: ElementInfo
    /// The full name, its key in the model.
    package var scopedName: ScopedName
    /// The type of the keys.
    package var key: SliceType
    /// The type of the values.
    package var value: SliceType
    /// Metadata before the key type.
    package var keyMetadata: [Metadata]
    /// Metadata before the value type.
    package var valueMetadata: [Metadata]
    /// Declared `local` in the 3.7 spelling: never on the wire.
    package var isLocal = false

    /// Makes a dictionary of its parts.
    package init(
        info: ElementInfo, scopedName: ScopedName, key: SliceType, value: SliceType, keyMetadata: [Metadata] = [],
        valueMetadata: [Metadata] = []
    ) {
        self.info = info
        self.scopedName = scopedName
        self.key = key
        self.value = value
        self.keyMetadata = keyMetadata
        self.valueMetadata = valueMetadata
    }
}
