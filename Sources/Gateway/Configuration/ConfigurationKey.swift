/// What the reader of the configuration says of one key: what the reference and the example file are made of.
package struct ConfigurationKey: Sendable, Equatable {
    package enum Shape: Sendable, Equatable {
        /// One value or a list, spelled as the text says.
        case value(String)
        /// A mapping with known keys.
        case section
        /// A mapping whose keys are the user's, here stood for by a name, and whose values have known keys.
        case entries(name: String)
        /// A list of mappings with known keys.
        case items
    }

    /// From the outermost; with ``Shape/entries(name:)``'s name, and with ``item``.
    package var path: [String]
    package var shape: Shape
    package var description: String
    /// As in YAML; nil: it has none, or is a section.
    package var defaultText: String?
    /// As in YAML: what an example file says instead of the default.
    package var example: String?
    package var isRequired = false
    /// Whether there is nothing of it by default, not even of the keys in it.
    package var isAbsent = false

    /// Stands in a path for an item of a list.
    package static let item = "[]"
}

/// What a dry run of the reader leaves.
final class KeyRecorder {
    var keys: [ConfigurationKey] = []
}
