/// `dictionary<Key, Value> Name`
public struct DictionaryDefinition: Sendable {
    /// Name, place, metadata and doc comment.
    public var info: ElementInfo
    /// The full name, its key in the model.
    public var scopedName: ScopedName
    /// The type of the keys.
    public var key: SliceType
    /// The type of the values.
    public var value: SliceType
    /// Metadata before the key type.
    public var keyMetadata: [Metadata]
    /// Metadata before the value type.
    public var valueMetadata: [Metadata]
    /// Declared `local` in the 3.7 spelling: never on the wire.
    public var isLocal = false

    /// Makes a dictionary of its parts.
    public init(
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
