/// `class Name(id) extends Base { … }`
package struct ClassDefinition: Sendable {
    /// Name, place, metadata and doc comment.
    package var info: ElementInfo
    /// The full name, its key in the model.
    package var scopedName: ScopedName
    /// The number that stands for the type ID on the wire, if it has one.
    package var compactID: Int32?
    /// What it extends.
    package var base: ScopedName?
    /// Own members only; see ``SliceModel/allMembers(ofClass:)``.
    package var members: [DataMember]
    /// Operations, interfaces implemented: accepted in the 3.7 spelling only.
    package var operations: [Operation]
    /// A forward declaration that no file defines.
    package var isDeclaredOnly: Bool
    /// Declared `local` in the 3.7 spelling: never on the wire.
    package var isLocal = false

    /// Makes a class of its parts.
    package init(
        info: ElementInfo, scopedName: ScopedName, compactID: Int32? = nil, base: ScopedName? = nil,
        members: [DataMember] = [], operations: [Operation] = [], isDeclaredOnly: Bool = false
    ) {
        self.info = info
        self.scopedName = scopedName
        self.compactID = compactID
        self.base = base
        self.members = members
        self.operations = operations
        self.isDeclaredOnly = isDeclaredOnly
    }
}
