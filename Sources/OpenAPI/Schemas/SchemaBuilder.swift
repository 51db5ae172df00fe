import Slice

/// JSON Schemas of Slice types by the JSON mapping. Remembers every type it is asked for.
struct SchemaBuilder {
    /// What a schema of a type describes.
    private enum Form: String, CaseIterable {
        case exactly = ""
        /// An instance of a class or of one derived from it.
        case any = ".Any"
        /// The same, or a reference to an instance elsewhere.
        case orReference = ".OrReference"
    }

    /// A schema that is asked for.
    private struct Use: Hashable {
        var name: ScopedName
        var direction: Direction
        var form = Form.exactly
    }

    let model: SliceModel
    let options: OpenAPIOptions
    let uses: TypeUses
    private var reached: Set<Use> = []
    private var waiting: [Use] = []
    private var builtIn: Set<BuiltInSchema> = []

    init(model: SliceModel, options: OpenAPIOptions, uses: TypeUses) {
        self.model = model
        self.options = options
        self.uses = uses
    }

    /// Module scopes joined by points: `::M::N::T` is `M.N.T`. No Slice identifier has a point, so names stay unique.
    private func componentName(_ use: Use) -> String {
        let name = use.name.text.split(separator: ":").joined(separator: ".") + use.form.rawValue
        return use.direction == .request && uses.isSplit(use.name) ? name + ".Input" : name
    }

    mutating func reference(to name: ScopedName, _ direction: Direction) -> Node {
        reference(Use(name: name, direction: direction))
    }

    private mutating func reference(_ use: Use) -> Node {
        var use = use
        // One schema serves both directions.
        if !uses.isSplit(use.name), reached.contains(Use(name: use.name, direction: .response, form: use.form)) {
            use.direction = .response
        }
        if reached.insert(use).inserted { waiting.append(use) }
        return ["$ref": .string("#/components/schemas/" + componentName(use))]
    }

    mutating func reference(_ schema: BuiltInSchema) -> Node {
        builtIn.insert(schema)
        return schema.reference
    }

    /// The schemas of all types asked for and of all that these reach, in source order, then the built-in ones.
    consuming func components() -> [Node.Member] {
        var schemas: [String: Node] = [:]
        while let use = waiting.popLast() {
            schemas[componentName(use)] =
                switch use.form {
                case .exactly: definition(use.name, use.direction)
                case .any: oneOf(family(use.name), use.direction)
                // Not the family inside: generators don't look for what is below two levels of choices.
                case .orReference:
                    [
                        "oneOf": .array(
                            family(use.name).map { reference(to: $0, use.direction) } + [reference(.instanceReference)])
                    ]
                }
        }
        var members: [Node.Member] = []
        for name in model.order {
            for form in Form.allCases {
                for direction in [Direction.response, .request] {
                    let name = componentName(Use(name: name, direction: direction, form: form))
                    guard let schema = schemas.removeValue(forKey: name) else { continue }
                    members.append(Node.Member(name, schema))
                }
            }
        }
        return members
            + BuiltInSchema.allCases.filter(builtIn.contains).map { Node.Member($0.rawValue, $0.schema) }
    }

    // MARK: Uses

    /// The schema of a value of this type.
    ///
    /// - Parameter isNumber: whether a `long` is a number whatever the configuration says.
    mutating func schema(_ type: SliceType, _ direction: Direction, isNumber: Bool = false) -> Node {
        switch type {
        case .bool: ["type": "boolean"]
        case .byte: ["type": "integer", "minimum": 0, "maximum": 255]
        case .short: ["type": "integer", "minimum": -32768, "maximum": 32767]
        case .int: ["type": "integer", "format": "int32", "minimum": -2_147_483_648, "maximum": 2_147_483_647]
        case .long where isNumber || options.long == .number:
            ["type": "integer", "format": "int64", "minimum": .int(.min), "maximum": .int(.max)]
        case .long: reference(.long)
        case .float: reference(.float)
        case .double: reference(.double)
        case .string: ["type": "string"]
        case .enumeration(let name), .structure(let name), .sequence(let name), .dictionary(let name):
            reference(to: name, direction)
        case .classInstance(let name): instance(of: name, direction)
        case .anyClass: anyInstance()
        case .proxy(let interface): proxy("proxy to a `\(interface.text)`", direction)
        case .anyProxy: proxy("proxy", direction)
        }
    }

    /// The same, or null.
    static func nullable(_ schema: Node) -> Node {
        let null: Node = ["type": "null"]
        switch (schema["type"], schema["anyOf"] ?? schema["oneOf"]) {
        case (.string(let type), _):
            guard case .object(let members) = schema, type != "null" else { return schema }
            return .object(members.map { $0.name == "type" ? Node.Member("type", [.string(type), "null"]) : $0 })
        case (.array, _): return schema
        case _ where schema["const"] == .null: return schema
        case (_, .array(let choices)): return choices.contains(null) ? schema : ["anyOf": .array(choices + [null])]
        default: return ["anyOf": [schema, null]]
        }
    }

    private func proxy(_ kind: String, _ direction: Direction) -> Node {
        let link: Node = [
            "type": "object", "properties": ["@proxy": ["type": "string"], "href": ["type": "string"]],
            "required": ["href"], "additionalProperties": false,
        ]
        let null: Node = ["type": "null"]
        let text: Node = ["type": ["string", "null"], "description": .string("A stringified \(kind).")]
        let either: Node = [
            "oneOf": [["type": "string"], link, null],
            "description": .string("A stringified \(kind), or a link to a service."),
        ]
        guard direction == .request, options.proxiesIn != .any else { return options.givesProxyLinks ? either : text }
        switch options.proxiesIn {
        case .none:
            // Generators take "type": "null" for a type that they have nowhere.
            return ["const": .null, "description": .string("A \(kind); this gateway takes none but null.")]
        case .link: return ["oneOf": [link, null], "description": .string("A link to a service: a \(kind).")]
        case .identity:
            return [
                "oneOf": [["type": "string"], link, null],
                "description": .string("A \(kind) without endpoints, or a link to a service."),
            ]
        case .any: return either
        }
    }

    /// An instance of the class or of one derived from it, a reference to one where there can be one, or null.
    private mutating func instance(of name: ScopedName, _ direction: Direction) -> Node {
        let instance =
            uses.allowsReference(to: name)
            ? reference(Use(name: name, direction: direction, form: .orReference)) : anyOf(name, direction)
        return Self.nullable(instance)
    }

    private func family(_ name: ScopedName) -> [ScopedName] { [name] + model.classesDerived(from: name) }

    /// An instance of the class or of one derived from it.
    private mutating func anyOf(_ name: ScopedName, _ direction: Direction) -> Node {
        let form = model.classesDerived(from: name).isEmpty ? Form.exactly : .any
        return reference(Use(name: name, direction: direction, form: form))
    }

    /// One of several types that `@type` tells apart.
    mutating func oneOf(_ names: [ScopedName], _ direction: Direction) -> Node {
        let references = names.map { reference(to: $0, direction) }
        let mapping = zip(names, references).map { Node.Member($0.text, $1["$ref"] ?? .null) }
        return [
            "oneOf": .array(references), "discriminator": ["propertyName": "@type", "mapping": .object(mapping)],
        ]
    }

    mutating func anyInstance() -> Node {
        let any: Node = [
            "type": "object", "properties": ["@type": ["type": "string"]], "required": ["@type"],
            "additionalProperties": true,
        ]
        var choices = [any]
        if !uses.shared.isEmpty { choices.append(reference(.instanceReference)) }
        return ["oneOf": .array(choices + [["type": "null"]])]
    }
}
