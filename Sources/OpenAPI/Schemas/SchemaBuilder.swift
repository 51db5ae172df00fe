import Slice

/// JSON Schemas of Slice types by the JSON mapping. Remembers every type it is asked for.
struct SchemaBuilder {
    private let model: SliceModel
    private let options: OpenAPIOptions
    private var reached: Set<ScopedName> = []
    private var waiting: [ScopedName] = []
    private var usesInstanceReferences = false

    init(model: SliceModel, options: OpenAPIOptions) {
        self.model = model
        self.options = options
    }

    /// Module scopes joined by points: `::M::N::T` is `M.N.T`. No Slice identifier has a point, so names stay unique.
    static func componentName(_ name: ScopedName) -> String {
        name.text.split(separator: ":").joined(separator: ".")
    }

    mutating func reference(to name: ScopedName) -> Node {
        if reached.insert(name).inserted { waiting.append(name) }
        return ["$ref": .string("#/components/schemas/" + Self.componentName(name))]
    }

    /// The schemas of all types asked for and of all that these reach, in source order.
    consuming func components() -> (schemas: [Node.Member], usesInstanceReferences: Bool) {
        var schemas: [ScopedName: Node] = [:]
        while let name = waiting.popLast() { schemas[name] = definition(name) }
        var members: [Node.Member] = []
        for name in model.order {
            guard let schema = schemas.removeValue(forKey: name) else { continue }
            members.append(Node.Member(Self.componentName(name), schema))
        }
        return (members, usesInstanceReferences)
    }

    // MARK: Uses

    /// The schema of a value of this type.
    ///
    /// - Parameter isNumber: whether a `long` is a number whatever the configuration says.
    mutating func schema(_ type: SliceType, isNumber: Bool = false) -> Node {
        switch type {
        case .long where isNumber: Self.longNumber
        case .bool: ["type": "boolean"]
        case .byte: ["type": "integer", "minimum": 0, "maximum": 255]
        case .short: ["type": "integer", "minimum": -32768, "maximum": 32767]
        case .int: ["type": "integer", "format": "int32", "minimum": -2_147_483_648, "maximum": 2_147_483_647]
        case .long: long
        case .float: Self.floatingPoint("float")
        case .double: Self.floatingPoint("double")
        case .string: ["type": "string"]
        case .enumeration(let name), .structure(let name), .sequence(let name), .dictionary(let name):
            reference(to: name)
        case .classInstance(let name): instance(of: name)
        case .anyClass: anyInstance()
        case .proxy(let interface): proxy("A stringified proxy to a `\(interface.text)`")
        case .anyProxy: proxy("A stringified proxy")
        }
    }

    private var long: Node {
        switch options.long {
        case .string: ["type": "string", "format": "int64", "pattern": .string(Self.integerPattern)]
        case .number: Self.longNumber
        }
    }

    private static let longNumber: Node = ["type": "integer", "format": "int64"]

    /// Nineteen digits hold every `long`.
    private static let integerPattern = "^(0|-?[1-9][0-9]{0,18})$"

    private static func floatingPoint(_ format: String) -> Node {
        [
            "oneOf": [
                ["type": "number", "format": .string(format)],
                ["type": "string", "enum": ["NaN", "Infinity", "-Infinity"]],
            ]
        ]
    }

    private func proxy(_ description: String) -> Node {
        guard options.hasProxyLinks else {
            return ["type": ["string", "null"], "description": .string(description + ".")]
        }
        let link: Node = [
            "type": "object", "properties": ["@proxy": ["type": "string"], "href": ["type": "string"]],
            "required": ["href"], "additionalProperties": false,
        ]
        return [
            "oneOf": [["type": ["string", "null"]], link],
            "description": .string(description + ", or a link to a service."),
        ]
    }

    /// An instance of the class or of one derived from it, a reference to one, or null.
    private mutating func instance(of name: ScopedName) -> Node {
        usesInstanceReferences = true
        let classes = [name] + model.classesDerived(from: name)
        return ["anyOf": .array(classes.map { reference(to: $0) } + [Self.instanceReference, ["type": "null"]])]
    }

