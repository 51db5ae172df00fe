extension GatewayShard {
    // MARK: Who may call

    /// A web page must not reach a developer's gateway: an `Origin` that isn't configured is refused.
    func checkOrigin(_ request: HTTPRequest, _ note: inout RequestNote) throws(Refusal) {
        guard let origin = request.headers.origin else { return }
        switch gateway.security.crossOrigin.verdict(origin, host: request.headers.host) {
        case .own: break
        case .allowed: note.origin = origin
        case .refused: throw Refusal(.originNotAllowed, "requests from this origin are not allowed")
        }
    }

    /// Whether the client may call the route's service.
    ///
    /// - Returns: who it is; nil when the service takes everybody.
    @discardableResult
    func authenticate(
        _ request: HTTPRequest, _ route: Route, _ sink: any ResponseSink
    ) throws(Refusal) -> ClientIdentity? {
        try gateway.authenticators[route.serviceIndex]?.client(sink)
    }
}
