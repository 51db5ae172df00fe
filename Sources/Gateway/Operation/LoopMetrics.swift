import Slice

/// What one loop counts. Confined to the loop; other loops get a ``LoopSnapshot``.
final class LoopMetrics {
    private struct Name: Hashable {
        let service: String
        let operation: String
    }

    private(set) var meters: [OperationMeter] = []
    private var indices: [Name: Int] = [:]
    /// The meter of each route that was called. Routes are held so that an address stands for one route only.
    private var routes: [ObjectIdentifier: (route: Route, meter: Int)] = [:]

    func count(_ request: EndedRequest, time: UInt64?) {
        let outcome = OperationMeter.Outcome(
            method: request.method, status: request.reply.status == 0 ? Self.clientGone : request.reply.status,
            code: request.reply.code)
        meters[meter(of: request)].count(
            outcome, time: time, received: request.bodySize, sent: request.reply.bodySize)
    }

    /// What nginx made a custom: the client closed its connection before the answer.
    static let clientGone = 499

    /// Lets go of the routes of configurations that are not served any more; their counts stay.
    func forgetRoutes() { routes = [:] }

    private func meter(of request: EndedRequest) -> Int {
        guard let route = request.note?.route?.listed else {
            return meter(Name(service: "", operation: Self.ownPath(request.path)))
        }
        if let known = routes[ObjectIdentifier(route)] { return known.meter }
        let meter = meter(Name(service: route.service, operation: route.operation.info.name))
        routes[ObjectIdentifier(route)] = (route, meter)
        return meter
    }

    private func meter(_ name: Name) -> Int {
        if let index = indices[name] { return index }
        meters.append(OperationMeter(service: name.service, operation: name.operation))
        indices[name] = meters.count - 1
        return meters.count - 1
    }

    /// The reserved path that a path is or is below, as `/invocations`; all others are one: clients can't make series.
    private static func ownPath(_ path: UnsafeRawBufferPointer) -> String {
        let segment = path.dropFirst().prefix { $0 != UInt8(ascii: "/") }
        return ownPaths.first { $0.utf8.dropFirst().elementsEqual(segment) } ?? ""
    }

    private static let ownPaths = ServiceName.reserved.map { "/" + $0 }
}
