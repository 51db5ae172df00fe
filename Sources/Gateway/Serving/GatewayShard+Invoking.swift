import Ice
import IceEncoding
import Slice
import SliceJSON

extension GatewayShard {
    // MARK: Invoking

    /// A burst's scratch memory larger than this is given back.
    private static var scratchLimit: Int { 1 << 20 }

    func checkMediaTypes(_ request: HTTPRequest, _ route: Route) throws(Refusal) {
        if let reason = route.unsupportedReason { throw Refusal(.unsupportedOperation, reason) }
        guard MediaType.acceptsJSON(request.headers.contentType, body: request.body),
            request.headers.contentEncoding == nil
        else {
            var detail = "the body must be application/json in UTF-8, not compressed"
            if let type = request.headers.contentType {
                detail += "; the request says Content-Type: \(String(decoding: type.prefix(100), as: UTF8.self))"
            }
            throw Refusal(.unsupportedMediaType, detail)
        }
        guard MediaType.accepted(request.headers.accept) else {
            throw Refusal(.notAcceptable, "answers are application/json")
        }
    }

    /// Makes one invocation of a request whose body is one object of arguments.
    func invoke(
        _ route: Route, _ options: CallOptions, _ request: HTTPRequest, _ note: RequestNote, _ sink: any ResponseSink
    ) throws(Refusal) -> (any RequestInProgress)? {
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
            throw Refusal(
                .requestTooLarge,
                "the request is \(scratch.count) bytes in Ice's encoding; a message may have \(gateway.messageSizeMaximum)"
            )
        }
        let exchange = Exchange(route, options, shard: self, sink: sink, note: note, body: request.body)
        exchangeBegan()
        exchange.invocation = target(of: route).invoke(
            route.template, payload: scratch.bytes, isTwoway: options.isTwoway,
            isIdempotent: route.operation.isIdempotent, timeout: options.timeout, observer: exchange)
        return exchange
    }
}
