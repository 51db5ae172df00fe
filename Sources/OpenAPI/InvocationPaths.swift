/// The paths at which calls are looked after that outlive their requests.
struct InvocationPaths {
    static let tag = "invocations"
    /// Those who may call the service may ask; nil for services that don't ask who calls.
    let credentials: [OpenAPIRoute.Credential?]

    func paths(_ shared: inout SharedComponents) -> [(path: String, operations: [Node.Member])] {
        let security = shared.security(credentials)
        let invocation: Node = [
            "application/json": ["schema": shared.reference(OwnSchema.invocation)]
        ]
        let state: Node = ["description": "The state of the call.", "content": invocation]
        let get = operation(
            "invocations_get", "What became of a call", waits: true, [("200", state)], security, &shared)
        let cancel = operation(
            "invocations_cancel", "Cancels a call",
            "The gateway no longer waits for the answer. The servant isn't told, and executes what it was sent.",
            waits: false, [("200", state)], security, &shared)
        let running: Node = [
            "description": "The call isn't over.", "headers": shared.headers(.preferenceApplied, .retryAfter),
            "content": invocation,
        ]
        let done: Node = [
            "description": "What the call would have been answered with, whatever its status is.",
            "content": ["application/json": ["schema": [:]]],
        ]
        let result = operation(
            "invocations_result", "The result of a call", waits: true,
            [("200", done), ("202", running), ("409", shared.problem(409))], security, &shared)
        return [
            ("/invocations/{id}", [Node.Member("get", get), Node.Member("delete", cancel)]),
            ("/invocations/{id}/result", [Node.Member("get", result)]),
        ]
    }

    private func operation(
        _ id: String, _ summary: String, _ description: String? = nil, waits: Bool,
        _ responses: [(status: String, node: Node)], _ security: Node?, _ shared: inout SharedComponents
    ) -> Node {
        let variable: Node = ["name": "id", "in": "path", "required": true, "schema": ["type": "string"]]
        var node = ObjectBuilder()
        node.add("tags", [.string(Self.tag)])
        node.add("summary", .string(summary))
        node.add(text: "description", description)
        node.add("operationId", .string(id))
        node.add("parameters", waits ? [variable, shared.parameter(.wait)] : [variable])
        var all = ObjectBuilder()
        for response in responses where response.status < "400" { all.add(response.status, response.node) }
        if security != nil { all.add("401", shared.problem(401)) }
        all.add("404", shared.problem(404))
        for response in responses where response.status >= "400" { all.add(response.status, response.node) }
        all.add("default", shared.problem(nil))
        node.add("responses", all.node)
        node.add("security", security)
        return node.node
    }
}
