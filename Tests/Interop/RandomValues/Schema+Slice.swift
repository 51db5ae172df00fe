extension Schema {
    /// The Slice file.
    var slice: String {
        var lines = ["module \(Self.module)", "{"]
        lines += ["    interface Echo;"]
        lines += classes.indices.map { "    class \(Self.name(.instance($0)));" }
        for (index, definition) in enums.enumerated() {
            let enumerators = definition.enumerators.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
            lines += ["    enum \(Self.name(.enumeration(index))) { \(enumerators) }"]
        }
        for type in order {
            let name = Self.name(type)
            switch type {
            case .structure(let index): lines += block("struct \(name)", structs[index].fields)
            case .sequence(let index): lines += ["    sequence<\(Self.name(sequences[index]))> \(name);"]
            case .dictionary(let index):
                let (key, value) = (dictionaries[index].key, dictionaries[index].value)
                lines += ["    dictionary<\(Self.name(key)), \(Self.name(value))> \(name);"]
            default: break
            }
        }
        for (index, definition) in classes.enumerated() {
            let id = definition.compactID.map { "(\($0))" } ?? ""
            let base = definition.base.map { " extends \(Self.name(.instance($0)))" } ?? ""
            lines += block("class \(Self.name(.instance(index)))\(id)\(base)", definition.fields)
        }
        for (index, definition) in exceptions.enumerated() {
            let base = definition.base.map { " extends X\($0)" } ?? ""
            lines += block("exception X\(index)\(base)", definition.fields)
        }
        lines += ["    interface Echo", "    {"]
        lines += operations.map { "        " + text($0) } + ["    }", "}"]
        return lines.joined(separator: "\n") + "\n"
    }

    static func name(_ type: FieldType) -> String {
        switch type {
        case .bool: "bool"
        case .byte: "byte"
        case .short: "short"
        case .int: "int"
        case .long: "long"
        case .float: "float"
        case .double: "double"
        case .string: "string"
        case .enumeration(let index): "E\(index)"
        case .structure(let index): "S\(index)"
        case .sequence(let index): "L\(index)"
        case .dictionary(let index): "D\(index)"
        case .instance(let index): "C\(index)"
        case .anyInstance: "Object"
        case .proxy: "Echo*"
        case .anyProxy: "Object*"
        }
    }

    func text(_ operation: OperationType) -> String {
        var result = "void"
        var parameters = operation.parameters.map(text)
        for (index, answer) in operation.answers.enumerated() {
            let type = Self.optional(answer.tag) + Self.name(operation.parameters[answer.parameter].type)
            if index == 0, operation.hasReturnValue {
                result = type
            } else {
                parameters.append("out \(type) \(OperationType.outName(index))")
            }
        }
        let format = operation.isSliced ? #"["format:sliced"] "# : ""
        let declared = operation.declared.map { " throws X\($0)" } ?? ""
        return "\(format)\(result) \(operation.name)(\(parameters.joined(separator: ", ")))\(declared);"
    }

    private func block(_ head: String, _ fields: [Field]) -> [String] {
        ["    \(head)", "    {"] + fields.map { "        \(text($0));" } + ["    }"]
    }

    private func text(_ field: Field) -> String {
        let name = Self.keywords.contains(field.name) ? "\\\(field.name)" : field.name
        let initializer = field.defaultValue.map { " = \($0.slice)" } ?? ""
        return "\(Self.optional(field.tag))\(Self.name(field.type)) \(name)\(initializer)"
    }

    private static func optional(_ tag: Int?) -> String { tag.map { "optional(\($0)) " } ?? "" }

    private static let keywords: Set<String> = ["out", "sequence", "optional", "void"]
}

extension OperationType {
    static func outName(_ index: Int) -> String { "copy\(index)" }
}
