/// `exception Name extends Base { … }`
package struct ExceptionDefinition: Sendable {
    /// Name, place, metadata and doc comment.
    package var info: ElementInfo
    /// The full name, its key in the model.
    package var scopedName: ScopedName
    /// What it extends.
    package var base: ScopedName?
    /// Own members only; see ``SliceModel/allMembers(ofException:)``.
    package var members: [DataMember]
    /// Declared `local` in the 3.7 spelling: never on the wire.
    package var isLocal: Bool

    /// Makes an exception of its parts.
    package init(
        info: ElementInfo, scopedName: ScopedName, base: ScopedName? = nil, members: [DataMember] = [],
        isLocal: Bool = false
    ) {
        self.info = info
        self.scopedName = scopedName
        self.base = base
        self.members = members
        self.isLocal = isLocal
    }
}
