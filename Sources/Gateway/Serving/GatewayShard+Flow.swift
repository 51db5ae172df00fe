import Ice

extension GatewayShard {
    // MARK: Flow control

    /// Refuses what would only wait: the bounds are on requests without an answer and on bytes the target did not take yet.
    func checkFlow(_ route: Route) throws(Refusal) {
        let target = target(of: route)
        let limits = gateway.configuration.limits
        guard inFlight < limits.inFlight, target.inFlight < limits.inFlightPerTarget,
            target.unsentBytes < limits.unsentPerTarget
        else {
            throw Refusal(.overloaded, "too many calls to '\(route.service)' are in flight")
        }
    }

    func exchangeBegan() { inFlight += 1 }

    func exchangeEnded() { inFlight -= 1 }
}
