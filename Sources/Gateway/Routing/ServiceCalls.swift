import Ice
import Slice
import SliceJSON

/// A service while its routes are made: what of its interface can be called, and how.
struct ServiceCalls {
    let name: ServiceName
    /// Of a templated service.
    let identity: IdentityTemplate?
    let interface: ScopedName
    /// Operations in Slice order, bases first; without hidden ones.
    private(set) var calls: [Route.Call] = []
    /// What is wrong with the service's configuration.
    private(set) var problems: [String] = []
    private let hidden: Set<String>

    init(
        _ configuration: ServiceConfiguration, name: ServiceName, identity: IdentityTemplate?,
        service: RouteTable.Service, index: Int, model: SliceModel, plans: PlanLibrary
    ) {
        self.name = name
        self.identity = identity
        interface = service.interface
        let all = model.allOperations(of: interface)
        hidden = Set(all.filter(RouteMetadata.isHidden).map(\.info.name))
        let operations = all.filter { configuration.allows($0.info.name) && !RouteMetadata.isHidden($0) }
        checkNames(configuration, operations, all)
        let proxy = service.proxy
        let isOneway = !configuration.mode.isTwoway || !proxy.ice_isTwoway()
        let isBatch = configuration.mode.isBatch || proxy.ice_isBatchOneway() || proxy.ice_isBatchDatagram()
        for operation in operations {
            guard let plan = plans[operation] else { continue }
            let named = configuration.oneway.contains(operation.info.name)
            if named, !operation.canBeOneway {
                problems.append("operation '\(operation.info.name)' has results or exceptions and can't be oneway")
                continue
            }
            let always = named || operation.info.metadata("oneway") != nil
            let preferred = isOneway && operation.canBeOneway
            calls.append(
                Route.Call(
                    serviceIndex: index, service: name.text, operation: operation, isTwoway: !(always || preferred),
                    isAlwaysOneway: always, isDatagram: proxy.sendsDatagrams, isBatch: isBatch, plan: plan,
                    identity: proxy.ice_getIdentity(),
                    facet: proxy.ice_getFacet(), context: RequestContext(proxy.ice_getContext()),
                    encoding: proxy.ice_getEncodingVersion(), timeout: configuration.timeout.nanosecondsClamped))
        }
    }

    /// Why an operation has no call.
    func whyUnknown(_ operation: String) -> String {
        hidden.contains(operation)
            ? "operation '\(operation)' of \(interface) is hidden by its metadata, \"http:hidden\""
            : "'\(operation)' is not an operation of \(interface), or not an allowed one of service '\(name.text)'"
    }

    /// A misspelt name would expose what was to be denied.
    private mutating func checkNames(
        _ configuration: ServiceConfiguration, _ operations: [Operation], _ all: [Operation]
    ) {
        for missing in configuration.oneway where !operations.contains(where: { $0.info.name == missing }) {
            problems.append("'\(missing)' in oneway is not an operation of \(interface), or not an allowed one")
        }
        for (key, patterns) in [
            ("allow", configuration.allowedOperations), ("deny", configuration.deniedOperations),
        ] {
            for name in patterns where !name.hasSuffix("*") && !all.contains(where: { $0.info.name == name }) {
                problems.append("'\(name)' in operations.\(key) is not an operation of \(interface)")
            }
        }
    }
}
