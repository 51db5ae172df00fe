package import Slice

/// From where a route takes its operation's parameters, and what its answers are.
package struct RouteInputs: Sendable {
    /// A value in the path or in the query.
    package struct Parameter: Sendable {
        /// The in-parameter; dotted for a member of a struct: `filter.name`.
        package var name: String
        package var isInPath: Bool
        package var type: SliceType
        /// Those in a path always are.
        package var isRequired: Bool
        /// The variable of the path, which may have another name: it is never sent.
        package var variable: String?

        package init(name: String, isInPath: Bool, type: SliceType, isRequired: Bool, variable: String? = nil) {
            self.name = name
            self.variable = variable
            self.isInPath = isInPath
            self.type = type
            self.isRequired = isRequired
        }
    }

    package enum Body: Sendable, Hashable {
        case none
        /// One object of these in-parameters.
        case members([String])
        /// The value of one.
        case parameter(String)
        /// The bytes of one: `application/octet-stream`.
        case bytes(String)
    }

    package enum Answer: Sendable, Hashable {
        /// The object of all results.
        case object
        /// The value of one: `returnValue` or an out-parameter.
        case member(String)
        /// Its bytes: `application/octet-stream`.
        case bytes(String)
    }

    package var parameters: [Parameter]
    package var body: Body
    package var answer: Answer
    /// Of a twoway call that succeeds; 204 has no body.
    package var status: Int

    package init(parameters: [Parameter] = [], body: Body, answer: Answer = .object, status: Int = 200) {
        self.parameters = parameters
        self.body = body
        self.answer = answer
        self.status = status
    }

    /// Of a route whose body is one object of all in-parameters.
    package init(_ operation: Operation) { self.init(body: .members(operation.inParameters.map(\.info.name))) }
}
