/// A resolved type as written at a use: of a member, parameter, element, key, value or constant.
///
/// User-defined types are named by their ``ScopedName`` and looked up in the ``SliceModel``; a use is a value without
/// cycles however recursive the definitions are.
package enum SliceType: Hashable, Sendable {
    case bool, byte, short, int, long, float, double, string
    /// `Value`, and `Object` without `*`: an instance of any class. So are the 3.7 spellings `LocalObject`, in local definitions
    /// only, and an interface without `*`.
    case anyClass
    /// `Object*`: a proxy to any interface.
    case anyProxy
    case enumeration(ScopedName)
    case structure(ScopedName)
    case sequence(ScopedName)
    case dictionary(ScopedName)
    case classInstance(ScopedName)
    /// `Interface*`.
    case proxy(ScopedName)
}

extension SliceType: CustomStringConvertible {
    /// As it is written in Slice, with full names.
    package var description: String {
        switch self {
        case .bool: "bool"
        case .byte: "byte"
        case .short: "short"
        case .int: "int"
        case .long: "long"
        case .float: "float"
        case .double: "double"
        case .string: "string"
        case .anyClass: "Value"
        case .anyProxy: "Object*"
        case .enumeration(let name), .structure(let name), .sequence(let name), .dictionary(let name),
            .classInstance(let name):
            name.text
        case .proxy(let name): name.text + "*"
        }
    }
}
