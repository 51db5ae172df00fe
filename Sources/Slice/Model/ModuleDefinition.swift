/// `module Name { … }`, all its openings taken together.
package struct ModuleDefinition: Sendable {
    /// Name, place, metadata and doc comment.
    package var info: ElementInfo
    /// The full name, its key in the model.
    package var scopedName: ScopedName

    /// Makes a module of its parts.
    package init(info: ElementInfo, scopedName: ScopedName) {
        self.info = info
        self.scopedName = scopedName
    }
}
