import Ice
package import OpenAPI
package import Slice
import Synchronization

/// What all loops of a gateway share: routes, options, the document they serve. Immutable but for the draining flag.
package final class Gateway: Sendable {
    package let configuration: GatewayConfiguration
    package let routes: RouteTable
    package let model: SliceModel
    package let security: GatewaySecurity
    /// By service, as ``RouteTable/services``; nil: everybody may call.
    let authenticators: [Authenticator?]
    /// The OpenAPI document of exactly what is served.
    package let document: OpenAPIDocument
    let documentJSON: ConstantPage
    let documentYAML: ConstantPage
    private let keptCalls: Mutex<KeptCalls>
    let flow: FlowCounts
    private let draining = Atomic<Bool>(false)

    package init(
        configuration: GatewayConfiguration, routes: RouteTable, model: SliceModel, security: GatewaySecurity
    ) {
        self.configuration = configuration
        self.routes = routes
        flow = FlowCounts(services: routes.services.count, limits: configuration.limits)
        self.model = model
        self.security = security
        authenticators = routes.services.map { security.authenticators[$0.name] }
        keptCalls = Mutex(KeptCalls(configuration.invocations))
        document = routes.document(model: model, configuration: configuration)
        documentJSON = ConstantPage(document.json(), .json)
        documentYAML = ConstantPage(document.yaml(), .yaml)
    }

    /// The path where people read what is served; nil when there is no such page.
    package static var pageForPeople: String? { OwnPage.forPeople }

    /// Whether it is shutting down: readiness says no, what is in flight is finished.
    package var isDraining: Bool { draining.load(ordering: .relaxed) }

    package func startDraining() { draining.store(true, ordering: .relaxed) }

    /// Calls that outlive their request.
    package var kept: KeptCalls { keptCalls.withLock { $0 } }

    /// Goes on with the calls of a gateway that this one takes the place of. To be called before it serves.
    package func takeOver(_ former: Gateway) {
        let kept = former.kept
        kept.configure(configuration.invocations)
        keptCalls.withLock { $0 = kept }
    }

    /// The largest Ice message, in bytes: `Ice.MessageSizeMax` in KiB, by default 1 MiB; below 1 it is the format's limit.
    package var messageSizeMaximum: Int {
        guard let text = configuration.ice["Ice.MessageSizeMax"], let kibibytes = Int(text) else { return 1 << 20 }
        let limit = Int(Int32.max)
        return kibibytes < 1 || kibibytes > limit >> 10 ? limit : kibibytes << 10
    }
}
