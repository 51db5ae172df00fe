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
        if let encoding = request.headers.contentEncoding {
            throw Refusal(
                .unsupportedMediaType,
                "the body must not be compressed; the request says Content-Encoding: "
                    + String(decoding: encoding.prefix(100), as: UTF8.self))
        }
        guard
            route.requests.takesBytes || MediaType.acceptsJSON(request.headers.contentType, body: request.body)
                || MediaType.isLines(request.headers.contentType)
        else {
            var detail = "the body must be application/json or application/x-ndjson in UTF-8"
            if let type = request.headers.contentType {
                detail += "; the request says Content-Type: \(String(decoding: type.prefix(100), as: UTF8.self))"
            }
            throw Refusal(.unsupportedMediaType, detail)
        }
        guard
            MediaType.accepted(request.headers.accept, bytes: route.requests.givesBytes)
                || BatchForm(request, route) != nil && MediaType.acceptsLines(request.headers.accept)
        else {
            throw Refusal(
                .notAcceptable,
                route.requests.givesBytes
                    ? "answers are application/octet-stream"
                    : "answers are application/json; to a batch also application/x-ndjson")
        }
    }

    /// The last stages, whoever gets the answer: what every call goes through, also one that outlives its request.
    func call(
        _ route: Route, _ options: CallOptions, _ request: HTTPRequest, _ note: RequestNote, _ sink: any ResponseSink
    ) throws(Refusal) -> (any RequestInProgress)? {
        try checkFlow(route, options.mode)
        return try invoke(route, options, request, note, sink)
    }

    /// Makes one invocation of a request whose body is one object of arguments.
    func invoke(
        _ route: Route, _ options: CallOptions, _ request: HTTPRequest, _ note: RequestNote, _ sink: any ResponseSink
    ) throws(Refusal) -> (any RequestInProgress)? {
        if let form = BatchForm(request, route) { return try invokeBatch(form, route, options, request, note, sink) }
        if options.mode.isBatch { return try invokeBatch(.single, route, options, request, note, sink) }
        defer {
            scratch.truncate(to: 0)
            scratch.shrink(toCapacity: Self.scratchLimit)
        }
        let sources = ArgumentSources(request)
        try route.encode(sources, into: &scratch)
        let template = self.template(route, options)
        guard scratch.count + template.size(with: options.context) <= gateway.messageSizeMaximum else {
            throw Refusal(
                .requestTooLarge,
                "the request is \(scratch.count) bytes in Ice's encoding; a message may have \(gateway.messageSizeMaximum)"
            )
        }
        let exchange = Exchange(route, options, shard: self, sink: sink, note: note, sources: sources)
        exchangeBegan()
        exchange.invocation = invoker(route, options.mode).invoke(
            template, context: options.context, payload: scratch.bytes, isTwoway: options.isTwoway,
            isIdempotent: route.operation.isIdempotent, timeout: options.timeout, observer: exchange)
        return exchange
    }

    /// The route's, or one with the facet that the request names.
    func template(_ route: Route, _ options: CallOptions) -> RequestTemplate {
        options.facet.map { route.template.withFacet($0) } ?? route.template
    }
}
