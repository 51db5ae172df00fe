/// A data member of a struct, class or exception.
package struct DataMember: Sendable {
    /// Name, place, metadata and doc comment.
    package var info: ElementInfo
    /// The type as resolved.
    package var type: SliceType
    /// The tag of an optional member.
    package var tag: Int32?
    /// The value it has when nothing is said, if one is given.
    package var defaultValue: ConstantValue?
    /// The constant named as the default, when one was.
    package var defaultConstant: ScopedName?

    /// Makes a data member of its parts.
    package init(
        info: ElementInfo, type: SliceType, tag: Int32? = nil, defaultValue: ConstantValue? = nil,
        defaultConstant: ScopedName? = nil
    ) {
        self.info = info
        self.type = type
        self.tag = tag
        self.defaultValue = defaultValue
        self.defaultConstant = defaultConstant
    }
}

/// `struct Name { … }`
package struct StructDefinition: Sendable {
    /// Name, place, metadata and doc comment.
    package var info: ElementInfo
    /// The full name, its key in the model.
    package var scopedName: ScopedName
    /// In declaration order, at least one.
    package var members: [DataMember]
    /// Declared `local` in the 3.7 spelling: never on the wire.
    package var isLocal = false

    /// Makes a struct of its parts.
    package init(info: ElementInfo, scopedName: ScopedName, members: [DataMember]) {
        self.info = info
        self.scopedName = scopedName
        self.members = members
    }
}
