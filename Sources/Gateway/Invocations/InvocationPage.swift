import Slice

/// What clients ask about an invocation: `/invocations/{id}` and `/invocations/{id}/result`.
struct InvocationPage {
    private let id: String
    private let isResult: Bool

    private static let prefix = Array("/invocations/".utf8)
    private static let resultSuffix = Array("/result".utf8)
    /// More than an id has.
    private static let maximumPath = 128

    /// Nil for other paths.
    init?(path: UnsafeRawBufferPointer) {
        guard path.count > Self.prefix.count, path.count <= Self.maximumPath, path.starts(with: Self.prefix) else {
            return nil
        }
        var rest = path.dropFirst(Self.prefix.count)
        isResult = rest.count > Self.resultSuffix.count && rest.suffix(Self.resultSuffix.count) == Self.resultSuffix
        if isResult { rest = rest.dropLast(Self.resultSuffix.count) }
        guard !rest.contains(UInt8(ascii: "/")) else { return nil }
        id = String(decoding: rest, as: UTF8.self)
    }

    /// What the path takes.
    var methods: MethodSet { isResult ? MethodSet(.get) : MethodSet(.get, .delete) }

    /// Whether its service authenticates; of an id that nobody knows, whether any does: its client shall be able to read that.
    func takesCredentials(_ gateway: Gateway) -> Bool {
        guard let invocation = gateway.kept.invocations.find(id), let route = gateway.routes.current(invocation.route)
        else { return gateway.authenticators.contains { $0 != nil } }
        return gateway.authenticators[route.serviceIndex] != nil
    }

    func handle(
        _ shard: GatewayShard, _ request: HTTPRequest, _ note: RequestNote, _ sink: any ResponseSink
    ) throws(Refusal) -> (any RequestInProgress)? {
        guard methods.contains(request.method) else {
            try shard.answerOtherMethod(request, methods, note, sink)
            return nil
        }
        let kept = shard.gateway.kept
        guard let invocation = kept.invocations.find(id) else { throw .problem(Self.unknown) }
        // Whoever may call the service may know what became of a call.
        guard let route = shard.gateway.routes.current(invocation.route) else { throw .problem(Self.unknown) }
        try shard.authenticate(request, route, sink)
        if request.method == .delete {
            kept.invocations.cancel(id)
            // Its loop has the last word: it may be over before the cancel gets there.
            return wait(shard, note, sink, timeout: nil, headers: [])
        }
        let preferred = Preferences(request.headers.prefer).wait
        let time = kept.wait(preferred)
        guard time > 0, invocation.state == .running else {
            answer(shard, note, sink, invocation, headers: [])
            return nil
        }
        let applied = [(name: "Preference-Applied", value: "wait=\(time / 1_000_000_000)")]
        return wait(shard, note, sink, timeout: time, headers: applied)
    }

    private func wait(
        _ shard: GatewayShard, _ note: RequestNote, _ sink: any ResponseSink, timeout: UInt64?,
        headers: [(name: String, value: String)]
    ) -> (any RequestInProgress)? {
        InvocationWait.start(shard, id, timeout: timeout) { invocation in
            if let invocation {
                answer(shard, note, sink, invocation, headers: headers)
            } else {
                shard.answer(note, Self.unknown, to: sink)
            }
        }
    }

    private func answer(
        _ shard: GatewayShard, _ note: RequestNote, _ sink: any ResponseSink, _ invocation: StoredInvocation,
        headers: [(name: String, value: String)]
    ) {
        guard isResult else {
            shard.answer(note, invocation.document(status: 200, headers: headers), to: sink)
            return
        }
        switch invocation.state {
        case .running:
            let headers = headers + [(name: "Retry-After", value: "1")]
            shard.answer(note, invocation.document(status: 202, headers: headers), to: sink)
        case .succeeded, .failed:
            // Exactly what the call would have been answered.
            guard let response = invocation.response else { return shard.answer(note, Self.unknown, to: sink) }
            shard.answer(note, response.response(), to: sink)
        case .cancelled:
            var problem = Problem(.invocationCancelled, StoredInvocation.cancelNotice)
            problem.operation = invocation.route.operation.info.name
            shard.answer(note, problem, to: sink)
        }
    }

    private static var unknown: Problem {
        Problem(.unknownInvocation, "there is no such invocation, or it is not kept any more")
    }
}

extension RouteTable {
    /// The route itself, or one of the same service when it is of a table before this one; nil when the service is gone.
    func current(_ route: Route) -> Route? {
        if services.indices.contains(route.serviceIndex), services[route.serviceIndex].name == route.service {
            return route
        }
        return routes.first { $0.service == route.service }
    }
}
