import Ice

extension GatewayShard {
    // MARK: Flow control

    /// Refuses what would only wait: the bounds are on requests without an answer and on bytes the target did not take yet.
    ///
    /// - Parameter count: of the requests that are to be made at once.
    func checkFlow(_ route: Route, _ mode: ServiceConfiguration.Mode, count: Int = 1) throws(Refusal) {
        let target = invoker(route, mode)
        let limits = gateway.configuration.limits
        guard inFlight + count <= limits.inFlight, target.inFlight + count <= limits.inFlightPerTarget,
            target.unsentBytes < limits.unsentPerTarget
        else {
            throw Refusal(.overloaded, "too many calls to '\(route.service)' are in flight")
        }
    }

    func exchangeBegan() { inFlight += 1 }

    func exchangeEnded() { inFlight -= 1 }
}
