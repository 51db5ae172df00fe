import Slice

extension OperationBuilder {
    // MARK: Request

    /// Those of path and query, then the header fields.
    func parameters(_ schemas: inout SchemaBuilder, _ shared: inout SharedComponents) -> Node {
        var nodes = route.inputs.parameters.map { input in
            var node = ObjectBuilder()
            node.add("name", .string(input.name))
            node.add("in", .string(input.isInPath ? "path" : "query"))
            let parameter = operation.inParameters.first { $0.info.name == input.name }
            node.add(text: "description", parameter.flatMap(text))
            if input.isInPath || input.isRequired { node.add("required", true) }
            if parameter?.info.deprecation != nil { node.add("deprecated", true) }
            node.add("schema", schemas.schema(input.type, isNumber: parameter?.info.isJSONNumber ?? false))
            return node.node
        }
        nodes += shared.requestHeaders()
        return .array(nodes)
    }

    /// Nil when the route takes none.
    func requestBody(_ schemas: inout SchemaBuilder) -> Node? {
        let all = operation.inParameters.map { parameter in
            ObjectMember(
                name: parameter.info.name, type: parameter.type, isRequired: parameter.tag == nil,
                description: text(of: parameter), isDeprecated: parameter.info.deprecation != nil,
                isNumber: parameter.info.isJSONNumber)
        }
        switch route.inputs.body {
        case .none: return nil
        case .members(let names):
            let members = all.filter { names.contains($0.name) }
            let schema = schemas.object(members, isClosed: !options.allowsUnknownMembers)
            return body(
                "application/json", content(schema, example: examples.object(members)),
                isRequired: !members.isEmpty)
        case .parameter(let name):
            guard let member = all.first(where: { $0.name == name }) else { return nil }
            let schema = schemas.schema(member.type, isNumber: member.isNumber)
            let example = examples.object([member])?[name]
            return body(
                "application/json", content(schema, example: example), isRequired: member.isRequired,
                description: member.description)
        case .bytes(let name):
            let member = all.first { $0.name == name }
            return body("application/octet-stream", [:], isRequired: false, description: member?.description)
        }
    }

    private func body(_ type: String, _ content: Node, isRequired: Bool, description: String? = nil) -> Node {
        var node = ObjectBuilder()
        node.add(text: "description", description)
        node.add("required", .bool(isRequired))
        node.add("content", .object([Node.Member(type, content)]))
        return node.node
    }

    func content(_ schema: Node, example: Node?) -> Node {
        var content = ObjectBuilder()
        content.add("schema", schema)
        content.add("example", example)
        return content.node
    }

    func text(of parameter: Parameter) -> String? {
        if let own = parameter.info.fullDescription { return own }
        return operation.info.comment?.parameters.first { $0.name == parameter.info.name }?.text
    }

    // MARK: Answer

    func result(_ schemas: inout SchemaBuilder, _ shared: inout SharedComponents) -> Node {
        var members: [ObjectMember] = []
        if let result = operation.result {
            members.append(
                ObjectMember(
                    name: "returnValue", type: result.type, isRequired: result.tag == nil,
                    description: operation.info.comment?.returns, isNumber: operation.info.isJSONNumber))
        }
        for parameter in operation.outParameters {
            members.append(
                ObjectMember(
                    name: parameter.info.name, type: parameter.type, isRequired: parameter.tag == nil,
                    description: text(of: parameter), isDeprecated: parameter.info.deprecation != nil,
                    isNumber: parameter.info.isJSONNumber))
        }
        var node = ObjectBuilder()
        node.add("description", members.isEmpty ? "Done." : "The result.")
        node.add("headers", shared.responseHeaders())
        if let body = resultBody(members, &schemas) { node.add("content", body) }
        return node.node
    }

    private func resultBody(_ members: [ObjectMember], _ schemas: inout SchemaBuilder) -> Node? {
        guard route.inputs.status != 204, route.inputs.status != 205 else { return nil }
        switch route.inputs.answer {
        case .object:
            let schema = schemas.object(members, isClosed: true)
            return .object([Node.Member("application/json", content(schema, example: examples.object(members)))])
        case .member(let name):
            guard let member = members.first(where: { $0.name == name }) else { return nil }
            var schema = schemas.schema(member.type, isNumber: member.isNumber)
            if !member.isRequired { schema = ["anyOf": [schema, ["type": "null"]]] }
            let example = examples.object([member])?[name]
            return .object([Node.Member("application/json", content(schema, example: example))])
        case .bytes: return ["application/octet-stream": [:]]
        }
    }
}

extension ElementInfo {
    /// Whether a `long` is a number whatever the configuration says.
    var isJSONNumber: Bool { metadata.areJSONNumber }
}

extension [Metadata] {
    /// See ``ElementInfo/isJSONNumber``.
    var areJSONNumber: Bool { contains { $0.text == "http:json:number" } }
}

extension OpenAPIOptions {
    /// The same for one member.
    func with(_ member: ObjectMember) -> OpenAPIOptions {
        guard member.isNumber else { return self }
        var options = self
        options.long = .number
        return options
    }
}
