/// Values by the methods that routes can have.
struct MethodTable<Value: Sendable>: Sendable {
    private var values: [(method: HTTPRequest.Method, value: Value)] = []

    subscript(method: HTTPRequest.Method) -> Value? {
        get {
            for entry in values where entry.method == method { return entry.value }
            return nil
        }
        set {
            values.removeAll { $0.method == method }
            if let newValue { values.append((method, newValue)) }
        }
    }

    var methods: MethodSet { values.reduce(into: MethodSet()) { $0.insert($1.method) } }
}

/// Methods that a path takes. GET has HEAD with it.
struct MethodSet: Hashable, Sendable {
    private static let order: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete]
    private var methods: Set<HTTPRequest.Method> = []

    init() {}

    init(_ methods: HTTPRequest.Method...) { methods.forEach { insert($0) } }

    var isEmpty: Bool { methods.isEmpty }

    mutating func insert(_ method: HTTPRequest.Method) {
        methods.insert(method)
        if method == .get { methods.insert(.head) }
    }

    mutating func formUnion(_ other: MethodSet) { methods.formUnion(other.methods) }

    func contains(_ method: HTTPRequest.Method) -> Bool { methods.contains(method) }

    func contains(where isWanted: (HTTPRequest.Method) -> Bool) -> Bool { methods.contains(where: isWanted) }

    /// The value of `Allow`, as `GET, HEAD, POST`.
    var allow: String { Self.order.filter(methods.contains).map(\.token).joined(separator: ", ") }
}

extension HTTPRequest.Method {
    /// As on the wire; empty for ``other``.
    package var token: String {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .other: ""
        }
    }

    /// One that a route can have, as ``RouteConfiguration/method`` and metadata spell it.
    init?(route token: String) {
        let methods: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete]
        guard let method = methods.first(where: { $0.token == token.uppercased() }) else { return nil }
        self = method
    }
}
