/// The responses for errors that operations share.
struct ProblemResponse {
    private let options: OpenAPIOptions

    init(_ options: OpenAPIOptions) { self.options = options }

    /// The statuses of errors that an operation can answer with. What the HTTP layer refuses, or what nobody would do on purpose, is
    /// the default response's.
    static func statuses(of route: OpenAPIRoute, _ options: OpenAPIOptions) -> [Int] {
        var statuses = [400, 403, 406, 503]
        if !route.credentials.isEmpty { statuses.append(401) }
        if options.limitsClients { statuses.append(429) }
        if route.inputs.body != .none { statuses += [413, 415] }
        if route.takesIdempotencyKey { statuses.append(422) }
        // A oneway call is over once it is sent: what may come after that can't be answered.
        if route.mode == .twoway { statuses += [404, 500, 501, 502, 504] }
        return statuses
    }

    /// Statuses that have a response of their own somewhere.
    private static let own: Set<Int> = [400, 401, 403, 404, 406, 409, 413, 415, 422, 429, 500, 501, 502, 503, 504]

    private static func text(of status: Int) -> String {
        switch status {
        case 400: "The request can't be understood: its JSON, its types or its header fields."
        case 401: "The service has to know who calls."
        case 403: "The server refused the call, or the page that made the request may not."
        case 404: "The server has no such object or facet."
        case 406: "`Accept` takes nothing that there is."
        case 409: "The invocation was cancelled."
        case 413: "The request is too large."
        case 415: "The body is no JSON."
        case 422: "The `Idempotency-Key` came with another request before."
        case 429: "The client has too many requests that are not answered."
        case 500: "The server failed."
        case 501: "The server does not have the operation."
        case 502: "The request was sent, then the connection was lost or the answer was bad. It may have been executed."
        case 503: "Not executed, and safe to repeat: the server can't be reached, is overloaded or is shutting down."
        default: "The request was sent, and no answer came in time. It may have been executed."
        }
    }

    /// - Parameter status: nil for all that have no response of their own.
    func node(_ status: Int?) -> Node {
        var response = ObjectBuilder()
        response.add("description", .string(status.map(Self.text) ?? "Any other failure."))
        switch status {
        case 401: response.add("headers", .object([AnswerField.challenge.member]))
        case 429, 503: response.add("headers", .object([AnswerField.retryAfter.member]))
        default: break
        }
        var content = ObjectBuilder()
        content.add("schema", OwnSchema.problem.reference)
        let rows = options.errors.filter { row in
            row.code != "user_exception" && (status.map { $0 == row.status } ?? !Self.own.contains(row.status))
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
}

extension OpenAPIRoute {
    /// Whether a repeated request can be told from a new one; of a GET nobody needs to know.
    var takesIdempotencyKey: Bool { method != "GET" && method != "HEAD" }

    /// Whether a body may have the arguments of several calls.
    var takesBatches: Bool {
        if case .members = inputs.body { takesIdempotencyKey } else { false }
    }
}
