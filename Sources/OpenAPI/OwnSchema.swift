/// The schemas of what the gateway itself says, besides what Slice tells.
enum OwnSchema: String, CaseIterable {
    case sent = "Sent"
    case invocation = "Invocation"
    case problem = "Problem"

    var reference: Node { ["$ref": .string("#/components/schemas/\(rawValue)")] }

    var schema: Node {
        switch self {
        case .sent: Self.sentSchema
        case .invocation: Self.invocationSchema
        case .problem: Self.problemSchema
        }
    }

    private static let sentSchema: Node = [
        "type": "object",
        "description": "The request was sent; nobody answers it.",
        "properties": [
            "sent": ["type": "boolean", "const": true],
            "count": ["type": "integer", "minimum": 0, "description": "Of the calls, after a batch."],
        ],
        "required": ["sent"],
        "additionalProperties": false,
    ]

    private static let invocationSchema: Node = [
        "type": "object",
        "description": "A call that outlives its request.",
        "properties": [
            "id": ["type": "string"],
            "service": ["type": "string"],
            "operation": ["type": "string"],
            "state": [
                "type": "string", "enum": ["running", "succeeded", "failed", "cancelled"],
                "description": "`failed`: the result is a problem.",
            ],
            "sent": ["type": "boolean", "description": "Whether the request was handed to the system completely."],
            "sentSynchronously": ["type": "boolean", "description": "Whether it was without having to wait."],
            "created": ["type": "string", "format": "date-time"],
            "finished": ["type": "string", "format": "date-time"],
            "expires": ["type": "string", "format": "date-time", "description": "Kept until then at most."],
            "status": ["type": "integer", "minimum": 200, "maximum": 599, "description": "Of the result."],
            "detail": ["type": "string"],
            "links": [
                "type": "object",
                "properties": ["self": ["type": "string"], "result": ["type": "string"]],
                "required": ["self", "result"],
            ],
        ],
        "required": ["id", "service", "operation", "state", "sent", "sentSynchronously", "created", "links"],
    ]

    private static let problemSchema: Node = [
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
}
