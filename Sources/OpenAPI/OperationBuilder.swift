import Slice

/// Describes one route: request, result, user exceptions, errors.
struct OperationBuilder {
    let route: OpenAPIRoute
    let id: String
    let model: SliceModel
    let options: OpenAPIOptions

    var operation: Operation { route.operation }
    var examples: ExampleBuilder { ExampleBuilder(model: model, options: options) }

    func build(_ schemas: inout SchemaBuilder, _ shared: inout SharedComponents) -> Node {
        var node = ObjectBuilder()
        node.add("tags", [.string(route.service)])
        node.add(text: "summary", operation.info.summary)
        node.add(text: "description", operation.info.descriptionBeyondSummary)
        node.add("operationId", .string(id))
        if operation.info.deprecation != nil { node.add("deprecated", true) }
        node.add("parameters", parameters(&schemas, &shared))
        node.add("requestBody", requestBody(&schemas))
        node.add("responses", responses(&schemas, &shared))
        node.add("x-ice-interface", .string(operation.interface.text))
        node.add("x-ice-operation", .string(operation.info.name))
        node.add("x-ice-idempotent", .bool(operation.isIdempotent))
        return node.node
    }

    // MARK: Responses

    private func responses(_ schemas: inout SchemaBuilder, _ shared: inout SharedComponents) -> Node {
        let raised = raisedExceptions()
        var responses: [(status: Int, node: Node)] = []
        var statuses = SharedComponents.statuses(isOneway: route.mode == .oneway)
        switch route.mode {
        case .twoway: responses.append((route.inputs.status, result(&schemas, &shared)))
        case .oneway: responses.append((202, sent(&shared)))
        }
        for (status, exceptions) in raised {
            let isShared = statuses.contains(status)
            statuses.removeAll { $0 == status }
            responses.append((status, problem(status, exceptions, isShared: isShared, &schemas)))
        }
        responses += statuses.map { ($0, shared.response($0)) }
        responses.sort { $0.status < $1.status }
        var node = ObjectBuilder()
        for response in responses { node.add(String(response.status), response.node) }
        node.add("default", shared.defaultResponse())
        return node.node
    }

    private func sent(_ shared: inout SharedComponents) -> Node {
        let schema: Node = [
            "type": "object", "properties": ["sent": ["const": true]], "required": ["sent"],
            "additionalProperties": false,
        ]
        return [
            "description": "Sent. The server does not answer a oneway call.",
            "headers": shared.responseHeaders(),
            "content": .object([Node.Member("application/json", content(schema, example: ["sent": true]))]),
        ]
    }

    // MARK: User exceptions

    /// What the operation may raise, derived exceptions included, by HTTP status.
    private func raisedExceptions() -> [(status: Int, exceptions: [ScopedName])] {
        var seen: Set<ScopedName> = []
        var groups: [(status: Int, exceptions: [ScopedName])] = []
        for declared in operation.exceptions {
            for name in [declared] + model.exceptionsDerived(from: declared) where seen.insert(name).inserted {
                let status = status(of: name)
                if let index = groups.firstIndex(where: { $0.status == status }) {
                    groups[index].exceptions.append(name)
                } else {
                    groups.append((status, [name]))
                }
            }
        }
        return groups
    }

    private func status(of exception: ScopedName) -> Int {
        var next: ScopedName? = exception
        while let name = next {
            if let status = options.exceptionStatuses[name.text] { return status }
            next = model.exceptions[name]?.base
        }
        return 422
    }

    private func problem(
        _ status: Int, _ exceptions: [ScopedName], isShared: Bool, _ schemas: inout SchemaBuilder
    ) -> Node {
        let references = exceptions.map { schemas.reference(to: $0) }
        var exception = ObjectBuilder()
        if references.count == 1 {
            exception.add(contentsOf: references[0])
        } else {
            exception.add("oneOf", .array(references))
            exception.add(
                "discriminator",
                [
                    "propertyName": "@type",
                    "mapping": .object(
                        zip(exceptions, references).map { name, reference in
                            Node.Member(name.text, reference["$ref"] ?? .null)
                        }),
                ])
        }
        var special = ObjectBuilder()
        special.add("type", "object")
        special.add("properties", ["status": ["const": .int(Int64(status))], "exception": exception.node])
        // An error of the shared table may come with the same status, and has no exception.
        if !isShared { special.add("required", ["exception"]) }
        let schema: Node = ["allOf": [SharedComponents.problemReference, special.node]]
        return [
            "description": .string(description(of: exceptions)),
            "content": .object([
                Node.Member("application/problem+json", content(schema, example: example(status, exceptions)))
            ]),
        ]
    }

    private func description(of exceptions: [ScopedName]) -> String {
        let texts = exceptions.map { name in
            let entry = operation.info.comment?.exceptions.first {
                name.text == $0.name || name.text.hasSuffix("::" + $0.name)
            }
            return "`\(name.text)`" + (entry.map { ": " + $0.text } ?? "")
        }
        return "The operation raised a user exception.\n\n" + texts.map { "- " + $0 }.joined(separator: "\n")
    }

    private func example(_ status: Int, _ exceptions: [ScopedName]) -> Node? {
        guard let name = exceptions.first, let row = options.errors.first(where: { $0.code == "user_exception" }),
            let members = examples.exception(name)
        else { return nil }
        var example = SharedComponents.example(row, status: status, detail: "the operation raised \(name.text)")
        example.add("instance", .string(route.path))
        example.add("exception", members)
        return example.node
    }
}
