package import Slice

/// An OpenAPI 3.1 document of what a gateway serves. The same input gives the same bytes.
package struct OpenAPIDocument: Sendable, Hashable {
    package let root: Node

    /// Describes the routes that can be called, and of the model only what they reach.
    ///
    /// Routes with an ``OpenAPIRoute/unsupportedReason`` are left out, and the second of two with one path and method.
    package static func make(
        info: OpenAPIInfo, routes: [OpenAPIRoute], model: SliceModel, options: OpenAPIOptions = OpenAPIOptions()
    ) -> OpenAPIDocument {
        var builder = DocumentBuilder(model: model, options: options)
        for route in routes where route.unsupportedReason == nil { builder.add(route) }
        return OpenAPIDocument(root: builder.document(info))
    }

    /// The document as JSON, indented, with a line end at the end.
    package func json() -> String { root.json }

    /// The document as YAML 1.2 in block style, with a line end at the end.
    package func yaml() -> String { root.yaml }
}

/// What a document says of itself.
package struct OpenAPIInfo: Sendable {
    package var title: String
    /// Of the API, not of OpenAPI.
    package var version: String
    package var description: String?
    /// Where it is served, as `http://localhost:8080`.
    package var serverURL: String?

    package init(title: String, version: String, description: String? = nil, serverURL: String? = nil) {
        self.title = title
        self.version = version
        self.description = description
        self.serverURL = serverURL
    }
}

/// How the gateway is set up, as far as clients see it.
package struct OpenAPIOptions: Sendable {
    package enum LongFormat: Sendable {
        /// Decimal strings.
        case string
        case number
    }

    package var long: LongFormat
    /// Whether objects in requests may have members that Slice does not know.
    package var allowsUnknownMembers: Bool
    /// Whether proxies may be links, in results or in requests.
    package var hasProxyLinks: Bool
    /// Whether requests may have `Ice-Context`.
    package var takesContext: Bool
    /// HTTP statuses of user exceptions by type ID; that of the nearest base counts, 422 without any.
    package var exceptionStatuses: [String: Int]
    /// The rows of the error table, shown as examples of the shared responses; may be empty.
    package var errors: [OpenAPIErrorRow]

    package init(
        long: LongFormat = .string, allowsUnknownMembers: Bool = false, hasProxyLinks: Bool = false,
        takesContext: Bool = true, exceptionStatuses: [String: Int] = [:], errors: [OpenAPIErrorRow] = []
    ) {
        self.long = long
        self.allowsUnknownMembers = allowsUnknownMembers
        self.hasProxyLinks = hasProxyLinks
        self.takesContext = takesContext
        self.exceptionStatuses = exceptionStatuses
        self.errors = errors
    }
}

/// One row of the gateway's error table.
package struct OpenAPIErrorRow: Sendable {
    /// The stable code, as `connection_refused`.
    package var code: String
    package var status: Int
    /// The problem type, a URI.
    package var type: String
    package var title: String
    /// `no`, `maybe` or `yes`.
    package var dispatched: String
    /// For an operation that is not idempotent.
    package var isRetryable: Bool

    package init(code: String, status: Int, type: String, title: String, dispatched: String, isRetryable: Bool) {
        self.code = code
        self.status = status
        self.type = type
        self.title = title
        self.dispatched = dispatched
        self.isRetryable = isRetryable
    }
}