    private mutating func anyInstance() -> Node {
        usesInstanceReferences = true
        let any: Node = [
            "type": "object", "properties": ["@type": ["type": "string"]], "required": ["@type"],
        ]
        return ["anyOf": [any, Self.instanceReference, ["type": "null"]]]
    }

    private static let instanceReference: Node = ["$ref": "#/components/schemas/InstanceReference"]

    /// An object with these members, in this order.
    mutating func object(
        _ members: [ObjectMember], first: [Node.Member] = [], required: [String] = [], about info: ElementInfo? = nil,
        isClosed: Bool
    ) -> Node {
        var properties = first
        var names = Set(first.map(\.name))
        for member in members where names.insert(member.name).inserted {
            properties.append(Node.Member(member.name, property(member)))
        }
        var object = ObjectBuilder()
        object.add("type", "object")
        object.add(text: "description", info?.fullDescription)
        if info?.deprecation != nil { object.add("deprecated", true) }
        if !properties.isEmpty { object.add("properties", .object(properties)) }
        let requiredNames = required + members.filter(\.isRequired).map(\.name)
        object.add(list: "required", requiredNames.map { .string($0) })
        if isClosed { object.add("additionalProperties", false) }
        return object.node
    }

    private mutating func property(_ member: ObjectMember) -> Node {
        var property = ObjectBuilder()
        let schema = schema(member.type, isNumber: member.isNumber)
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

    // MARK: Definitions

    private mutating func definition(_ name: ScopedName) -> Node? {
        if let definition = model.enums[name] { return enumeration(definition) }
        if let definition = model.structs[name] {
            let members = definition.members.map { ObjectMember($0, defaultsMayBeAbsent: true) }
            return object(members, about: definition.info, isClosed: !options.allowsUnknownMembers)
        }
        if let definition = model.sequences[name] { return sequence(definition) }
        if let definition = model.dictionaries[name] { return dictionary(definition) }
        if let definition = model.classes[name] { return classDefinition(definition) }
        if let definition = model.exceptions[name] {
            let members = model.allMembers(ofException: name).map { ObjectMember($0, defaultsMayBeAbsent: false) }
            let type = Node.Member("@type", ["const": .string(name.text)])
            return object(members, first: [type], required: ["@type"], about: definition.info, isClosed: true)
        }
        return nil
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

    private mutating func sequence(_ definition: SequenceDefinition) -> Node {
        var schema = ObjectBuilder()
        schema.add("type", definition.element == .byte ? "string" : "array")
        schema.add(text: "description", definition.info.fullDescription)
        if definition.info.deprecation != nil { schema.add("deprecated", true) }
        if definition.element == .byte {
            schema.add("contentEncoding", "base64")
            schema.add("pattern", .string(Self.base64Pattern))
        } else {
            schema.add(
                "items", self.schema(definition.element, isNumber: definition.elementMetadata.areJSONNumber))
        }
        return schema.node
    }

    private mutating func dictionary(_ definition: DictionaryDefinition) -> Node {
        var schema = ObjectBuilder()
        let value = self.schema(definition.value, isNumber: definition.valueMetadata.areJSONNumber)
        if case .structure = definition.key {
            let entry: Node = [
                "type": "object", "properties": ["key": self.schema(definition.key), "value": value],
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
        case .byte: ["pattern": "^(0|[1-9][0-9]{0,2})$"]
        case .short: ["pattern": "^(0|-?[1-9][0-9]{0,4})$"]
        case .int: ["pattern": "^(0|-?[1-9][0-9]{0,9})$"]
        case .long: ["pattern": .string(Self.integerPattern)]
        case .enumeration(let name): reference(to: name)
        default: nil
        }
    }

    private mutating func classDefinition(_ definition: ClassDefinition) -> Node {
        let members = model.allMembers(ofClass: definition.scopedName).map {
            ObjectMember($0, defaultsMayBeAbsent: true)
        }
        let marks = [
            Node.Member("@type", ["const": .string(definition.scopedName.text)]),
            Node.Member("@id", ["type": "string"]),
            Node.Member("@slices", ["type": "array", "items": ["type": "string", "contentEncoding": "base64"]]),
            Node.Member("@instances", ["type": "array", "items": anyInstance()]),
        ]
        return object(members, first: marks, about: definition.info, isClosed: !options.allowsUnknownMembers)
    }
}
