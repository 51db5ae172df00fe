import Ice
import IceEncoding
package import OpenAPI
package import Slice
import SliceJSON

extension RouteTable {
    /// The OpenAPI document of exactly these routes.
    package func document(model: SliceModel, configuration: GatewayConfiguration) -> OpenAPIDocument {
        let configured = Dictionary(configuration.services.map { ($0.name, $0) }) { first, _ in first }
        // OpenAPI tells paths apart by their shape: the first one names the variables for all of a shape.
        var paths: [String: DocumentedPath] = [:]
        let documented = routes.map { route -> OpenAPIRoute in
            let own = DocumentedPath(route.path)
            let shown = paths[own.shape, default: own]
            paths[own.shape] = shown
            return route.documented(
                at: shown, insteadOf: own, interface: services[route.serviceIndex].interface,
                sendsDatagrams: services[route.serviceIndex].takesDatagrams,
                service: configured[route.service])
        }
        return OpenAPIDocument.make(
            info: OpenAPIInfo(
                title: services.map(\.name).joined(separator: ", "), version: "1.0.0",
                description: "ZeroC Ice objects served as JSON over HTTP by icegate."),
            routes: documented, model: model, options: OpenAPIOptions(configuration))
    }
}

/// A path template whose variables have names that generators can take.
private struct DocumentedPath {
    let path: String
    let variables: [String]
    let shape: String

    init(_ path: String) {
        let template = try? PathTemplate(path)
        shape = template?.shape ?? path
        variables = template?.variables.map(\.name) ?? []
        self.path =
            template?.segments.map { segment in
                switch segment {
                case .literal(let text): "/\(text)"
                case .variable(let name): "/{\(Self.plain(name))}"
                }
            }.joined() ?? path
    }

    /// A variable's name is never sent, so that it may be another one than the parameter's.
    static func plain(_ name: String) -> String { name.replacing(".", with: "_") }
}

extension Route {
    fileprivate func documented(
        at shown: DocumentedPath, insteadOf own: DocumentedPath, interface: ScopedName, sendsDatagrams: Bool,
        service: ServiceConfiguration?
    ) -> OpenAPIRoute {
        let variables = Dictionary(zip(own.variables, shown.variables.map(DocumentedPath.plain))) { first, _ in first }
        var route = OpenAPIRoute(
            method: method.token, path: shown.path, service: self.service, interface: interface, operation: operation,
            mode: isTwoway ? .twoway : .oneway, inputs: requests.documented(variables: variables),
            unsupportedReason: unsupportedReason)
        route.modes = modes(sendsDatagrams: sendsDatagrams).map(\.rawValue)
        route.facets = service?.facets.map(PercentEncoding.encode) ?? []
        if let authentication = service?.authentication {
            if authentication.apiKeys != nil || authentication.apiKeyList != nil { route.credentials.append(.apiKey) }
            if authentication.jwt != nil { route.credentials.append(.token) }
        }
        return route
    }

    /// What `Ice-Mode` may say.
    private func modes(sendsDatagrams: Bool) -> [ServiceConfiguration.Mode] {
        guard operation.canBeOneway else { return [] }
        return ServiceConfiguration.Mode.allCases.filter { mode in
            switch mode {
            case .twoway: !isDatagram && !isAlwaysOneway
            case .oneway, .batchOneway: true
            case .datagram, .batchDatagram: sendsDatagrams
            }
        }
    }
}

extension RouteTable.Service {
    /// Whether a datagram could get there: endpoints that a locator tells are not known before.
    fileprivate var takesDatagrams: Bool {
        let endpoints = proxy.content.endpoints
        return endpoints.isEmpty
            || endpoints.contains { if case .ip(let endpoint) = $0 { endpoint.transport == .udp } else { false } }
    }
}

extension RequestBinding {
    /// The same for the document.
    ///
    /// - Parameter variables: the names of path variables by those that the route has for them.
    fileprivate func documented(variables: [String: String]) -> RouteInputs {
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
                    name: input.name, isInPath: input.isInPath, type: input.type, isRequired: input.isRequired,
                    variable: variables[input.name])
            }, body: body, answer: answer, status: status)
    }
}

extension OpenAPIOptions {
    fileprivate init(_ configuration: GatewayConfiguration) {
        self.init(
            long: configuration.json.long == .string ? .string : .number,
            allowsUnknownMembers: configuration.json.unknownMembers == .ignore,
            proxiesIn: ProxyAcceptance(rawValue: configuration.proxies.accept.rawValue) ?? .none,
            givesProxyLinks: configuration.proxies.out == .link, contextKeys: configuration.context.allow,
            needsClientCertificate: configuration.tls?.clientCA != nil,
            limitsClients: configuration.limits.requestsPerClient > 0,
            exceptionStatuses: configuration.exceptions,
            errors: ErrorCode.allCases.map { code in
                OpenAPIErrorRow(
                    code: code.rawValue, status: code.status, type: code.problemType,
                    title: code.title, dispatched: code.dispatched.rawValue,
                    isRetryable: code.isRetryable(idempotent: false))
            })
    }
}
