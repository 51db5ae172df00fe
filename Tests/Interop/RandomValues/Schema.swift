/// The definitions of a random Slice module; types refer to each other by index.
struct Schema {
    static let module = "Property"

    var enums: [EnumType] = []
    var structs: [StructType] = []
    /// Types of elements.
    var sequences: [FieldType] = []
    var dictionaries: [DictionaryType] = []
    var classes: [ClassType] = []
    var exceptions: [ExceptionType] = []
    var operations: [OperationType] = []
    /// Structs, sequences and dictionaries, each after those it uses.
    var order: [FieldType] = []
}

enum FieldType: Hashable {
    case bool, byte, short, int, long, float, double, string
    case enumeration(Int), structure(Int), sequence(Int), dictionary(Int)
    case instance(Int), anyInstance
    /// A proxy of the module's interface, or of any.
    case proxy, anyProxy

    static let basic: [FieldType] = [.bool, .byte, .short, .int, .long, .float, .double, .string]
}

/// A member of a struct, class or exception, or a parameter.
struct Field {
    /// Without the backslash that a keyword has in Slice.
    var name: String
    var type: FieldType
    /// Nil: required.
    var tag: Int?
    var defaultValue: DefaultValue?
}

struct DefaultValue {
    var slice: String
    var json: String
}

struct EnumType {
    var enumerators: [(name: String, value: Int)]
}

struct StructType {
    var fields: [Field]
}

struct DictionaryType {
    var key: FieldType
    var value: FieldType
}

struct ClassType {
    var base: Int?
    var compactID: Int?
    var fields: [Field]
}

struct ExceptionType {
    var base: Int?
    var fields: [Field]
}

/// An operation that answers with its arguments, or throws an exception made of them. Its name says which, so the
/// servant needs no other description.
struct OperationType {
    var name: String
    var parameters: [Field]
    /// The return value and the out-parameters: each an argument.
    var answers: [Answer]
    /// Whether the first answer is the return value.
    var hasReturnValue: Bool
    var isSliced: Bool
    /// Nil: answers. The parameters are all members of the exception, bases first.
    var thrown: Int?
    /// What the operation declares: the exception thrown, or a base of it.
    var declared: Int?

    struct Answer {
        var parameter: Int
        var tag: Int?
    }
}

extension Schema {
    func isKey(_ type: FieldType) -> Bool {
        switch type {
        case .bool, .byte, .short, .int, .long, .string, .enumeration: true
        case .structure(let index): structs[index].fields.allSatisfy { isKey($0.type) }
        default: false
        }
    }

    /// Whether values can hold class instances.
    func usesClasses(_ type: FieldType) -> Bool {
        switch type {
        case .instance, .anyInstance: true
        case .structure(let index): structs[index].fields.contains { usesClasses($0.type) }
        case .sequence(let index): usesClasses(sequences[index])
        case .dictionary(let index): usesClasses(dictionaries[index].value)
        default: false
        }
    }

    /// All members, bases first.
    func fields(ofClass index: Int) -> [Field] {
        (classes[index].base.map { fields(ofClass: $0) } ?? []) + classes[index].fields
    }

    func fields(ofException index: Int) -> [Field] {
        (exceptions[index].base.map { fields(ofException: $0) } ?? []) + exceptions[index].fields
    }

    /// The class and those that extend it.
    func classes(extending base: Int) -> [Int] {
        classes.indices.filter { index in
            var next: Int? = index
            while let current = next, current != base { next = classes[current].base }
            return next == base
        }
    }
}
