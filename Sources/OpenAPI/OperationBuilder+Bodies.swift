import Slice

extension OperationBuilder {
    // MARK: Request

    /// The variables of the path as it has them, those of the query, then the header fields.
    func parameters(_ schemas: inout SchemaBuilder, _ shared: inout SharedComponents) -> [Node] {
        let inputs = route.inputs.parameters
        var nodes = PathVariables.names(in: route.path).map { name in
            guard let input = inputs.first(where: { $0.isInPath && ($0.variable ?? $0.name) == name }) else {
                return Self.objectVariable(name)
            }
            return parameter(input, name, &schemas)
        }
        nodes += inputs.filter { !$0.isInPath }.map { parameter($0, $0.name, &schemas) }
        nodes.append(shared.parameter(.timeout))
        if !options.contextKeys.isEmpty { nodes.append(shared.parameter(.context)) }
        if !route.modes.isEmpty { nodes.append(modeField) }
        if !route.facets.isEmpty { nodes.append(facetField) }
        if route.mode == .twoway { nodes.append(shared.parameter(.prefer)) }
        if route.takesIdempotencyKey { nodes.append(shared.parameter(.idempotencyKey)) }
        return nodes
    }

    private func parameter(
        _ input: RouteInputs.Parameter, _ name: String, _ schemas: inout SchemaBuilder
    ) -> Node {
        var node = ObjectBuilder()
        node.add("name", .string(name))
        node.add("in", .string(input.isInPath ? "path" : "query"))
        let place = InputPlace(input.name, of: operation, in: model)
        node.add(text: "description", place.parameter.flatMap(text) ?? place.member?.fullDescription)
        if input.isInPath || input.isRequired { node.add("required", true) }
        let info = place.member ?? place.parameter?.info
        if info?.deprecation != nil { node.add("deprecated", true) }
        // An empty segment is none.
        node.add(
            "schema",
            input.isInPath && input.type == .string
                ? Self.segment : schemas.schema(input.type, .request, isNumber: info?.isJSONNumber ?? false))
        return node.node
    }

    private static func objectVariable(_ name: String) -> Node {
        [
            "name": .string(name), "in": "path", "description": "Says which object is called: part of its identity.",
            "required": true, "schema": segment,
        ]
    }

    private static let segment: Node = ["type": "string", "minLength": 1]

    private var modeField: Node {
        [
            "name": "Ice-Mode", "in": "header",
            "description": "How the operation is called; without it as its service is configured.",
            "schema": ["type": "string", "enum": .array(route.modes.map { .string($0) })],
        ]
    }

    private var facetField: Node {
        [
            "name": "Ice-Facet", "in": "header", "description": "The facet that is called, percent-encoded.",
            "schema": ["type": "string", "enum": .array(route.facets.map { .string($0) })],
        ]
    }

    /// Nil when the route takes none.
    func requestBody(_ schemas: inout SchemaBuilder) -> Node? {
        let inPath = route.inputs.parameters.filter(\.isInPath).map(\.name)
        let all = operation.inParameters.map { parameter in
            var member = ObjectMember(
                name: parameter.info.name, type: parameter.type, isRequired: parameter.tag == nil,
                description: text(of: parameter), isDeprecated: parameter.info.deprecation != nil,
                isNumber: parameter.info.isJSONNumber, isNullable: parameter.tag != nil)
            let prefix = member.name + "."
            member.inPath = inPath.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
            return member
        }
        switch route.inputs.body {
        case .none: return nil
        case .members(let names):
            let members = all.filter { names.contains($0.name) }
            return body(
                "application/json",
                content(schemas.object(members, .request), example: examples.object(members)),
                isRequired: members.contains(where: \.isRequired))
        case .parameter(let name):
            guard let member = all.first(where: { $0.name == name }) else { return nil }
            var schema =
                member.inPath.isEmpty
                ? schemas.schema(member.type, .request, isNumber: member.isNumber) : schemas.rest(of: member, .request)
            if member.isNullable { schema = SchemaBuilder.nullable(schema) }
            let example = examples.object([member])?[name]
            return body(
                "application/json", content(schema, example: example), isRequired: member.isRequired,
                description: member.description)
        case .bytes(let name):
            let member = all.first { $0.name == name }
            return body(
                "application/octet-stream", ["schema": Self.bytes], isRequired: false,
                description: member?.description)
        }
    }

    /// As generators know it.
    private static let bytes: Node = ["type": "string", "format": "binary"]

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
        node.add(
            "headers",
            route.takesIdempotencyKey ? shared.headers(.timeout, .replayed) : shared.headers(.timeout))
        if let body = resultBody(members, &schemas) { node.add("content", body) }
        return node.node
    }

    private func resultBody(_ members: [ObjectMember], _ schemas: inout SchemaBuilder) -> Node? {
        guard route.inputs.status != 204, route.inputs.status != 205 else { return nil }
        switch route.inputs.answer {
        case .object:
            let schema = schemas.object(members, .response)
            return .object([Node.Member("application/json", content(schema, example: examples.object(members)))])
        case .member(let name):
            guard let member = members.first(where: { $0.name == name }) else { return nil }
            var schema = schemas.schema(member.type, .response, isNumber: member.isNumber)
            if !member.isRequired { schema = SchemaBuilder.nullable(schema) }
            let example = examples.object([member])?[name]
            return .object([Node.Member("application/json", content(schema, example: example))])
        case .bytes: return ["application/octet-stream": ["schema": Self.bytes]]
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
