import Slice
import SliceJSON

/// A route before it is known whether it can stand beside the others.
struct PlannedRoute {
    let route: Route
    let template: PathTemplate
    let origin: RouteOrigin

    /// - Parameter binding: without path variables.
    init(
        method: HTTPRequest.Method, template: PathTemplate, binding: RouteBinding, call: Route.Call,
        service: ServiceCalls, origin: RouteOrigin, model: SliceModel
    ) throws(RouteFault) {
        self.template = template
        self.origin = origin
        if case .literal(let first)? = template.segments.first, ServiceName.reserved.contains(first) {
            throw RouteFault("path '\(template)' is under /\(first), which is reserved")
        }
        var binding = binding
        var segments: [Int] = []
        for variable in service.name.variables {
            guard let found = template.variables.first(where: { $0.name == variable }) else {
                throw RouteFault(
                    "path '\(template)' has not the variable {\(variable)} of service '\(service.name.text)'")
            }
            segments.append(found.segment)
        }
        binding.pathVariables = template.variables.filter { !service.name.variables.contains($0.name) }
            .map { RouteBinding.PathVariable(name: $0.name, segment: $0.segment) }
        try binding.check(call.operation, path: template, model)
        let requests: RequestBinding
        do throws(ArgumentBinding.Problem) {
            requests = try RequestBinding(
                binding, method: method, operation: call.operation, model: model, plan: call.plan)
        } catch {
            throw RouteFault("\(method.token) \(template): \(error.message)")
        }
        route = Route(
            call, method: method, path: "\(template)", binding: binding, requests: requests,
            variables: service.identity.map { Route.ObjectVariables(identity: $0, segments: segments) })
    }

    /// The same for two that no request can tell apart.
    var place: String { "\(route.method.token) \(template.shape)" }

    func isOfSameOperation(as other: PlannedRoute) -> Bool {
        route.service == other.route.service && route.operation.info.name == other.route.operation.info.name
    }

    var description: String {
        "\(route.method.token) \(template) of operation '\(route.operation.info.name)' of service '\(route.service)'"
    }
}
