import IceEncoding
import OpenAPI

/// What the gateway itself answers under its reserved paths.
enum OwnPage: String {
    case live = "/livez"
    case ready = "/readyz"
    case metrics = "/metrics"
    case openAPIJSON = "/openapi.json"
    case openAPIYAML = "/openapi.yaml"
    case docs = "/docs"
    case docsFolder = "/docs/"

    /// Where people read what is served; nil when there is no page for them.
    static var forPeople: String? { OwnPage(rawValue: "/docs")?.rawValue }

    init?(path: UnsafeRawBufferPointer) {
        self.init(rawValue: String(decoding: path.prefix(32), as: UTF8.self))
    }

    func answer(
        _ shard: GatewayShard, _ note: RequestNote, _ sink: any ResponseSink
    ) -> (any RequestInProgress)? {
        switch self {
        case .live:
            shard.answer(note, Self.text(.json, "{\"status\":\"live\"}"), to: sink)
        case .ready:
            return shard.readiness.answer(note, sink)
        case .metrics:
            return MetricsPage.start(shard, note, sink)
        case .openAPIJSON:
            shard.answer(note, shard.gateway.documentJSON.response(sink), to: sink)
        case .openAPIYAML:
            shard.answer(note, shard.gateway.documentYAML.response(sink), to: sink)
        case .docs:
            shard.answer(note, DocsPage.shared.response(ifNoneMatch: sink.fieldLines("If-None-Match")), to: sink)
        case .docsFolder:
            shard.answer(note, DocsPage.redirection, to: sink)
        }
        return nil
    }

    private static func text(_ type: HTTPResponse.ContentType, _ text: String) -> HTTPResponse {
        var body = OutputBuffer(minimumCapacity: text.utf8.count)
        body.append(utf8: text)
        return HTTPResponse(
            status: 200, contentType: type, headers: [(name: "Cache-Control", value: "no-cache")], body: body)
    }
}
