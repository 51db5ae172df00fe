import Ice
import Synchronization

/// What all loops of a gateway have under way together, which ``GatewayConfiguration/Limits`` bounds. For any thread.
///
/// The runtime counts every invocation that is made with a target's invoker, whoever makes it. A loop looks first and invokes
/// then, so that each other loop may be one over the limit.
final class FlowCounts: Sendable {
    /// Of all targets.
    let total: InvocationCount
    /// By service, as ``RouteTable/services``.
    let targets: [InvocationCount]
    /// Nil when clients have no limit.
    let clients: ClientRequests?

    init(services: Int, limits: GatewayConfiguration.Limits) {
        let total = InvocationCount()
        self.total = total
        targets = (0..<services).map { _ in InvocationCount(total: total) }
        clients = limits.requestsPerClient > 0 ? ClientRequests(limit: limits.requestsPerClient) : nil
    }
}
