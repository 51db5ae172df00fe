import Slice

extension SchemaBuilder {
    // MARK: Objects

    /// An object with these members, in this order.
    mutating func object(
        _ members: [ObjectMember], _ direction: Direction, first: [Node.Member] = [], required: [String] = [],
        about info: ElementInfo? = nil
    ) -> Node {
        // Generators for Python make one name of "id" and "@id", and then have no class at all.
        let clashing = first.filter { mark in members.contains { "@" + $0.name == mark.name } }
        var properties = first.filter { mark in !clashing.contains { $0.name == mark.name } }
        var names = Set(first.map(\.name))
        for member in members where names.insert(member.name).inserted {
            properties.append(Node.Member(member.name, property(member, direction)))
        }
        var object = ObjectBuilder()
        object.add("type", "object")
        object.add(text: "description", info?.fullDescription)
        if info?.deprecation != nil { object.add("deprecated", true) }
        if !properties.isEmpty { object.add("properties", .object(properties)) }
        if !clashing.isEmpty {
            object.add("patternProperties", .object(clashing.map { Node.Member("^\($0.name)$", $0.value) }))
        }
        let requiredNames = required + members.filter(\.isRequired).map(\.name)
        object.add(list: "required", requiredNames.map { .string($0) })
        if direction == .response || !options.allowsUnknownMembers { object.add("additionalProperties", false) }
        return object.node
    }

    private mutating func property(_ member: ObjectMember, _ direction: Direction) -> Node {
        var property = ObjectBuilder()
        var schema =
            member.inPath.isEmpty
            ? schema(member.type, direction, isNumber: member.isNumber) : rest(of: member, direction)
        if member.isNullable { schema = Self.nullable(schema) }
        let text = member.description
        if let text, !text.isEmpty, case .object(let keywords) = schema {
            // What is said of the member is nearer than what is said of its type.
            property.add(contentsOf: .object(keywords.filter { $0.name != "description" }))
            property.add("description", .string(text))
        } else {
            property.add(contentsOf: schema)
        }
        property.add(
            "default", member.defaultValue.flatMap { ConstantNode.node($0, type: member.type, options.with(member)) })
        if member.isDeprecated { property.add("deprecated", true) }
        return property.node
    }

    /// A struct without the members that the path of a request says.
    mutating func rest(of member: ObjectMember, _ direction: Direction) -> Node {
        guard case .structure(let name) = member.type, let definition = model.structs[name] else {
            return schema(member.type, direction, isNumber: member.isNumber)
        }
        return object(member.remaining(of: definition), direction, about: definition.info)
    }

    // MARK: Definitions

    mutating func definition(_ name: ScopedName, _ direction: Direction) -> Node? {
        if let definition = model.enums[name] { return enumeration(definition) }
        if let definition = model.structs[name] {
            return object(definition.members.map { ObjectMember($0, direction) }, direction, about: definition.info)
        }
        if let definition = model.sequences[name] { return sequence(definition, direction) }
        if let definition = model.dictionaries[name] { return dictionary(definition, direction) }
        if let definition = model.classes[name] { return classDefinition(definition, direction) }
        if let definition = model.exceptions[name] {
            let members = model.allMembers(ofException: name).map { ObjectMember($0, direction) }
            return object(
                members, direction, first: [typeMark(name)], required: ["@type"], about: definition.info)
        }
        return nil
    }

    /// What tells the types of instances and exceptions apart.
    private func typeMark(_ name: ScopedName) -> Node.Member {
        Node.Member("@type", ["type": "string", "const": .string(name.text)])
    }

    private func enumeration(_ definition: EnumDefinition) -> Node {
        var schema = ObjectBuilder()
        schema.add("type", "string")
        var paragraphs = definition.info.fullDescription.map { [$0] } ?? []
        let lines = definition.enumerators.compactMap { enumerator in
            enumerator.info.fullDescription.map { text in
                "- `\(enumerator.info.name)`: " + text.split(separator: "\n").joined(separator: " ")
            }
        }
        if !lines.isEmpty { paragraphs.append(lines.joined(separator: "\n")) }
        schema.add(text: "description", paragraphs.joined(separator: "\n\n"))
        if definition.info.deprecation != nil { schema.add("deprecated", true) }
        schema.add("enum", .array(definition.enumerators.map { .string($0.info.name) }))
        return schema.node
    }

    /// Both alphabets, padded or not; the bits that are left over are zero.
    private static let base64Pattern =
        "^([A-Za-z0-9+/_-]{4})*([A-Za-z0-9+/_-][AQgw](==)?|[A-Za-z0-9+/_-]{2}[AEIMQUYcgkosw048](=)?)?$"

    private mutating func sequence(_ definition: SequenceDefinition, _ direction: Direction) -> Node {
        var schema = ObjectBuilder()
        schema.add("type", definition.element == .byte ? "string" : "array")
        schema.add(text: "description", definition.info.fullDescription)
        if definition.info.deprecation != nil { schema.add("deprecated", true) }
        if definition.element == .byte {
            schema.add("contentEncoding", "base64")
            schema.add("pattern", .string(Self.base64Pattern))
        } else {
            schema.add(
                "items",
                self.schema(definition.element, direction, isNumber: definition.elementMetadata.areJSONNumber))
        }
        return schema.node
    }

    private mutating func dictionary(_ definition: DictionaryDefinition, _ direction: Direction) -> Node {
        var schema = ObjectBuilder()
        let value = self.schema(definition.value, direction, isNumber: definition.valueMetadata.areJSONNumber)
        if case .structure = definition.key {
            let entry: Node = [
                "type": "object",
                "properties": ["key": self.schema(definition.key, direction), "value": value],
                "required": ["key", "value"], "additionalProperties": false,
            ]
            schema.add("type", "array")
            schema.add(text: "description", definition.info.fullDescription)
            if definition.info.deprecation != nil { schema.add("deprecated", true) }
            schema.add("items", entry)
            return schema.node
        }
        schema.add("type", "object")
        schema.add(text: "description", definition.info.fullDescription)
        if definition.info.deprecation != nil { schema.add("deprecated", true) }
        schema.add("propertyNames", keyNames(definition.key))
        schema.add("additionalProperties", value)
        return schema.node
    }

    /// What the names of a dictionary's members look like; nil where any will do.
    private mutating func keyNames(_ key: SliceType) -> Node? {
        switch key {
        case .bool: ["enum": ["true", "false"]]
        case .byte: ["pattern": .string(IntegerPattern.text(from: 0, to: 255))]
        case .short: ["pattern": .string(IntegerPattern.text(from: -32768, to: 32767))]
        case .int: ["pattern": .string(IntegerPattern.text(from: -2_147_483_648, to: 2_147_483_647))]
        case .long: reference(.long)
        case .enumeration(let name): reference(to: name, .response)
        default: nil
        }
    }

    private mutating func classDefinition(_ definition: ClassDefinition, _ direction: Direction) -> Node {
        let name = definition.scopedName
        var marks = [typeMark(name)]
        if uses.shared.contains(name) { marks.append(Node.Member("@id", ["type": "string"])) }
        if uses.sliced.contains(name) {
            let slices: Node = ["type": "array", "items": ["type": "string", "contentEncoding": "base64"]]
            marks.append(Node.Member("@slices", slices))
            marks.append(Node.Member("@instances", ["type": "array", "items": anyInstance()]))
        }
        let members = model.allMembers(ofClass: name).map { ObjectMember($0, direction) }
        return object(members, direction, first: marks, required: ["@type"], about: definition.info)
    }
}
