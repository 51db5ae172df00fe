package import OpenAPI
package import Slice
import SliceJSON

extension RouteTable {
    /// The OpenAPI document of exactly these routes.
    package func document(model: SliceModel, configuration: GatewayConfiguration) -> OpenAPIDocument {
        // OpenAPI tells paths apart by their shape: the first one names the variables for all of a shape.
        var names: [String: String] = [:]
        let paths = routes.map { route -> String in
            let shape = (try? PathTemplate(route.path))?.shape ?? route.path
            let path = names[shape, default: route.path]
            names[shape] = path
            return path
        }
        return OpenAPIDocument.make(
            info: OpenAPIInfo(
                title: services.map(\.name).joined(separator: ", "), version: "1.0.0",
                description: "ZeroC Ice objects served as JSON over HTTP by icegate."),
            routes: zip(routes, paths).map { route, path in
                OpenAPIRoute(
                    method: route.method.token, path: path, service: route.service,
                    interface: services[route.serviceIndex].interface, operation: route.operation,
                    mode: route.isTwoway ? .twoway : .oneway, inputs: route.requests.documented,
                    unsupportedReason: route.unsupportedReason)
            }, model: model, options: OpenAPIOptions(configuration))
    }
}

extension RequestBinding {
    /// The same for the document.
    fileprivate var documented: RouteInputs {
        let body: RouteInputs.Body =
            switch arguments.body {
            case .parameter(let name): .parameter(name)
            case .raw(let name): .bytes(name)
            case .rest: .members(arguments.bodyParameters)
            case .none, .optional: arguments.bodyParameters.isEmpty ? .none : .members(arguments.bodyParameters)
            }
        let answer: RouteInputs.Answer =
            switch answer {
            case .object: .object
            case .member(_, let name): .member(name)
            case .bytes(_, let name): .bytes(name)
            }
        return RouteInputs(
            parameters: arguments.inputs.map { input in
                RouteInputs.Parameter(
                    name: input.name, isInPath: input.isInPath, type: input.type, isRequired: input.isRequired)
            }, body: body, answer: answer, status: status)
    }
}

extension OpenAPIOptions {
    fileprivate init(_ configuration: GatewayConfiguration) {
        self.init(
            long: configuration.json.long == .string ? .string : .number,
            allowsUnknownMembers: configuration.json.unknownMembers == .ignore,
            hasProxyLinks: configuration.proxies.hasLinks, takesContext: !configuration.context.allow.isEmpty,
            exceptionStatuses: configuration.exceptions,
            errors: ErrorCode.allCases.map { code in
                OpenAPIErrorRow(
                    code: code.rawValue, status: code.status, type: code.problemType,
                    title: code.title, dispatched: code.dispatched.rawValue,
                    isRetryable: code.isRetryable(idempotent: false))
            })
    }
}
