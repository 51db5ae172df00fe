import Slice

/// Example values by type, always the same ones. Types too large for an example get none.
struct ExampleBuilder {
    let model: SliceModel
    let options: OpenAPIOptions

    /// So many values are an example; more are a data dump.
    private static let limit = 200

    /// And so deep; the gateway takes 64 levels of arrays and objects, a class or a struct as a key has two.
    private static let depth = 24

    /// Nil when it would be too large.
    func object(_ members: [ObjectMember]) -> Node? {
        var run = Run(model: model, options: options, left: Self.limit)
        return run.object(members)
    }

    /// Nil when it would be too large.
    func exception(_ name: ScopedName) -> Node? {
        var run = Run(model: model, options: options, left: Self.limit)
        let members = model.allMembers(ofException: name).map { ObjectMember($0, .response) }
        guard case .object(let values) = run.object(members) else { return nil }
        return .object([Node.Member("@type", .string(name.text))] + values)
    }

    private struct Run {
        let model: SliceModel
        let options: OpenAPIOptions
        var left: Int
        /// Types that the value in hand is inside of.
        var level = 0
        /// The classes that the value in hand is inside of.
        var classes: [ScopedName] = []

        /// Optional members are left out: not every server takes them.
        mutating func object(_ members: [ObjectMember]) -> Node? {
            var object = ObjectBuilder()
            for member in members where member.isRequired || member.defaultValue != nil {
                guard !object.contains(member.name) else { continue }
                let given = member.defaultValue.flatMap {
                    ConstantNode.node($0, type: member.type, options.with(member))
                }
                let number: Node? = member.isNumber && member.type == .long ? 1 : nil
                let rest: Node? = member.inPath.isEmpty ? nil : rest(of: member)
                guard let value = given ?? number ?? rest ?? value(member.type, name: member.name) else { return nil }
                object.add(member.name, value)
            }
            return object.node
        }

        /// A struct without the members that the path says.
        mutating func rest(of member: ObjectMember) -> Node? {
            guard case .structure(let name) = member.type, let definition = model.structs[name] else { return nil }
            return object(member.remaining(of: definition))
        }

        /// - Parameter name: of the member, which is what a string says.
        mutating func value(_ type: SliceType, name: String) -> Node? {
            left -= 1
            level += 1
            defer { level -= 1 }
            guard left > 0, level <= ExampleBuilder.depth else { return nil }
            switch type {
            case .bool: return true
            case .byte, .short, .int: return 1
            case .long: return options.long == .string ? "1" : 1
            case .float, .double: return .double(1.5)
            case .string: return .string(name)
            case .enumeration(let name): return model.enums[name]?.enumerators.first.map { .string($0.info.name) }
            case .structure(let name):
                return object(
                    (model.structs[name]?.members ?? []).map { ObjectMember($0, .request) })
            case .sequence(let name): return model.sequences[name].flatMap { sequence($0) }
            case .dictionary(let name): return model.dictionaries[name].flatMap { dictionary($0) }
            case .classInstance(let name): return instance(of: name)
            case .anyClass, .anyProxy, .proxy: return .null
            }
        }

        private mutating func sequence(_ definition: SequenceDefinition) -> Node? {
            if definition.element == .byte { return "AQID" }
            guard let element = value(definition.element, name: definition.info.name) else { return nil }
            return element == .null ? [] : [element]
        }

        private mutating func dictionary(_ definition: DictionaryDefinition) -> Node? {
            guard let key = value(definition.key, name: "key"), let value = value(definition.value, name: "value")
            else {
                return nil
            }
            switch key {
            case .object: return [["key": key, "value": value]]
            case .string(let text): return .object([Node.Member(text, value)])
            case .bool(let flag): return .object([Node.Member(String(flag), value)])
            case .int(let number): return .object([Node.Member(String(number), value)])
            default: return [:]
            }
        }

        /// Null where an instance would have to hold one of its own class, and so on for ever.
        private mutating func instance(of name: ScopedName) -> Node? {
            guard !classes.contains(name) else { return .null }
            classes.append(name)
            defer { classes.removeLast() }
            let members = model.allMembers(ofClass: name).map { ObjectMember($0, .request) }
            guard case .object(let values) = object(members) else { return nil }
            return .object([Node.Member("@type", .string(name.text))] + values)
        }
    }
}
