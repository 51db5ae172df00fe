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
        node.add("parameters", .array(parameters(&schemas, &shared)))
        node.add("requestBody", requestBody(&schemas))
        node.add("responses", responses(&schemas, &shared))
        node.add("security", shared.security(route.credentials))
        node.add("x-ice-interface", .string(operation.interface.text))
        node.add("x-ice-operation", .string(operation.info.name))
        node.add("x-ice-idempotent", .bool(operation.isIdempotent))
        // As alternatives in the schemas, arrays would make the type of every result a choice of two.
        if route.takesBatches { node.add("x-ice-batch", ["application/json", "application/x-ndjson"]) }
        return node.node
    }

    // MARK: Responses

    private func responses(_ schemas: inout SchemaBuilder, _ shared: inout SharedComponents) -> Node {
        var responses: [(status: Int, node: Node)] = []
        var statuses = ProblemResponse.statuses(of: route, options)
        if route.mode == .twoway { responses.append((route.inputs.status, result(&schemas, &shared))) }
        responses.append((202, accepted(&shared)))
        for (status, exceptions) in raisedExceptions() {
            let isShared = statuses.contains(status)
            statuses.removeAll { $0 == status }
            responses.append((status, problem(status, exceptions, isShared: isShared, &schemas, &shared)))
        }
        responses += statuses.map { ($0, shared.problem($0)) }
        var node = ObjectBuilder()
        for response in responses.sorted(by: { $0.status < $1.status }) where !node.contains(String(response.status)) {
            node.add(String(response.status), response.node)
        }
        node.add("default", shared.problem(nil))
        return node.node
    }

    /// What a call without an answer, and one that goes on without its request, is answered with.
    private func accepted(_ shared: inout SharedComponents) -> Node {
        let isSent = route.mode == .oneway || !route.modes.isEmpty
        let goesOn = route.mode == .twoway
        let texts =
            (isSent ? ["Sent. The server does not answer a oneway call."] : [])
            + (goesOn ? ["The call goes on, as `Prefer` wanted it; the result will be at `Location`."] : [])
        var choices: [Node] = []
        if goesOn { choices.append(shared.reference(OwnSchema.invocation)) }
        if isSent { choices.append(shared.reference(OwnSchema.sent)) }
        let schema: Node = choices.count == 1 ? choices[0] : ["oneOf": .array(choices)]
        return [
            "description": .string(texts.joined(separator: " ")),
            "headers": goesOn
                ? shared.headers(.timeout, .replayed, .location, .preferenceApplied)
                : shared.headers(.timeout, .replayed),
            "content": .object([
                Node.Member("application/json", content(schema, example: isSent ? ["sent": true] : nil))
            ]),
        ]
    }

    // MARK: User exceptions

    /// What the operation may raise, derived exceptions included, by HTTP status.
    private func raisedExceptions() -> [(status: Int, exceptions: [ScopedName])] {
        guard route.mode == .twoway else { return [] }
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
        _ status: Int, _ exceptions: [ScopedName], isShared: Bool, _ schemas: inout SchemaBuilder,
        _ shared: inout SharedComponents
    ) -> Node {
        let exception =
            exceptions.count == 1
            ? schemas.reference(to: exceptions[0], .response) : schemas.oneOf(exceptions, .response)
        var special = ObjectBuilder()
        special.add("type", "object")
        special.add("properties", ["exception": exception])
        // An error of the shared table may come with the same status, and has no exception.
        if !isShared { special.add("required", ["exception"]) }
        let schema: Node = ["allOf": [shared.reference(OwnSchema.problem), special.node]]
        return [
            "description": .string(description(of: exceptions)),
            "content": .object([
                Node.Member("application/problem+json", content(schema, example: example(status, exceptions)))
            ]),
        ]
    }

    private func description(of exceptions: [ScopedName]) -> String {
        let names = exceptions.map { "`\($0.text)`" }
        let texts = exceptions.compactMap { name in
            (text(of: name) ?? model.exceptions[name]?.info.summary).map { (name: name.text, text: $0) }
        }
        let list = names.dropLast().joined(separator: ", ") + (names.count > 1 ? " or " : "") + (names.last ?? "")
        let first = "User exception \(list)."
        guard let only = texts.first else { return first }
        if exceptions.count == 1 { return first + "\n\n" + only.text }
        return first + "\n\n" + texts.map { "- `\($0.name)`: \($0.text)" }.joined(separator: "\n")
    }

    /// What the operation says of an exception.
    private func text(of name: ScopedName) -> String? {
        operation.info.comment?.exceptions.first {
            name.text == $0.name || name.text == "::" + $0.name || name.text.hasSuffix("::" + $0.name)
        }?.text
    }

    private func example(_ status: Int, _ exceptions: [ScopedName]) -> Node? {
        guard let name = exceptions.first, let row = options.errors.first(where: { $0.code == "user_exception" }),
            let members = examples.exception(name)
        else { return nil }
        var example = ProblemResponse.example(row, status: status, detail: "the operation raised \(name.text)")
        let segments = route.path.split(separator: "/").map { $0.hasPrefix("{") ? "1" : String($0) }
        example.add("instance", .string("/" + segments.joined(separator: "/")))
        example.add("exception", members)
        return example.node
    }
}
