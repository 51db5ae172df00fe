/// A constant value, of a `const`, a default or an enumerator.
public enum ConstantValue: Hashable, Sendable {
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
public struct ConstantDefinition: Sendable {
    /// Name, place, metadata and doc comment.
    public var info: ElementInfo
    /// The full name, its key in the model.
    public var scopedName: ScopedName
    /// The type as resolved.
    public var type: SliceType
    /// The value.
    public var value: ConstantValue

    /// Makes a constant of its parts.
    public init(info: ElementInfo, scopedName: ScopedName, type: SliceType, value: ConstantValue) {
        self.info = info
        self.scopedName = scopedName
        self.type = type
        self.value = value
    }
}
