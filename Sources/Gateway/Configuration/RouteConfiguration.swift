/// One entry of `routes:`: a REST route to an operation whose Slice one may not edit.
package struct RouteConfiguration: Sendable, Hashable {
    /// In upper case: GET, POST, PUT, PATCH or DELETE.
    package var method: String
    /// A template, as `/servers/{id}/channels`.
    package var path: String
    /// The name of a service, itself maybe a template.
    package var service: String
    package var operation: String
    /// The success status; nil: what the operation's metadata or mode say.
    package var status: Int?
    /// The parameter that the whole body is bound to.
    package var body: String?
    /// The member of the result that is the whole answer, as `returnValue`.
    package var responseBody: String?
    /// The `sequence<byte>` parameter or result that is sent as it is, `application/octet-stream`.
    package var rawBody: String?
    /// Fixed values of parameters, as JSON text.
    package var arguments: [String: String] = [:]
    /// The configuration file.
    package var file: String?
    /// Where it stands in the configuration file.
    package var line: Int?

    /// Where it comes from, for messages.
    var source: String { file ?? "routes" }

    package init(method: String, path: String, service: String, operation: String) {
        self.method = method
        self.path = path
        self.service = service
        self.operation = operation
    }
}
