package import Ice
import IceEncoding
package import Slice
package import SliceJSON

/// All services and their routes: built once from configuration and Slice, then read by every loop.
package struct RouteTable: Sendable {
    package struct Service: Sendable {
        package let name: String
        package let proxy: ObjectPrx
        package let interface: ScopedName
    }

    package private(set) var services: [Service] = []
    /// In the order of the services, operations in Slice order, bases first.
    package private(set) var routes: [Route] = []
    private var paths = PathTable<Route>()

    /// First path segments that are the gateway's own.
    static let reservedNames: Set<String> = [
        "livez", "readyz", "metrics", "openapi.json", "openapi.yaml", "docs", "invocations",
    ]

    package init() {}

    /// Adds a service with a route for every operation its interface has and the configuration allows. Its requests
    /// have the proxy's context.
    ///
    /// - Returns: what is wrong with it; empty when it was added.
    package mutating func add(
        _ configuration: ServiceConfiguration, proxy: ObjectPrx, interface: ScopedName, model: SliceModel,
        plans: PlanLibrary
    ) -> [String] {
        let name = configuration.name
        if let problem = Self.problem(withName: name) { return [problem] }
        if services.contains(where: { $0.name == name }) { return ["it is defined twice"] }
        let all = model.allOperations(of: interface)
        let operations = all.filter { configuration.allows($0.info.name) }
        let isOneway = configuration.mode != .twoway || !proxy.ice_isTwoway()
        let isBatch = configuration.mode.isBatch || proxy.ice_isBatchOneway() || proxy.ice_isBatchDatagram()
        let context = RequestContext(proxy.ice_getContext())
        var problems: [String] = []
        for missing in configuration.oneway where !operations.contains(where: { $0.info.name == missing }) {
            problems.append("'\(missing)' in oneway is not an operation of \(interface), or not an allowed one")
        }
        // A misspelt name would expose what was to be denied.
        for (key, patterns) in [
            ("allow", configuration.allowedOperations), ("deny", configuration.deniedOperations),
        ] {
            for name in patterns where !name.hasSuffix("*") && !all.contains(where: { $0.info.name == name }) {
                problems.append("'\(name)' in operations.\(key) is not an operation of \(interface)")
            }
        }
        for operation in operations {
            guard let plan = plans[operation] else { continue }
            let named = configuration.oneway.contains(operation.info.name)
            if named, !operation.canBeOneway {
                problems.append(
                    "operation '\(operation.info.name)' has results or exceptions and can't be oneway"
                )
                continue
            }
            let always = named || operation.info.metadata("oneway") != nil
            let preferred = isOneway && operation.canBeOneway
            let route = Route(
                serviceIndex: services.count, service: name, operation: operation,
                isTwoway: !(always || preferred), isDatagram: proxy.sendsDatagrams, isBatch: isBatch, plan: plan,
                template: RequestTemplate(
                    identity: proxy.ice_getIdentity(), facet: proxy.ice_getFacet(), operation: operation.info.name,
                    mode: operation.isIdempotent ? .idempotent : .normal, context: context),
                encoding: proxy.ice_getEncodingVersion(),
                timeout: configuration.timeout.nanosecondsClamped)
            routes.append(route)
            guard paths.insert(route.path, route) else {
                problems.append("path \(route.path) is taken already")
                continue
            }
        }
        services.append(Service(name: name, proxy: proxy, interface: interface))
        return problems
    }

    /// The route at a path as it came, percent-encoded or not; an encoded slash or NUL is never a separator.
    func find(_ path: UnsafeRawBufferPointer) -> Route? {
        if let route = paths.find(path) { return route }
        guard path.contains(UInt8(ascii: "%")), let decoded = PercentEncoding.decode(path),
            decoded.count(where: { $0 == UInt8(ascii: "/") }) == path.count(where: { $0 == UInt8(ascii: "/") })
        else { return nil }
        return decoded.withUnsafeBytes { paths.find($0) }
    }

    private static func problem(withName name: String) -> String? {
        guard !name.isEmpty else { return "a service needs a name" }
        guard !reservedNames.contains(name) else {
            return "service name '\(name)' is reserved, as \(reservedNames.sorted().joined(separator: ", ")) are"
        }
        // RFC 3986 §2.3: these need no escape in a path.
        let plain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                true
            default: false
            }
        }
        guard plain, name != ".", name != ".." else {
            return "service name '\(name)' may have letters, digits, '-', '_', '.' and '~' only"
        }
        return nil
    }
}
