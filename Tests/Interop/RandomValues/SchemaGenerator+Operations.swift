extension SchemaGenerator {
    mutating func addOperations() {
        var types = FieldType.basic
        if kinds.contains(.proxies) { types += [.proxy, .anyProxy] }
        types += schema.enums.indices.map { .enumeration($0) } + schema.order
        types += schema.classes.indices.map { .instance($0) }
        if kinds.contains(.classes) { types.append(.anyInstance) }
        for type in types {
            addEcho([Field(name: "value", type: type)], [0, 0])
            var tags: Set<Int> = []
            if let tag = tag(for: type, &tags) {
                addEcho([Field(name: "value", type: type, tag: tag)], [0, 0])
            }
        }
        for _ in 0..<12 {
            var tags: Set<Int> = []
            var parameters: [Field] = []
            for index in 0..<1 + random.below(5) {
                let type = type()
                let tag = random.oneIn(2) ? self.tag(for: type, &tags) : nil
                parameters.append(Field(name: "value\(index)", type: type, tag: tag))
            }
            let answers = (0...random.below(4)).map { _ in random.below(parameters.count) }
            addEcho(parameters, answers, &tags)
        }
        for index in schema.exceptions.indices { addThrow(index) }
    }

    private mutating func addEcho(_ parameters: [Field], _ answers: [Int]) {
        var tags = Set(parameters.compactMap { $0.tag })
        addEcho(parameters, answers, &tags)
    }

    private mutating func addEcho(_ parameters: [Field], _ answers: [Int], _ tags: inout Set<Int>) {
        let answers = answers.map { index in
            // A required argument may come back as an optional answer.
            let isOptional = parameters[index].tag != nil || random.oneIn(6)
            return OperationType.Answer(
                parameter: index, tag: isOptional ? tag(for: parameters[index].type, &tags) : nil)
        }
        let digits = answers.map { "\($0.parameter)" }.joined()
        schema.operations.append(
            OperationType(
                name: "echo\(schema.operations.count)answers\(digits)", parameters: parameters, answers: answers,
                hasReturnValue: !random.oneIn(8), isSliced: random.oneIn(2)))
    }

    /// An operation that throws the exception; it may declare only a base.
    private mutating func addThrow(_ index: Int) {
        var tags: Set<Int> = []
        // A tag is unique within an operation, but not among an exception and its bases.
        let parameters = schema.fields(ofException: index).map { field in
            let tag = field.tag == nil ? nil : self.tag(for: field.type, &tags)
            return Field(name: field.name, type: field.type, tag: tag)
        }
        var declared = index
        while let base = schema.exceptions[declared].base, random.oneIn(2) { declared = base }
        schema.operations.append(
            OperationType(
                name: "throw\(index)", parameters: parameters, answers: [], hasReturnValue: false,
                isSliced: random.oneIn(2), thrown: index, declared: declared))
    }
}
