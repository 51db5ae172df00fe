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
    let failures: FailureMapping
    private var scratch = OutputBuffer(minimumCapacity: 4096)
    /// Requests that were handed to the runtime and not answered yet.
    package private(set) var inFlight = 0

    /// A burst's scratch memory larger than this is given back.
    private static let scratchLimit = 1 << 20

    package init(gateway: Gateway, loop: EventLoop, communicator: Communicator) {
        self.gateway = gateway
        self.loop = loop
        targets = gateway.routes.services.map { communicator.makeInvoker($0.proxy, on: loop) }
        failures = FailureMapping(
            exposeServerText: gateway.configuration.exposeServerText,
            exceptionStatuses: gateway.configuration.exceptions)
    }

    package var maximumBodySize: Int { gateway.configuration.limits.body }

    package func handle(_ request: HTTPRequest, _ sink: any ResponseSink) -> (any RequestInProgress)? {
        if let origin = request.headers.origin, !isAllowed(origin) {
            return refuse(Problem(.originNotAllowed, "requests from this origin are not allowed"), request, sink)
        }
        guard let route = gateway.routes.find(request.path) else { return handleOwnPath(request, sink) }
        guard request.method == .post else {
            var problem = Problem(.methodNotAllowed, "\(route.path) takes POST")
            problem.headers = [(name: "Allow", value: "POST")]
            return refuse(problem, request, sink, route: route)
        }
        do {
            return try invoke(route, request, sink)
        } catch {
            return refuse(error.problem(failures), request, sink, route: route)
        }
    }

    func exchangeEnded() { inFlight -= 1 }

}

extension GatewayShard {
    // MARK: Invoking

    /// Why a request does not become an invocation.
    private enum Refusal: Error {
        case json(JSONError)
        case problem(Problem)

        func problem(_ failures: FailureMapping) -> Problem {
            switch self {
            case .json(let error): failures.problem(error)
            case .problem(let problem): problem
            }
        }
    }

    private func invoke(
        _ route: Route, _ request: HTTPRequest, _ sink: any ResponseSink
    ) throws(Refusal) -> (any RequestInProgress)? {
        if let reason = route.unsupportedReason { throw .problem(Problem(.unsupportedOperation, reason)) }
        guard MediaType.acceptsJSON(request.headers.contentType, body: request.body),
            request.headers.contentEncoding == nil
        else {
            var detail = "the body must be application/json in UTF-8, not compressed"
            if let type = request.headers.contentType {
                detail += "; the request says Content-Type: \(String(decoding: type.prefix(100), as: UTF8.self))"
            }
            throw .problem(Problem(.unsupportedMediaType, detail))
        }
        guard MediaType.accepted(request.headers.accept) else {
            throw .problem(Problem(.notAcceptable, "answers are application/json"))
        }
        let isTwoway = try mode(of: route, request)
        let timeout = try effectiveTimeout(of: route, request)
        try checkUnused(request.headers)
        let target = targets[route.serviceIndex]
        let limits = gateway.configuration.limits
        guard inFlight < limits.inFlight, target.inFlight < limits.inFlightPerTarget,
            target.unsentBytes < limits.unsentPerTarget
        else {
            throw .problem(Problem(.overloaded, "too many calls to '\(route.service)' are in flight"))
        }

        defer {
            scratch.truncate(to: 0)
            scratch.shrink(toCapacity: Self.scratchLimit)
        }
        do {
            try route.encode(request.body, into: &scratch)
        } catch {
            throw .json(error)
        }
        guard scratch.count + route.template.size <= gateway.messageSizeMaximum else {
            throw .problem(
                Problem(
                    .requestTooLarge,
                    "the request is \(scratch.count) bytes in Ice's encoding; a message may have \(gateway.messageSizeMaximum)"
                ))
        }
        let exchange = Exchange(
            route: route, isTwoway: isTwoway, shard: self, sink: sink, path: request.path, body: request.body,
            effectiveTimeout: request.headers.iceTimeout == nil ? nil : timeout)
        inFlight += 1
        exchange.invocation = target.invoke(
            route.template, payload: scratch.bytes, isTwoway: isTwoway, isIdempotent: route.operation.isIdempotent,
            timeout: timeout, observer: exchange)
        return exchange
    }

