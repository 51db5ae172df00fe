/// What operations share: schemas of the gateway's own, responses for errors, header fields. Only what is used is written.
struct SharedComponents {
    private let options: OpenAPIOptions
    private var schemas: Set<OwnSchema> = []
    private var problems: Set<Int> = []
    private var hasDefault = false
    private var requestFields: Set<HeaderField> = []
    private var answerFields: Set<AnswerField> = []
    private var credentials: Set<OpenAPIRoute.Credential> = []

    init(_ options: OpenAPIOptions) { self.options = options }

    // MARK: Uses

    mutating func reference(_ schema: OwnSchema) -> Node {
        schemas.insert(schema)
        return schema.reference
    }

    mutating func parameter(_ field: HeaderField) -> Node {
        requestFields.insert(field)
        return field.reference
    }

    mutating func headers(_ fields: AnswerField...) -> Node {
        answerFields.formUnion(fields)
        return .object(fields.map(\.member))
    }

    /// The response for an error of this status that the error table has; nil: for all others.
    mutating func problem(_ status: Int?) -> Node {
        schemas.insert(.problem)
        switch status {
        case 401: answerFields.insert(.challenge)
        case 429, 503: answerFields.insert(.retryAfter)
        default: break
        }
        if let status { problems.insert(status) } else { hasDefault = true }
        return ["$ref": .string("#/components/responses/Problem\(status.map(String.init) ?? "")")]
    }

    /// `security` of operations: one of the alternatives is needed.
    ///
    /// - Parameter alternatives: nil for callers who need not show who they are; empty: the same.
    mutating func security(_ alternatives: [OpenAPIRoute.Credential?]) -> Node? {
        credentials.formUnion(alternatives.compactMap(\.self))
        let certificate = options.needsClientCertificate ? [Node.Member("clientCertificate", [])] : []
        let alternatives = alternatives.isEmpty ? [nil] : alternatives
        guard options.needsClientCertificate || alternatives != [nil] else { return nil }
        return .array(
            alternatives.map { .object(certificate + ($0.map { [Node.Member($0.rawValue, [])] } ?? [])) })
    }

    // MARK: Components

    func components(types: [Node.Member]) -> ObjectBuilder {
        var components = ObjectBuilder()
        let own = OwnSchema.allCases.filter(schemas.contains).map { Node.Member($0.rawValue, $0.schema) }
        Self.add("schemas", types + own, to: &components)
        var responses = problems.sorted().map { Node.Member("Problem\(String($0))", ProblemResponse(options).node($0)) }
        if hasDefault { responses.append(Node.Member("Problem", ProblemResponse(options).node(nil))) }
        Self.add("responses", responses, to: &components)
        let parameters = HeaderField.allCases.filter(requestFields.contains).map { field in
            Node.Member(field.rawValue, field.parameter(contextKeys: options.contextKeys))
        }
        Self.add("parameters", parameters, to: &components)
        let headers = AnswerField.allCases.filter(answerFields.contains).map { Node.Member($0.rawValue, $0.header) }
        Self.add("headers", headers, to: &components)
        Self.add("securitySchemes", securitySchemes, to: &components)
        return components
    }

    private static func add(_ name: String, _ members: [Node.Member], to components: inout ObjectBuilder) {
        if !members.isEmpty { components.add(name, .object(members)) }
    }

    private var securitySchemes: [Node.Member] {
        var schemes: [Node.Member] = []
        if credentials.contains(.apiKey) {
            let key: Node = [
                "type": "apiKey", "name": "X-API-Key", "in": "header",
                "description": "Taken as `Authorization: Bearer KEY`, too.",
            ]
            schemes.append(Node.Member(OpenAPIRoute.Credential.apiKey.rawValue, key))
        }
        if credentials.contains(.token) {
            schemes.append(
                Node.Member(
                    OpenAPIRoute.Credential.token.rawValue,
                    ["type": "http", "scheme": "bearer", "bearerFormat": "JWT"]))
        }
        if options.needsClientCertificate {
            schemes.append(
                Node.Member(
                    "clientCertificate",
                    ["type": "mutualTLS", "description": "A certificate of an authority that the gateway trusts."]))
        }
        return schemes
    }
}
