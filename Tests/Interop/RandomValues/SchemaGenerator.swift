/// Makes random Slice modules that both slice compilers of the peers accept.
struct SchemaGenerator {
    var random: SplitMix64
    let kinds: Set<ValueKind>
    var schema = Schema()
    /// What a definition may use.
    private var available = FieldType.basic

    /// - Parameter kinds: see ``ValueKind``.
    static func schema(seed: UInt64, kinds: Set<ValueKind>) -> Schema {
        var generator = SchemaGenerator(random: SplitMix64(seed: seed), kinds: kinds)
        generator.addTypes()
        generator.addOperations()
        return generator.schema
    }

    private init(random: SplitMix64, kinds: Set<ValueKind>) {
        self.random = random
        self.kinds = kinds
    }

    // MARK: Definitions

    private mutating func addTypes() {
        for _ in 0..<3 { addEnum() }
        if kinds.contains(.proxies) { available += [.proxy, .anyProxy] }
        if kinds.contains(.classes) {
            // Declared first and defined last, as everything may hold instances.
            for _ in 0..<5 { schema.classes.append(ClassType(fields: [])) }
            available += schema.classes.indices.map { .instance($0) } + [.anyInstance]
        }
        addKeyStruct()
        for _ in 0..<20 {
            switch random.below(5) {
            case 0: addStruct()
            case 1, 2: addSequence()
            default: addDictionary()
            }
        }
        for index in schema.classes.indices { defineClass(index) }
        for index in 0..<3 { addException(index) }
    }

    private mutating func addException(_ index: Int) {
        var names: Set<String> = []
        let base = index > 0 && random.oneIn(2) ? random.below(index) : nil
        let inherited = base.map { schema.fields(ofException: $0) } ?? []
        names.formUnion(inherited.map { $0.name })
        var fields = fields(random.below(4), &names)
        // In encoding 1.0 Ice for Python sends no instances when the members of the derived exception alone use none.
        let usesClasses = [inherited, fields].map { $0.contains { schema.usesClasses($0.type) } }
        if usesClasses == [true, false] {
            fields.append(Field(name: name(&names), type: .anyInstance))
        }
        schema.exceptions.append(ExceptionType(base: base, fields: fields))
    }

    private mutating func addEnum() {
        var values: [Int]
        if random.oneIn(2) {
            values = Array(0...random.below(5))
        } else {
            // Sparse: around the borders of sizes (255) and of the widths of encoding 1.0 (127, 32767).
            let borders = [0, 1, 7, 125, 126, 127, 128, 253, 254, 255, 256, 32765, 32766, 32767, 65535, 2_147_483_647]
            let limit = 1 + random.below(borders.count)
            values = borders[..<limit].filter { _ in random.oneIn(2) } + [borders[limit - 1]]
            values = Array(Set(values)).sorted()
            values.shuffle(using: &random)
        }
        let index = schema.enums.count
        schema.enums.append(EnumType(enumerators: values.map { ("e\(index)n\($0)", $0) }))
        available.append(.enumeration(index))
    }

    private mutating func addKeyStruct() {
        let keys = available.filter { schema.isKey($0) }
        var fields: [Field] = []
        for index in 0...random.below(3) { fields.append(Field(name: "k\(index)", type: random.pick(keys))) }
        add(.structure(schema.structs.count)) { $0.structs.append(StructType(fields: fields)) }
    }

    private mutating func addStruct() {
        var names: Set<String> = []
        let fields = fields(1 + random.below(5), &names, optionals: false)
        add(.structure(schema.structs.count)) { $0.structs.append(StructType(fields: fields)) }
    }

    private mutating func addSequence() {
        let element = type()
        add(.sequence(schema.sequences.count)) { $0.sequences.append(element) }
    }

    private mutating func addDictionary() {
        let key = random.pick(available.filter { schema.isKey($0) })
        let value = type()
        add(.dictionary(schema.dictionaries.count)) {
            $0.dictionaries.append(DictionaryType(key: key, value: value))
        }
    }

    private mutating func add(_ type: FieldType, _ definition: (inout Schema) -> Void) {
        definition(&schema)
        schema.order.append(type)
        available.append(type)
    }

    private mutating func defineClass(_ index: Int) {
        var names: Set<String> = []
        let base = index > 0 && random.oneIn(2) ? random.below(index) : nil
        if let base { names = Set(schema.fields(ofClass: base).map { $0.name }) }
        let compactID = random.oneIn(3) ? [0, 50, 254, 255, 300][index] : nil
        var own = fields(random.below(4), &names)
        // Chains, trees and cycles need members that are instances.
        let links: [FieldType] = [.instance(random.below(schema.classes.count)), .instance(index)]
        for type in links where random.oneIn(2) { own.append(Field(name: name(&names), type: type)) }
        schema.classes[index] = ClassType(base: base, compactID: compactID, fields: own)
    }

    // MARK: Members

    /// Any type, half of the time one that was defined.
    mutating func type() -> FieldType {
        random.pick(random.oneIn(2) ? FieldType.basic : available)
    }

    private mutating func fields(_ count: Int, _ names: inout Set<String>, optionals: Bool = true) -> [Field] {
        var tags: Set<Int> = []
        return (0..<count).map { _ in
            let type = type()
            let tag = optionals && random.oneIn(3) ? self.tag(for: type, &tags) : nil
            return Field(name: name(&names), type: type, tag: tag, defaultValue: defaultValue(type))
        }
    }

    private mutating func name(_ names: inout Set<String>) -> String {
        // Keywords of Slice, but not of Python, which Ice for Python 3.8 can't load.
        let odd = ["value", "key", "out", "sequence", "optional", "void", "x", "record"]
        let name = random.oneIn(2) ? random.pick(odd) : "m\(names.count)"
        let result = names.contains(name) ? "n\(names.count)" : name
        names.insert(result)
        return result
    }

    /// Nil when such a value can't be optional.
    mutating func tag(for type: FieldType, _ used: inout Set<Int>) -> Int? {
        guard kinds.contains(.optionals), kinds.contains(.optionalClasses) || !schema.usesClasses(type) else {
            return nil
        }
        let all = [0, 1, 2, 3, 7, 28, 29, 30, 31, 63, 64, 254, 255, 256, 1000, 65536, 2_147_483_647]
        let tag = random.pick(all.filter { !used.contains($0) })
        used.insert(tag)
        return tag
    }

    private mutating func defaultValue(_ type: FieldType) -> DefaultValue? {
        guard random.oneIn(6) else { return nil }
        return switch type {
        case .bool: DefaultValue(slice: "true", json: "true")
        case .byte: DefaultValue(slice: "0xFF", json: "255")
        case .short: DefaultValue(slice: "-32768", json: "-32768")
        case .int: DefaultValue(slice: "2147483647", json: "2147483647")
        case .long: DefaultValue(slice: "9007199254740993", json: #""9007199254740993""#)
        case .float: DefaultValue(slice: "1.5", json: "1.5")
        case .double: DefaultValue(slice: "-2", json: "-2.0")
        case .string: DefaultValue(slice: #""a\"\u00e9\n""#, json: #""a\"é\n""#)
        case .enumeration(let index):
            schema.enums[index].enumerators.last.map {
                DefaultValue(slice: "\(Schema.name(type))::\($0.name)", json: "\"\($0.name)\"")
            }
        default: nil
        }
    }
}
