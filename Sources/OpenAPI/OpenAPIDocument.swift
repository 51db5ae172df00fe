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
        let routes = routes.filter { $0.unsupportedReason == nil }
        var builder = DocumentBuilder(routes, model: model, options: options)
        for route in routes { builder.add(route) }
        builder.addInvocations(of: routes)
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
