/// A constant value, of a `const`, a default or an enumerator.
package enum ConstantValue: Hashable, Sendable {
    case bool(Bool)
    /// byte, short, int and long.
    case integer(Int64)
    /// float and double; a float is already rounded to single precision.
    case floating(Double)
    case string(String)
    /// The enumerator's name and value.
    case enumerator(String, Int32)
}

/// `const Type Name = Value`
package struct ConstantDefinition: Sendable {
    /// Name, place, metadata and doc comment.
    package var info: ElementInfo
    /// The full name, its key in the model.
    package var scopedName: ScopedName
    /// The type as resolved.
    package var type: SliceType
    /// The value.
    package var value: ConstantValue

    /// Makes a constant of its parts.
    package init(info: ElementInfo, scopedName: ScopedName, type: SliceType, value: ConstantValue) {
        self.info = info
        self.scopedName = scopedName
        self.type = type
        self.value = value
    }
}
