/// `interface Name extends Bases { … }`
package struct InterfaceDefinition: Sendable {
    /// Name, place, metadata and doc comment.
    package var info: ElementInfo
    /// The full name, its key in the model.
    package var scopedName: ScopedName
    /// As written, without duplicates.
    package var bases: [ScopedName]
    /// Own operations only, in declaration order; see ``SliceModel/allOperations(of:)``.
    package var operations: [Operation]
    /// A forward declaration that no file defines.
    package var isDeclaredOnly: Bool
    /// Declared `local` in the 3.7 spelling: never on the wire.
    package var isLocal: Bool

    /// Makes an interface of its parts.
    package init(
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
