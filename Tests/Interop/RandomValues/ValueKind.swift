/// What modules and values may hold beyond basic types, enums, structs, sequences, dictionaries and exceptions.
enum ValueKind: CaseIterable {
    case optionals
    /// Optional values that are or hold class instances; only Ice 3.7 has them.
    case optionalClasses
    case classes
    case proxies

    /// The kinds that the gateway carries.
    static let switchedOn: Set<ValueKind> = Set(allCases)
}
