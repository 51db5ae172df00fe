extension GatewayShard {
    // MARK: Pages of other origins

    /// Answers what a browser asks before it sends a page's request; needs no authentication, as browsers give none.
    ///
    /// - Returns: false when the request asks for something else.
    func answerPreflight(_ request: HTTPRequest, _ note: RequestNote, _ sink: any ResponseSink) throws(Refusal) -> Bool
    {
        guard note.origin != nil, !sink.fieldLines("Access-Control-Request-Method").isEmpty else { return false }
        guard let path = methods(request.path) else {
            throw Refusal(
                .unknownPath, "there is nothing at this path; /docs shows what there is, /openapi.yaml describes it")
        }
        answer(
            note,
            gateway.security.crossOrigin.preflight(methods: path.methods, takesCredentials: path.takesCredentials),
            to: sink)
        return true
    }

    /// What the path takes, as in `Allow`; nil when there is nothing.
    private func methods(_ path: UnsafeRawBufferPointer) -> (methods: String, takesCredentials: Bool)? {
        if case .otherMethods(let methods) = gateway.routes.find(.options, path) {
            let takesCredentials = methods.contains { method in
                guard case .found(let route) = gateway.routes.find(method, path) else { return false }
                return gateway.authenticators[route.serviceIndex] != nil
            }
            return (methods.allow, takesCredentials)
        }
        if let page = InvocationPage(path: path) {
            return (page.methods.allow, page.takesCredentials(gateway))
        }
        return OwnPage(path: path) == nil ? nil : ("GET, HEAD", false)
    }

    /// Completes an answer for the page that asked, and for caches.
    func allowOrigin(_ note: RequestNote, _ response: inout HTTPResponse) {
        if let origin = note.origin {
            gateway.security.crossOrigin.allow(origin, &response.headers)
        } else if gateway.security.crossOrigin.isOpen, note.method == .get || note.method == .head {
            response.headers.append((name: "Vary", value: "Origin"))
        }
    }

    package func complete(_ response: inout HTTPResponse, origin: UnsafeRawBufferPointer, host: UnsafeRawBufferPointer?)
    {
        guard case .allowed = gateway.security.crossOrigin.verdict(origin, host: host) else { return }
        gateway.security.crossOrigin.allow(origin, &response.headers)
    }
}
