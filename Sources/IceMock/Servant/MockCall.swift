public import Ice

/// A call that reached a ``SliceServant``.
public struct MockCall: Sendable, Hashable {
    /// The type id of the servant's interface.
    public var interface: String
    /// The operation.
    public var operation: String
    /// An object of the in-parameters.
    public var parameters: JSONValue
    /// The object that was called.
    public var identity: Identity
    /// The facet that was called; empty for the default one.
    public var facet: String
    /// How the client may repeat it.
    public var mode: OperationMode
    /// The request context.
    public var context: [String: String]
    /// Whether nobody waits for an answer.
    public var isOneway: Bool
    /// How many calls this operation of the servant has had, this one included.
    public var count: Int

    /// A parameter; nil when it is not set, or there is none of that name.
    public subscript(parameter: String) -> JSONValue? { parameters[parameter] }

    init(_ current: Current, interface: String, parameters: JSONValue, count: Int) {
        self.interface = interface
        self.parameters = parameters
        self.count = count
        operation = current.operation
        identity = current.id
        facet = current.facet
        mode = current.mode
        context = current.ctx
        isOneway = current.requestId == 0
    }
}

extension MockCall {
    // MARK: As JSON

    /// The call as an object of one line: `interface`, `operation`, `identity`, `parameters`, and where there is something to say
    /// `facet`, `context` and `oneway`.
    public var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("interface", .string(interface)), .init("operation", .string(operation)),
            .init("identity", .string("\(identity)")),
        ]
        if !facet.isEmpty { members.append(.init("facet", .string(facet))) }
        if !context.isEmpty {
            let entries = context.sorted { $0.key < $1.key }
            members.append(.init("context", .object(entries.map { .init($0.key, .string($0.value)) })))
        }
        if isOneway { members.append(.init("oneway", true)) }
        members.append(.init("parameters", parameters))
        return .object(members)
    }

    /// Reads what ``json`` made; other members are ignored, so that lines of `icegate mock --record` are taken, too.
    ///
    /// - Throws: ``MockFailure`` when it is no recorded call.
    public init(_ json: JSONValue) throws(MockFailure) {
        guard let interface = json["interface"]?.string, let operation = json["operation"]?.string,
            let parameters = json["parameters"]
        else { throw MockFailure("a recorded call has 'interface', 'operation' and 'parameters'") }
        self.interface = interface
        self.operation = operation
        self.parameters = parameters
        do throws(LocalException) {
            identity = try Identity(parsing: json["identity"]?.string ?? "mock")
        } catch {
            throw MockFailure(error.message)
        }
        facet = json["facet"]?.string ?? ""
        mode = .normal
        context = [:]
        if case .object(let entries)? = json["context"] {
            for entry in entries { context[entry.name] = entry.value.string }
        }
        isOneway = json["oneway"]?.bool ?? false
        count = 0
    }
}