    private func mode(of route: Route, _ request: HTTPRequest) throws(Refusal) -> Bool {
        guard let field = request.headers.iceMode else {
            guard !route.isTwoway || !route.isDatagram else {
                let name = route.operation.info.name
                throw .problem(
                    Problem(
                        .twowayOnly, "operation '\(name)' has results or exceptions, the service takes datagrams only"))
            }
            return route.isTwoway
        }
        switch String(decoding: field, as: UTF8.self) {
        case "oneway":
            guard route.operation.canBeOneway else {
                throw .problem(
                    Problem(.twowayOnly, "operation '\(route.operation.info.name)' has results or exceptions"))
            }
            return false
        default:
            throw .problem(Problem(.invalidHeader, "Ice-Mode can only be oneway; without it the service's mode holds"))
        }
    }

    /// In nanoseconds: the request's wish, cut to the configured timeout.
    private func effectiveTimeout(of route: Route, _ request: HTTPRequest) throws(Refusal) -> UInt64 {
        guard let field = request.headers.iceTimeout else { return route.timeout }
        guard let milliseconds = UInt32(String(decoding: field, as: UTF8.self)), milliseconds > 0 else {
            throw .problem(Problem(.invalidHeader, "Ice-Timeout-Ms must be a positive number of milliseconds"))
        }
        let wish = UInt64(milliseconds) * 1_000_000
        return route.timeout == 0 ? wish : min(wish, route.timeout)
    }

    /// Fields that would change the call must never be dropped silently.
    private func checkUnused(_ headers: HTTPRequestHeaders) throws(Refusal) {
        if !headers.iceContext.isEmpty {
            throw .problem(
                Problem(
                    .contextKeyNotAllowed,
                    "Ice-Context is not taken from clients; a service has its 'context' from the configuration"))
        }
        if headers.iceFacet != nil {
            throw .problem(
                Problem(
                    .facetNotAllowed,
                    "Ice-Facet is not taken from clients; a facet is a service of its own, its proxy has -f"))
        }
    }
}

extension GatewayShard {
    // MARK: Refusing

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
        describe(&problem, route: nil, path: path)
        return problem.response()
    }

    /// Fills in what the request and its route tell.
    func describe(_ problem: inout Problem, route: Route?, path: UnsafeRawBufferPointer) {
        problem.instance = String(decoding: path.prefix(256), as: UTF8.self)
        guard let route else { return }
        problem.isIdempotent = route.operation.isIdempotent
        if problem.operation == nil { problem.operation = route.operation.info.name }
        if problem.identity == nil {
            problem.identity = gateway.routes.services[route.serviceIndex].proxy.ice_getIdentity().description
        }
    }

    private func isAllowed(_ origin: UnsafeRawBufferPointer) -> Bool {
        gateway.configuration.corsOrigins.contains { $0 == "*" || $0.utf8.elementsEqual(origin) }
    }

    private func refuse(
        _ problem: consuming Problem, _ request: HTTPRequest, _ sink: any ResponseSink, route: Route? = nil
    ) -> (any RequestInProgress)? {
        describe(&problem, route: route, path: request.path)
        sink.respond(problem.response())
        return nil
    }

    /// The gateway's own paths, and those nobody knows.
    private func handleOwnPath(_ request: HTTPRequest, _ sink: any ResponseSink) -> (any RequestInProgress)? {
        guard let page = OwnPage(path: request.path) else {
            let path = String(decoding: request.path.prefix(256), as: UTF8.self)
            return refuse(
                Problem(.unknownPath, "there is nothing at \(path); /openapi.yaml says what there is"), request, sink)
        }
        guard request.method == .get || request.method == .head else {
            var problem = Problem(.methodNotAllowed, "this path takes GET")
            problem.headers = [(name: "Allow", value: "GET, HEAD")]
            return refuse(problem, request, sink)
        }
        return page.answer(self, sink)
    }
}
