/// Makes random values of a module's types; the instances they hold go into one graph.
struct ValueGenerator {
    var random: SplitMix64
    let schema: Schema
    var graph = Graph()
    /// How many values are still to be made, about; then sequences stay empty.
    private var budget: Int
    private var depth = 0
    /// Fewer than `Ice.ClassGraphDepthMax`: in Ice's order, derived members first, a graph may nest as deeply as it has
    /// instances.
    private static let mostInstances = 90

    /// - Parameter isSmall: whether a few values will do.
    init(_ schema: Schema, seed: UInt64, isSmall: Bool) {
        random = SplitMix64(seed: seed)
        self.schema = schema
        budget = isSmall ? random.below(6) : random.oneIn(4) ? 1200 : 100
    }

    mutating func members(_ fields: [Field]) -> [Member] {
        fields.map { field in
            let name = "\"\(field.name)\""
            if field.tag != nil, random.oneIn(3) { return Member(name: name, value: nil, isOptional: true) }
            if let value = field.defaultValue, random.oneIn(2) {
                return Member(
                    name: name, value: .scalar(value.json), isOptional: field.tag != nil, isOmittable: field.tag == nil)
            }
            var value: Value? = value(field.type)
            // A nil optional is one that is not set.
            if field.tag != nil, case .scalar("null", _)? = value { value = nil }
            return Member(name: name, value: value, isOptional: field.tag != nil)
        }
    }

    mutating func value(_ type: FieldType) -> Value {
        budget -= 1
        depth += 1
        defer { depth -= 1 }
        return switch type {
        case .bool: .scalar(random.oneIn(2) ? "true" : "false")
        case .byte: .integer(random.integer(UInt8.self))
        case .short: .integer(random.integer(Int16.self))
        case .int: .integer(random.integer(Int32.self))
        case .long: .long(random.integer(Int64.self))
        case .float: .floatingPoint(random.float())
        case .double: .floatingPoint(random.double())
        case .string: .string(random.string())
        case .enumeration(let index): .scalar("\"\(random.pick(schema.enums[index].enumerators).name)\"")
        case .structure(let index): .structure(members(schema.structs[index].fields))
        case .sequence(let index): sequence(schema.sequences[index])
        case .dictionary(let index): dictionary(schema.dictionaries[index])
        case .instance(let index): instance(schema.classes(extending: index), declared: index)
        case .anyInstance: instance(Array(schema.classes.indices), declared: nil)
        case .proxy, .anyProxy: proxy()
        }
    }

    private mutating func count() -> Int {
        guard budget > 0, depth < 30 else { return 0 }
        // The sizes around which a size takes five bytes.
        if budget > 600, random.oneIn(3) { return 254 + random.below(3) }
        return random.pick([0, 1, 1, 2, 3, 5])
    }

    private mutating func sequence(_ element: FieldType) -> Value {
        if element == .byte { return .bytes(random.bytes()) }
        return .array((0..<count()).map { _ in value(element) })
    }

    private mutating func dictionary(_ type: DictionaryType) -> Value {
        var keys: Set<String> = []
        var pairs: [Value] = []
        var members: [Member] = []
        for _ in 0..<count() {
            let key = value(type.key)
            guard case .scalar(let text, _) = key else {
                let text = AnswerText.object([Member(name: "key", value: key)], Graph(), isV10: false)
                if keys.insert(text).inserted {
                    pairs.append(
                        .structure([
                            Member(name: "\"key\"", value: key), Member(name: "\"value\"", value: value(type.value)),
                        ]))
                }
                continue
            }
            let name = text.hasPrefix("\"") ? text : "\"\(text)\""
            if keys.insert(name).inserted { members.append(Member(name: name, value: value(type.value))) }
        }
        if case .structure = type.key { return .array(pairs) }
        return .dictionary(members)
    }

    /// Nil, one that is there already, or a new one of any of the types.
    private mutating func instance(_ types: [Int], declared: Int?) -> Value {
        let typeIDs = types.map { Self.typeID($0) }
        let known = graph.instances.indices.filter { typeIDs.contains(graph.instances[$0].typeID) }
        func isDeclared(_ index: Int) -> Bool { graph.instances[index].typeID == declared.map { Self.typeID($0) } }
        if !known.isEmpty, budget < 0 || depth > 25 || random.oneIn(3) {
            let index = random.pick(known)
            return .instance(index, isOfDeclaredType: isDeclared(index))
        }
        guard budget > 0, depth <= 25, graph.instances.count < Self.mostInstances, !random.oneIn(6) else {
            return .null
        }
        let type = random.pick(types)
        let index = graph.instances.count
        graph.instances.append(Graph.Instance(typeID: Self.typeID(type)))
        graph.instances[index].members = members(schema.fields(ofClass: type))
        return .instance(index, isOfDeclaredType: isDeclared(index))
    }

    private static func typeID(_ type: Int) -> String { "::\(Schema.module)::\(Schema.name(.instance(type)))" }

    private mutating func proxy() -> Value {
        guard !random.oneIn(4) else { return .null }
        let heads = ["object", "category/name", "object -f facet", "object -o", "object -f facet -O", "a.b -D"]
        let tails = [
            "", " @ Adapter", ":tcp -h 127.0.0.1 -p 10000", ":tcp -h 127.0.0.1 -p 1 -t 100:udp -h 127.0.0.1 -p 65535",
            ":ssl -h example.com -p 4 -z", ":ws -h 127.0.0.1 -p 2 -r /chat",
        ]
        return .proxy(random.pick(heads), isV10: random.oneIn(4), random.pick(tails))
    }
}
