/// `interface Name extends Bases { … }`
public struct InterfaceDefinition: Sendable {
    /// Name, place, metadata and doc comment.
    public var info: ElementInfo
    /// The full name, its key in the model.
    public var scopedName: ScopedName
    /// As written, without duplicates.
    public var bases: [ScopedName]
    /// Own operations only, in declaration order; see ``SliceModel/allOperations(of:)``.
    public var operations: [Operation]
    /// A forward declaration that no file defines.
    public var isDeclaredOnly: Bool
    /// Declared `local` in the 3.7 spelling: never on the wire.
    public var isLocal: Bool

    /// Makes an interface of its parts.
    public init(
        info: ElementInfo, scopedName: ScopedName, bases: [ScopedName] = [], operations: [Operation] = [],
        isDeclaredOnly: Bool = false, isLocal: Bool = false
    ) {
        self.info = info
        self.scopedName = scopedName
        self.bases = bases
        self.operations = operations
        self.isDeclaredOnly = isDeclaredOnly
        self.isLocal = isLocal
    }
}
