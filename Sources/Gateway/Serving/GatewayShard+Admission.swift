extension GatewayShard {
    // MARK: Who may call

    /// A web page must not reach a developer's gateway: an `Origin` that isn't configured is refused.
    func checkOrigin(_ request: HTTPRequest, _ sink: any ResponseSink) throws(Refusal) {
        guard let origin = request.headers.origin else { return }
        guard gateway.configuration.cors.origins.contains(where: { $0 == "*" || $0.utf8.elementsEqual(origin) }) else {
            throw Refusal(.originNotAllowed, "requests from this origin are not allowed")
        }
    }

    /// Whether the client may call the route's service.
    func authenticate(_ request: HTTPRequest, _ route: Route, _ sink: any ResponseSink) throws(Refusal) {}
}
