/// What all operations share: the problem schema, the responses for errors, header fields. Only what is used is written.
struct SharedComponents {
    static let problemReference: Node = ["$ref": "#/components/schemas/Problem"]

    private let errors: [OpenAPIErrorRow]
    /// Whether requests may have `Ice-Context`.
    private let takesContext: Bool
    private var statuses: Set<Int> = []
    private var isUsed = false

    init(_ options: OpenAPIOptions) {
        errors = options.errors
        takesContext = options.takesContext
    }

    /// The statuses of errors that any operation may answer with; all others are the default response's.
    ///
    /// A oneway call is over once it is sent: what may come after that can't be answered.
    static func statuses(isOneway: Bool) -> [Int] {
        isOneway ? [400, 413, 415, 503] : [400, 404, 413, 415, 500, 501, 502, 503, 504]
    }

    mutating func requestHeaders() -> [Node] {
        isUsed = true
        let timeout: Node = ["$ref": "#/components/parameters/Ice-Timeout-Ms"]
        return takesContext ? [timeout, ["$ref": "#/components/parameters/Ice-Context"]] : [timeout]
    }

    mutating func responseHeaders() -> Node {
        isUsed = true
        return ["Ice-Timeout-Ms": ["$ref": "#/components/headers/Ice-Timeout-Ms"]]
    }

    mutating func response(_ status: Int) -> Node {
        isUsed = true
        statuses.insert(status)
        return ["$ref": "#/components/responses/Problem\(String(status))"]
    }

    mutating func defaultResponse() -> Node {
        isUsed = true
        return ["$ref": "#/components/responses/Problem"]
    }

    func components(types: [Node.Member], usesInstanceReferences: Bool) -> ObjectBuilder {
        var components = ObjectBuilder()
        guard isUsed else { return components }
        var schemas = ObjectBuilder()
        schemas.add(contentsOf: .object(types))
        if usesInstanceReferences { schemas.add("InstanceReference", Self.instanceReference) }
        schemas.add("Problem", Self.problem)
        components.add("schemas", schemas.node)
        var responses = statuses.sorted().map { Node.Member("Problem\(String($0))", response($0, Self.text(of: $0))) }
        responses.append(Node.Member("Problem", response(nil, "Any other failure.")))
        components.add("responses", .object(responses))
        var parameters = ObjectBuilder()
        parameters.add(contentsOf: Self.parameters)
        if takesContext { parameters.add(contentsOf: Self.context) }
        components.add("parameters", parameters.node)
        components.add("headers", Self.headers)
        return components
    }

    /// A problem of a row of the error table.
    static func example(_ row: OpenAPIErrorRow, status: Int, detail: String) -> ObjectBuilder {
        var example = ObjectBuilder()
        example.add("type", .string(row.type))
        example.add("title", .string(row.title))
        example.add("status", .int(Int64(status)))
        example.add("detail", .string(detail))
        example.add("code", .string(row.code))
        example.add("dispatched", .string(row.dispatched))
        example.add("retryable", .bool(row.isRetryable))
        return example
    }

    // MARK: Responses

    private static func text(of status: Int) -> String {
        switch status {
        case 400: "The request can't be understood: its JSON, its types or its header fields."
        case 404: "The server has no such object or facet."
        case 413: "The request is too large."
        case 415: "The body is no JSON."
        case 500: "The server failed."
        case 501: "The server does not have the operation."
        case 502: "The request was sent, then the connection was lost or the answer was bad. It may have been executed."
        case 503: "Not executed, and safe to repeat: the server can't be reached, is overloaded or is shutting down."
        default: "The request was sent, and no answer came in time. It may have been executed."
        }
    }

    /// - Parameter status: nil for all that have no response of their own.
    private func response(_ status: Int?, _ description: String) -> Node {
        var response = ObjectBuilder()
        response.add("description", .string(description))
        if status == 503 {
            response.add("headers", ["Retry-After": ["$ref": "#/components/headers/Retry-After"]])
        }
        var content = ObjectBuilder()
        content.add("schema", Self.problemReference)
        let own = Set(Self.statuses(isOneway: false))
        let rows = errors.filter { row in
            row.code != "user_exception" && (status.map { $0 == row.status } ?? !own.contains(row.status))
        }
        if !rows.isEmpty {
            content.add(
                "examples",
                .object(
                    rows.map { row in
                        Node.Member(row.code, ["value": Self.example(row, status: row.status, detail: row.title).node])
                    }))
        }
        response.add("content", .object([Node.Member("application/problem+json", content.node)]))
        return response.node
    }

    // MARK: Schemas

    private static let instanceReference: Node = [
        "type": "object",
        "description": "An instance that stands elsewhere in the same document, where it has this `@id`.",
        "properties": ["@ref": ["type": "string"]],
        "required": ["@ref"],
        "additionalProperties": false,
    ]

    private static let problem: Node = [
        "type": "object",
        "description": "What went wrong (RFC 9457), and whether the servant ran.",
        "properties": [
            "type": ["type": "string", "format": "uri-reference"],
            "title": ["type": "string"],
            "status": ["type": "integer", "minimum": 400, "maximum": 599],
            "detail": ["type": "string"],
            "code": ["type": "string", "pattern": "^[a-z][a-z0-9_]*$", "description": "Stable; made for programs."],
            "dispatched": [
                "type": "string", "enum": ["no", "maybe", "yes"], "description": "Whether the servant ran.",
            ],
            "retryable": [
                "type": "boolean", "description": "Whether repeating the same request is safe and may help.",
            ],
            "instance": ["type": "string", "format": "uri-reference", "description": "The path of the request."],
            "exception": [
                "type": "object", "description": "The user exception: its type and all its members.",
                "properties": ["@type": ["type": "string"]], "required": ["@type"],
            ],
            "iceException": ["type": "string", "description": "The local exception, as `::Ice::TimeoutException`."],
            "replyStatus": ["type": "integer", "minimum": 0, "maximum": 255],
            "operation": ["type": "string"],
            "identity": ["type": "string"],
            "facet": ["type": "string"],
            "pointer": [
                "type": "string", "format": "json-pointer", "description": "What of the request is wrong (RFC 6901).",
            ],
        ],
        "required": ["type", "title", "status", "detail", "code", "dispatched", "retryable"],
    ]

    // MARK: Header fields

    private static let parameters: Node = [
        "Ice-Timeout-Ms": [
            "name": "Ice-Timeout-Ms", "in": "header",
            "description": "The invocation timeout in milliseconds; cut to the configured one.",
            "schema": ["type": "integer", "minimum": 1],
        ]
    ]

    private static let context: Node = [
        "Ice-Context": [
            "name": "Ice-Context", "in": "header",
            "description":
                "An entry of the request context, `key=value`, both percent-encoded. May be repeated. Keys have to be allowed by the gateway's configuration.",
            "schema": ["type": "string", "pattern": "^[^=]+="],
        ]
    ]

    private static let headers: Node = [
        "Ice-Timeout-Ms": [
            "description": "The timeout that held, when the request had asked for one.",
            "schema": ["type": "integer", "minimum": 1],
        ],
        "Retry-After": [
            "description": "Seconds after which to repeat the request.", "schema": ["type": "integer", "minimum": 0],
        ],
    ]
}
