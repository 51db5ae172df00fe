/// The header fields of requests and answers that the gateway knows.
enum HeaderField: String, CaseIterable {
    case timeout = "Ice-Timeout-Ms"
    case context = "Ice-Context"
    case prefer = "Prefer"
    case wait = "Prefer-Wait"
    case idempotencyKey = "Idempotency-Key"

    var reference: Node { ["$ref": .string("#/components/parameters/\(rawValue)")] }

    /// As a parameter of an operation.
    ///
    /// - Parameter contextKeys: those that clients may give.
    func parameter(contextKeys: [String]) -> Node {
        switch self {
        case .timeout:
            Self.parameter(
                rawValue, "The invocation timeout in milliseconds; cut to the configured one.",
                ["type": "integer", "minimum": 1])
        case .context:
            Self.parameter(
                rawValue,
                "An entry of the request context, `key=value`, both percent-encoded; several have commas between them. Keys are "
                    + contextKeys.map { "`\($0)`" }.joined(separator: ", ") + ".",
                ["type": "string", "pattern": "^[^=,]+="])
        case .prefer:
            Self.parameter(
                rawValue,
                "`respond-async`: an answer at once, with where to get the result; with `wait=10` behind a comma only when the result isn't there in 10 seconds.",
                ["type": "string"])
        case .wait:
            Self.parameter(
                "Prefer", "`wait=10`: an answer when the call is over, or after 10 seconds.", ["type": "string"])
        case .idempotencyKey:
            Self.parameter(
                rawValue,
                "A repeated request with the same key is answered as the first one was, and is not executed again.",
                ["type": "string", "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"])
        }
    }

    private static func parameter(_ name: String, _ description: String, _ schema: Node) -> Node {
        ["name": .string(name), "in": "header", "description": .string(description), "schema": schema]
    }
}

/// The header fields of answers.
enum AnswerField: String, CaseIterable {
    case timeout = "Ice-Timeout-Ms"
    case replayed = "Idempotent-Replayed"
    case location = "Location"
    case preferenceApplied = "Preference-Applied"
    case retryAfter = "Retry-After"
    case challenge = "WWW-Authenticate"

    var member: Node.Member { Node.Member(rawValue, ["$ref": .string("#/components/headers/\(rawValue)")]) }

    var header: Node {
        switch self {
        case .timeout:
            [
                "description": "The timeout that held, when the request had asked for one.",
                "schema": ["type": "integer", "minimum": 1],
            ]
        case .replayed:
            [
                "description": "The answer is that of an earlier request with the same `Idempotency-Key`.",
                "schema": ["type": "string", "const": "true"],
            ]
        case .location: Self.text("The invocation.", ["type": "string", "format": "uri-reference"])
        case .preferenceApplied: Self.text("What of `Prefer` was done.", ["type": "string"])
        case .retryAfter: Self.text("Seconds after which to repeat the request.", ["type": "integer", "minimum": 0])
        case .challenge: Self.text("What the service needs (RFC 9110, RFC 6750).", ["type": "string"])
        }
    }

    private static func text(_ description: String, _ schema: Node) -> Node {
        ["description": .string(description), "schema": schema]
    }
}
