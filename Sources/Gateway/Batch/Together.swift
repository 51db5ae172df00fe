import Ice
import IceEncoding

/// One Ice batch: all elements of a body in one message without answer.
final class Together: Exchange {
    /// The number of its requests, and the requests.
    private let message: OutputBuffer
    private let count: Int
    private let isLines: Bool

    init(
        _ route: Route, _ options: CallOptions, shard: GatewayShard, sink: any ResponseSink, note: RequestNote,
        message: consuming OutputBuffer, count: Int, isLines: Bool
    ) {
        self.message = message
        self.count = count
        self.isLines = isLines
        super.init(
            route, options, shard: shard, sink: sink, note: note, sources: nil)
    }

    func withMessage<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result { body(message.bytes) }

    override func remarshal(_ invocation: Invocation, into buffer: inout OutputBuffer) {
        buffer.append(message.bytes)
    }

    override func sentBody() -> OutputBuffer {
        var body = OutputBuffer(minimumCapacity: 48)
        body.append("{\"sent\":true,\"count\":")
        body.append(utf8: String(count))
        body.append("}")
        if isLines { body.append("\n") }
        return body
    }

    override func deliver(_ response: consuming HTTPResponse) {
        if isLines { response.contentType = .lines }
        super.deliver(response)
    }

    /// For no elements: nothing is to be sent, which counts as sent.
    func answerEmpty() {
        deliver(HTTPResponse(status: 202, contentType: .json, headers: options.timeoutHeader, body: sentBody()))
    }
}

extension HTTPResponse.ContentType {
    /// One JSON text a line.
    static var lines: Self { .other("application/x-ndjson") }
}
