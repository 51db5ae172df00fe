import Ice
import Slice

/// How one request wants its operation called: what its header fields say, checked against the service's configuration.
struct CallOptions {
    var mode: ServiceConfiguration.Mode
    /// Of the invocation, in nanoseconds; 0 is none.
    var timeout: UInt64
    /// Whether the answer tells the timeout that holds.
    var showsTimeout: Bool
    /// Instead of the service's fixed one, which is part of it; nil when the request adds nothing.
    var context: RequestContext?
    /// Instead of the proxy's; nil when the request names none.
    var facet: String?

    var isTwoway: Bool { mode == .twoway }

    /// What tells the client the timeout that holds; empty unless it asked for one.
    var timeoutHeader: [(name: String, value: String)] {
        guard showsTimeout else { return [] }
        return [(name: "Ice-Timeout-Ms", value: String(timeout / 1_000_000))]
    }

    init(
        _ request: HTTPRequest, route: Route, gateway: Gateway, sink: any ResponseSink
    ) throws(Refusal) {
        mode = try Self.mode(request, route)
        timeout = try Self.timeout(request, route)
        showsTimeout = request.headers.iceTimeout != nil
        context = try ContextFields.context(request, route, gateway, sink)
        facet = try Self.facet(request, route, gateway)
    }

    private static func mode(_ request: HTTPRequest, _ route: Route) throws(Refusal) -> ServiceConfiguration.Mode {
        let name = route.operation.info.name
        guard let field = request.headers.iceMode else {
            guard !route.isTwoway || !route.isDatagram else {
                throw Refusal(
                    .twowayOnly, "operation '\(name)' has results or exceptions, the service takes datagrams only")
            }
            return route.mode
        }
        guard let wish = ServiceConfiguration.Mode(rawValue: String(decoding: field, as: UTF8.self)) else {
            let known = ServiceConfiguration.Mode.allCases.map(\.rawValue).joined(separator: ", ")
            throw Refusal(.invalidHeader, "Ice-Mode can be one of \(known); without it the service's mode holds")
        }
        guard !wish.isTwoway else {
            guard !route.isDatagram else {
                throw Refusal(.invalidHeader, "Ice-Mode can't be twoway: the service takes datagrams only")
            }
            guard !route.isAlwaysOneway else {
                throw Refusal(.invalidHeader, "Ice-Mode can't be twoway: operation '\(name)' is always called oneway")
            }
            return .twoway
        }
        guard route.operation.canBeOneway else {
            throw Refusal(.twowayOnly, "operation '\(name)' has results or exceptions")
        }
        return route.oneway(isBatch: wish.isBatch, isDatagram: wish.isDatagram)
    }

    /// The request's wish, cut to the configured timeout.
    private static func timeout(_ request: HTTPRequest, _ route: Route) throws(Refusal) -> UInt64 {
        guard let field = request.headers.iceTimeout else { return route.timeout }
        var milliseconds: UInt64 = 0
        var isNumber = !field.isEmpty
        for byte in field {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
                isNumber = false
                break
            }
            // Larger ones are all cut to the same.
            milliseconds = min(milliseconds * 10 + UInt64(byte - UInt8(ascii: "0")), longestTimeout)
        }
        guard isNumber, milliseconds > 0 else {
            throw Refusal(.invalidHeader, "Ice-Timeout-Ms must be a positive number of milliseconds")
        }
        let wish = milliseconds * 1_000_000
        return route.timeout == 0 ? wish : min(wish, route.timeout)
    }

    /// In milliseconds; no configured timeout is longer.
    private static let longestTimeout = UInt64(Int64.max) / 1_000_000

    /// The facet that the request names, when the service lets it.
    private static func facet(
        _ request: HTTPRequest, _ route: Route, _ gateway: Gateway
    ) throws(Refusal) -> String? {
        guard let field = request.headers.iceFacet else { return nil }
        guard let facet = PercentEncoding.text(field) else {
            throw Refusal(.invalidHeader, "Ice-Facet must be percent-encoded UTF-8")
        }
        let service = gateway.configuration.services.first { $0.name == route.service }
        // Byte by byte: Swift holds some different Unicode texts for equal, Ice none.
        guard let service, service.facets.contains(where: { $0.utf8.elementsEqual(facet.utf8) }) else {
            throw Refusal(.facetNotAllowed, "'facets' of service '\(route.service)' does not name this facet")
        }
        return facet
    }
}
