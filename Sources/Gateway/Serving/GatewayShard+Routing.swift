import Ice
import IceEncoding

extension GatewayShard {
    // MARK: Routing

    /// What sends the requests of a route; of a templated service it must be a bound one.
    func target(of route: Route) -> Invoker {
        objectTargets[route.serviceIndex]?.target(of: route.identity) ?? targets[route.serviceIndex]
    }

    /// Answers a request whose path takes other methods: OPTIONS tells them, all others are refused.
    func answerOtherMethod(
        _ request: HTTPRequest, _ methods: MethodSet, _ note: RequestNote, _ sink: any ResponseSink
    ) throws(Refusal) {
        let allow = [(name: "Allow", value: methods.allow)]
        guard request.method == .options else {
            var problem = Problem(.methodNotAllowed, "this path takes \(methods.allow)")
            problem.headers = allow
            throw .problem(problem)
        }
        answer(note, HTTPResponse(status: 204, contentType: .none, headers: allow, body: OutputBuffer()), to: sink)
    }
}
