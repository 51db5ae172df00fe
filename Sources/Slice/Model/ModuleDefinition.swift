/// `module Name { … }`, all its openings taken together.
public struct ModuleDefinition: Sendable {
    /// Name, place, metadata and doc comment.
    public var info: ElementInfo
    /// The full name, its key in the model.
    public var scopedName: ScopedName

    /// Makes a module of its parts.
    public init(info: ElementInfo, scopedName: ScopedName) {
        self.info = info
        self.scopedName = scopedName
    }
}
