/// How a route's requests become arguments and its results become bodies, beyond one object of arguments and one of results.
package struct RouteBinding: Sendable, Hashable {
    /// A segment of the path that is an argument.
    package struct PathVariable: Sendable, Hashable {
        /// The in-parameter; dotted, `employee.number`, for a member of a struct.
        package var name: String
        /// The segment's place in the path, from 0.
        package var segment: Int

        package init(name: String, segment: Int) {
            self.name = name
            self.segment = segment
        }
    }

    /// In the order of the path; without the variables of a templated service, which are no arguments.
    package var pathVariables: [PathVariable] = []
    /// Values of in-parameters that clients can't give, as JSON text.
    package var fixedArguments: [String: String] = [:]
    /// The in-parameter that the whole body is the value of.
    package var bodyParameter: String?
    /// The `sequence<byte>` that is a body as it is, `application/octet-stream`: an in-parameter or a member of the result.
    package var rawBodyParameter: String?
    /// The member of the result that is the whole answer, as `returnValue`.
    package var responseBody: String?
    /// Of a twoway call that succeeds, 200…299; nil is 200.
    package var successStatus: Int?

    /// Of a route whose body is one object of arguments.
    package init() {}
}
