/// `enum Name { … }`
package struct EnumDefinition: Sendable {
    /// A name and a value of an enum.
    package struct Enumerator: Sendable {
        /// Name, place, metadata and doc comment.
        package var info: ElementInfo
        /// 0…2³¹−1.
        package var value: Int32

        /// Makes an enumerator of its parts.
        package init(info: ElementInfo, value: Int32) {
            self.info = info
            self.value = value
        }
    }

    /// Name, place, metadata and doc comment.
    package var info: ElementInfo
    /// The full name, its key in the model.
    package var scopedName: ScopedName
    /// In declaration order, at least one.
    package var enumerators: [Enumerator]
    /// Declared `local` in the 3.7 spelling: never on the wire.
    package var isLocal = false

    /// Makes an enum of its parts.
    package init(info: ElementInfo, scopedName: ScopedName, enumerators: [Enumerator]) {
        self.info = info
        self.scopedName = scopedName
        self.enumerators = enumerators
    }

    /// The largest enumerator value; encoding 1.0 chooses its width by it.
    package var maximumValue: Int32 { enumerators.map(\.value).max() ?? 0 }
}
