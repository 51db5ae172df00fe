package import EventLoop
package import Ice
import IceEncoding
import Slice
import SliceJSON

/// The gateway of one event loop: routes a complete HTTP request into an Ice invocation on the same loop.
///
/// Confined to the loop's thread; nothing here is locked or handed to another thread.
package final class GatewayShard: RequestHandler {
    let gateway: Gateway
    let loop: EventLoop
    /// By service, as ``RouteTable/services``.
    let targets: [Invoker]
    /// By service; nil where its one target serves all its objects.
    let objectTargets: [ObjectTargets?]
    let communicator: Communicator
    /// Made when they are first needed.
    var otherInvokers: [InvokerKey: Invoker] = [:]
    let failures: FailureMapping
    /// Arguments are encoded here; empty between two requests.
    var scratch = OutputBuffer(minimumCapacity: 4096)
    let flowLimits: FlowLimits
    /// Requests of this loop that were handed to the runtime and not answered yet.
    package var inFlight = 0
    /// Set once no more requests come.
    var whenIdle: (() -> Void)?
    private(set) lazy var readiness = ReadinessBoard(self)
    /// What `/metrics` shows; nil: nothing.
    package var metrics: GatewayMetrics?

    package init(gateway: Gateway, loop: EventLoop, communicator: Communicator) {
        self.gateway = gateway
        self.loop = loop
        self.communicator = communicator
        let counted = zip(gateway.routes.services, gateway.flow.targets)
        targets = counted.map { service, count in
            communicator.makeInvoker(Self.proxy(of: service), on: loop, count: count)
        }
        objectTargets = counted.map { service, count in
            let proxy = Self.proxy(of: service)
            return service.hasTargetForEachObject
                ? ObjectTargets { communicator.makeInvoker(proxy.ice_identity($0), on: loop, count: count) } : nil
        }
        flowLimits = FlowLimits(gateway.configuration.limits, loops: communicator.loopCount)
        failures = FailureMapping(
            exposeServerText: gateway.configuration.exposeServerText,
            exceptionStatuses: gateway.configuration.exceptions)
    }

    package var maximumBodySize: Int { gateway.configuration.limits.body }

    /// The stages of a request, in their order; each may refuse it.
    package func handle(_ request: HTTPRequest, _ sink: any ResponseSink) -> (any RequestInProgress)? {
        var note = RequestNote(request, arrival: loop.now)
        defer { sink.remember(note) }
        do throws(Refusal) {
            try checkOrigin(request, &note)
            if request.method == .options, try answerPreflight(request, note, sink) { return nil }
            let route: Route
            switch gateway.routes.find(request.method, request.path) {
            case .found(let found):
                note.route = found
                route = try found.bound(by: request.path)
                note.route = route
            case .otherMethods(let methods):
                try answerOtherMethod(request, methods, note, sink)
                return nil
            case .unknown:
                return try handleOwnPath(request, note, sink)
            }
            try admit(&note, sink)
            note.client = try authenticate(request, route, sink)
            try checkMediaTypes(request, route)
            let options = try CallOptions(request, route: route, gateway: gateway, sink: sink)
            guard request.headers.prefer == nil, request.headers.idempotencyKey == nil else {
                return try callWithPreferences(route, options, request, note, sink)
            }
            return try call(route, options, request, note, sink)
        } catch {
            answer(note, error.problem(failures), to: sink)
            return nil
        }
    }
}

extension GatewayShard {
    // MARK: Answering

    /// The one place that answers a request.
    func answer(_ note: RequestNote, _ response: consuming HTTPResponse, to sink: any ResponseSink) {
        // Before the client can send its next request.
        note.share?.giveBack()
        allowOrigin(note, &response)
        sink.respond(response)
    }

    func answer(_ note: RequestNote, _ problem: consuming Problem, to sink: any ResponseSink) {
        describe(&problem, note)
        answer(note, problem.response(), to: sink)
    }

    package func response(
        to failure: HTTPFailure, method: HTTPRequest.Method, path: UnsafeRawBufferPointer
    ) -> HTTPResponse {
        var problem =
            switch failure {
            case .bodyTooLarge:
                Problem(.bodyTooLarge, "a request body may have \(gateway.configuration.limits.body) bytes")
            case .uriTooLong:
                Problem(.uriTooLong, "a request target may have \(gateway.configuration.limits.uri) bytes")
            case .headersTooLarge:
                Problem(.headersTooLarge, "the header fields may have \(gateway.configuration.limits.header) bytes")
            case .expectationFailed: Problem(.expectationFailed, "only 100-continue can be expected")
            case .badRequest: Problem(.badRequest, "the request is not valid HTTP")
            case .slowClient: Problem(.slowClient, "the rest of the request did not come in time")
            case .shuttingDown: Problem(.shuttingDown, "the gateway is shutting down")
            }
        problem.instance = ProblemInstance.text(path)
        return problem.response()
    }

    /// Fills in what the request and its route tell.
    func describe(_ problem: inout Problem, _ note: RequestNote) {
        problem.instance = ProblemInstance.text(note.path)
        guard let route = note.route else { return }
        problem.isIdempotent = route.operation.isIdempotent
        if problem.operation == nil { problem.operation = route.operation.info.name }
        if problem.identity == nil, route.variables == nil { problem.identity = route.identity.description }
    }

    /// The gateway's own paths, and those nobody knows.
    private func handleOwnPath(
        _ request: HTTPRequest, _ note: RequestNote, _ sink: any ResponseSink
    ) throws(Refusal) -> (any RequestInProgress)? {
        if let page = InvocationPage(path: request.path) { return try page.handle(self, request, note, sink) }
        guard let page = OwnPage(path: request.path) else {
            throw Refusal(
                .unknownPath,
                "there is nothing at \(ProblemInstance.text(request.path)); /docs shows what there is, /openapi.yaml describes it"
            )
        }
        guard request.method == .get || request.method == .head else {
            try answerOtherMethod(request, MethodSet(.get), note, sink)
            return nil
        }
        return page.answer(self, note, sink)
    }
}
