import Slice

extension RouteBinding {
    /// What one entry of `routes:` says.
    init(_ configuration: RouteConfiguration) {
        self.init()
        fixedArguments = configuration.arguments
        bodyParameter = configuration.body
        rawBodyParameter = configuration.rawBody
        responseBody = configuration.responseBody
        successStatus = configuration.status
    }

    /// Whether every name is one of the operation, and no parameter has two sources.
    func check(_ operation: Operation, path: PathTemplate, _ model: SliceModel) throws(RouteFault) {
        let name = operation.info.name
        for variable in pathVariables where !Self.isParameter(variable.name, of: operation, model) {
            throw RouteFault("{\(variable.name)} in path '\(path)' is no in-parameter of operation '\(name)'")
        }
        for parameter in fixedArguments.keys.sorted() where !operation.has(parameter) {
            throw RouteFault("'\(parameter)' in arguments is no in-parameter of operation '\(name)'")
        }
        if let bodyParameter, !operation.has(bodyParameter) {
            throw RouteFault("the body '\(bodyParameter)' is no in-parameter of operation '\(name)'")
        }
        if let responseBody, !operation.results.contains(responseBody) {
            throw RouteFault("the response body '\(responseBody)' is no result of operation '\(name)'")
        }
        if let rawBodyParameter, !operation.has(rawBodyParameter), !operation.results.contains(rawBodyParameter) {
            throw RouteFault("the raw body '\(rawBodyParameter)' is no parameter or result of operation '\(name)'")
        }
        let bodies = [bodyParameter, rawBodyParameter.flatMap { operation.has($0) ? $0 : nil }].compactMap(\.self)
        var seen: Set<String> = []
        for source in pathVariables.map(\.name) + fixedArguments.keys.sorted() + bodies
        where !seen.insert(source).inserted {
            throw RouteFault("parameter '\(source)' of operation '\(name)' is bound twice")
        }
    }

    /// `number`, or `employee.number`.
    private static func isParameter(_ name: String, of operation: Operation, _ model: SliceModel) -> Bool {
        let parts = name.split(separator: ".").map(String.init)
        guard let parameter = operation.inParameters.first(where: { $0.info.name == parts.first }) else { return false }
        var type = parameter.type
        for part in parts.dropFirst() {
            guard case .structure(let structure) = type,
                let member = model.structs[structure]?.members.first(where: { $0.info.name == part })
            else { return false }
            type = member.type
        }
        return true
    }
}

extension Operation {
    /// Whether there is an in-parameter of that name.
    fileprivate func has(_ parameter: String) -> Bool { inParameters.contains { $0.info.name == parameter } }

    /// The members of the result object.
    fileprivate var results: [String] { (result == nil ? [] : ["returnValue"]) + outParameters.map(\.info.name) }
}
