import Ice
import IceEncoding
import Slice
import SliceJSON

/// Collects services and routes, and finds what can't be served together.
struct RouteTableBuilder {
    let model: SliceModel
    let plans: PlanLibrary
    /// The names of all services of the configuration, also of those that are not added because something is wrong with them.
    let names: Set<String>
    private(set) var errors: [ConfigurationError] = []
    private var services: [RouteTable.Service] = []
    private var planned: [PlannedRoute] = []
    /// Indices in ``planned`` by method and shape.
    private var places: [String: Int] = [:]
    /// By service and operation, what can be called.
    private var calls: [String: ServiceCalls] = [:]

    init(_ configuration: GatewayConfiguration, model: SliceModel, plans: PlanLibrary) {
        self.model = model
        self.plans = plans
        names = Set(configuration.services.map(\.name))
    }

    func table() -> RouteTable {
        RouteTable(services: services, routes: planned.map { ($0.template, $0.route) })
    }

    /// Adds a service with a route for every operation its interface has and the configuration allows, and those that the
    /// operations' metadata say. Its requests have the proxy's context.
    mutating func add(_ configuration: ServiceConfiguration, proxy: ObjectPrx, interface: ScopedName) {
        let source = "service '\(configuration.name)'"
        do throws(RouteFault) {
            let name = try ServiceName(configuration.name)
            guard calls[name.text] == nil else { throw RouteFault("it is defined twice") }
            let identity = try Self.identityTemplate(of: proxy, configuration, name)
            let service = RouteTable.Service(
                name: name.text, proxy: proxy, interface: interface, isTemplated: identity != nil)
            let known = ServiceCalls(
                configuration, name: name, identity: identity, service: service, index: services.count, model: model,
                plans: plans)
            errors += known.problems.map { ConfigurationError(source: source, message: $0) }
            services.append(service)
            calls[name.text] = known
            for call in known.calls { addRoutes(of: call, known) }
        } catch {
            errors.append(ConfigurationError(source: source, message: error.message))
        }
    }

    /// Adds a route of `routes:`, when all services are known.
    mutating func add(_ configuration: RouteConfiguration) {
        let origin = RouteOrigin.configuration(source: configuration.source, line: configuration.line)
        do throws(RouteFault) {
            guard let method = HTTPRequest.Method(route: configuration.method) else {
                throw RouteFault("'\(configuration.method)' is not GET, POST, PUT, PATCH or DELETE")
            }
            guard let service = calls[configuration.service] else {
                // What is wrong with it is told already.
                if names.contains(configuration.service) { return }
                throw RouteFault("there is no service '\(configuration.service)'")
            }
            guard let call = service.calls.first(where: { $0.operation.info.name == configuration.operation }) else {
                throw RouteFault(service.whyUnknown(configuration.operation))
            }
            var binding = RouteBinding(configuration)
            binding.successStatus =
                binding.successStatus ?? (try? RouteMetadata(call.operation))?.binding.successStatus
            add(
                try PlannedRoute(
                    method: method, template: try PathTemplate(configuration.path), binding: binding, call: call,
                    service: service, origin: origin, model: model))
        } catch {
            errors.append(origin.error(error.message))
        }
    }

    private mutating func addRoutes(of call: Route.Call, _ service: ServiceCalls) {
        do throws(RouteMetadata.Fault) {
            let metadata = try RouteMetadata(call.operation)
            for directive in [nil] + metadata.routes.map(Optional.init) {
                let origin = directive.map { RouteOrigin.metadata($0.location) } ?? .service(service.name.text)
                do throws(RouteFault) {
                    let path = try directive.map { directive throws(RouteFault) in try PathTemplate(directive.path) }
                    add(
                        try PlannedRoute(
                            method: directive?.method ?? .post,
                            template: path ?? service.name.path.appending(call.operation.info.name),
                            binding: directive == nil ? metadata.plainBinding : metadata.binding, call: call,
                            service: service, origin: origin, model: model))
                } catch {
                    errors.append(origin.error(error.message))
                }
            }
        } catch {
            errors.append(RouteOrigin.metadata(error.location).error(error.message))
        }
    }

    /// Of two routes for one operation at one place that of the configuration counts, then that of the metadata.
    private mutating func add(_ new: PlannedRoute) {
        guard let index = places[new.place] else {
            places[new.place] = planned.count
            planned.append(new)
            return
        }
        let old = planned[index]
        guard old.isOfSameOperation(as: new) else {
            errors.append(
                new.origin.error("\(new.description) is at the same place as \(old.description), \(old.origin.text)"))
            return
        }
        if old.origin.rank < new.origin.rank {
            planned[index] = new
        } else if old.route.binding != new.route.binding {
            errors.append(
                new.origin.error("\(new.description) is there already, \(old.origin.text), and says otherwise"))
        }
    }

    /// Nil when the name is no template.
    private static func identityTemplate(
        of proxy: ObjectPrx, _ configuration: ServiceConfiguration, _ name: ServiceName
    ) throws(RouteFault) -> IdentityTemplate? {
        let identity = proxy.ice_getIdentity()
        let inside = IdentityTemplate.names(in: identity.category) + IdentityTemplate.names(in: identity.name)
        if let outside = IdentityTemplate.names(in: configuration.proxy).first(where: { !name.variables.contains($0) })
        {
            throw RouteFault("the proxy has the variable {\(outside)}, the service's name has not")
        }
        guard inside.sorted() == IdentityTemplate.names(in: configuration.proxy).sorted() else {
            throw RouteFault("a variable may be in the identity of the proxy only")
        }
        return name.variables.isEmpty ? nil : try IdentityTemplate(identity, variables: name.variables)
    }
}
