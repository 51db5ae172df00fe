/// `exception Name extends Base { … }`
public struct ExceptionDefinition: Sendable {
    /// Name, place, metadata and doc comment.
    public var info: ElementInfo
    /// The full name, its key in the model.
    public var scopedName: ScopedName
    /// What it extends.
    public var base: ScopedName?
    /// Own members only; see ``SliceModel/allMembers(ofException:)``.
    public var members: [DataMember]
    /// Declared `local` in the 3.7 spelling: never on the wire.
    public var isLocal: Bool

    /// Makes an exception of its parts.
    public init(
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
