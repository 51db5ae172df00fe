package import Slice

/// One operation of one service at its place.
package struct OpenAPIRoute: Sendable {
    package enum Mode: String, Sendable {
        case twoway, oneway
    }

    /// By what a client may show who it is.
    package enum Credential: String, Sendable, CaseIterable {
        /// In `X-API-Key`.
        case apiKey
        /// A JSON Web Token in `Authorization`.
        case token
    }

    /// As `POST`.
    package var method: String
    /// As `/greeter/greet`; `{x}` is a path parameter.
    package var path: String
    package var service: String
    /// The service's interface; the operation may come from one of its bases.
    package var interface: ScopedName
    package var operation: Operation
    package var mode: Mode
    package var inputs: RouteInputs
    /// What `Ice-Mode` may say; empty where there is no choice.
    package var modes: [String] = []
    /// What `Ice-Facet` may say, percent-encoded.
    package var facets: [String] = []
    /// One of them is needed; empty: everybody may call.
    package var credentials: [Credential] = []
    /// Why it can't be called; nil when it can.
    package var unsupportedReason: String?

    /// - Parameter inputs: nil: the body is one object of all in-parameters.
    package init(
        method: String, path: String, service: String, interface: ScopedName, operation: Operation,
        mode: Mode = .twoway, inputs: RouteInputs? = nil, unsupportedReason: String? = nil
    ) {
        self.method = method
        self.path = path
        self.service = service
        self.interface = interface
        self.operation = operation
        self.mode = mode
        self.inputs = inputs ?? RouteInputs(operation)
        self.unsupportedReason = unsupportedReason
    }
}
