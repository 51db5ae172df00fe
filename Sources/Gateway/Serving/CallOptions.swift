import Slice

/// How one request wants its operation called: what its header fields say, checked against the service's configuration.
struct CallOptions {
    var isTwoway: Bool
    /// Of the invocation, in nanoseconds; 0 is none.
    var timeout: UInt64
    /// Whether the answer tells the timeout that holds.
    var showsTimeout: Bool

    init(_ request: HTTPRequest, route: Route) throws(Refusal) {
        isTwoway = try Self.isTwoway(request, route)
        timeout = try Self.timeout(request, route)
        showsTimeout = request.headers.iceTimeout != nil
        try Self.checkUnused(request.headers)
    }

    /// Tells the timeout that holds, when the request asks for one.
    var timeoutHeader: [(name: String, value: String)] {
        guard showsTimeout else { return [] }
        return [(name: "Ice-Timeout-Ms", value: String(timeout / 1_000_000))]
    }

    private static func isTwoway(_ request: HTTPRequest, _ route: Route) throws(Refusal) -> Bool {
        guard let field = request.headers.iceMode else {
            guard !route.isTwoway || !route.isDatagram else {
                let name = route.operation.info.name
                throw Refusal(
                    .twowayOnly, "operation '\(name)' has results or exceptions, the service takes datagrams only")
            }
            return route.isTwoway
        }
        switch String(decoding: field, as: UTF8.self) {
        case "oneway":
            guard route.operation.canBeOneway else {
                throw Refusal(.twowayOnly, "operation '\(route.operation.info.name)' has results or exceptions")
            }
            return false
        default:
            throw Refusal(.invalidHeader, "Ice-Mode can only be oneway; without it the service's mode holds")
        }
    }

    /// The request's wish, cut to the configured timeout.
    private static func timeout(_ request: HTTPRequest, _ route: Route) throws(Refusal) -> UInt64 {
        guard let field = request.headers.iceTimeout else { return route.timeout }
        guard let milliseconds = UInt32(String(decoding: field, as: UTF8.self)), milliseconds > 0 else {
            throw Refusal(.invalidHeader, "Ice-Timeout-Ms must be a positive number of milliseconds")
        }
        let wish = UInt64(milliseconds) * 1_000_000
        return route.timeout == 0 ? wish : min(wish, route.timeout)
    }

    /// Fields that would change the call must never be dropped silently.
    private static func checkUnused(_ headers: HTTPRequestHeaders) throws(Refusal) {
        if !headers.iceContext.isEmpty {
            throw Refusal(
                .contextKeyNotAllowed,
                "Ice-Context is not taken from clients; a service has its 'context' from the configuration")
        }
        if headers.iceFacet != nil {
            throw Refusal(
                .facetNotAllowed,
                "Ice-Facet is not taken from clients; a facet is a service of its own, its proxy has -f")
        }
    }
}
