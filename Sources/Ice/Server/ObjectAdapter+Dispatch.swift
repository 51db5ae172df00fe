import Synchronization

extension ObjectAdapter {
    // MARK: Dispatch

    /// Answers a request by the servant that is found for it: what is behind all middleware.
    func dispatchToServant(_ request: IncomingRequest) async throws -> OutgoingResponse {
        let current = request.current
        switch state.withLock({ $0.servants.target(current.id, current.facet) }) {
        case .entry(let entry): return try await dispatch(request, to: entry)
        case .locator(let locator, let knowsIdentity):
            let (servant, cookie) = try await locator.locate(current)
            guard let servant else { throw Self.noServant(current, knowsIdentity) }
            let result: Result<OutgoingResponse, any Error>
            do {
                result = .success(try await dispatch(request, to: ServantMap.Entry(servant)))
            } catch {
                result = .failure(error)
            }
            try await locator.finished(curr: current, servant: servant, cookie: cookie)
            return try result.get()
        case .nobody(let knowsIdentity): throw Self.noServant(current, knowsIdentity)
        }
    }

    private func dispatch(
        _ request: IncomingRequest, to entry: ServantMap.Entry
    ) async throws -> OutgoingResponse {
        if let servant = entry.servant, let response = try await BuiltInOperations.dispatch(request, to: servant) {
            return response
        }
        return try await entry.dispatcher.dispatch(request)
    }

    private static func noServant(_ current: Current, _ knowsIdentity: Bool) -> LocalException {
        LocalException(
            knowsIdentity ? LocalException.Code.facetNotExist : .objectNotExist, "no servant for \(current.id)")
    }
}
