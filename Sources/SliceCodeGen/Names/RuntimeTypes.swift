import Slice

/// Definitions of Ice's own Slice files that the runtime has in Swift. They are used as they are and never generated.
enum RuntimeTypes {
    /// Their names in the module `Ice`.
    private static let names: [String: String] = [
        "::Ice::Identity": "Identity",
        "::Ice::EncodingVersion": "EncodingVersion",
        "::Ice::Context": "Context",
    ]

    /// The name in the module `Ice`; nil for what the runtime doesn't have.
    static func name(of definition: ScopedName) -> String? { names[definition.text] }
}
