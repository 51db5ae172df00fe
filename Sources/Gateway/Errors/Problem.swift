import IceEncoding

/// A problem document, RFC 9457, with the gateway's members.
package struct Problem {
    package var code: ErrorCode
    package var detail: String
    /// Overrides the table's status, for a user exception with one of its own.
    package var status: Int
    /// Whether the servant ran; the table's unless more is known.
    package var dispatched: Dispatched
    package var isIdempotent = false
    /// The path of the request.
    package var instance: String = ""
    package var operation: String?
    package var identity: String?
    package var facet: String?
    /// JSON Pointer into the request.
    package var pointer: String?
    /// A type ID, `::Ice::ConnectionRefusedException`.
    package var iceException: String?
    package var replyStatus: Int?
    /// The typed user exception as JSON text.
    package var exception: [UInt8]?
    package var headers: [(name: String, value: String)] = []

    package init(_ code: ErrorCode, _ detail: String) {
        self.code = code
        self.detail = detail
        status = code.status
        dispatched = code.dispatched
    }

    /// Seconds after which a request that was not executed may be repeated.
    private static let retryAfterSeconds = 1

    /// The response: `application/problem+json`, never to be stored, with `Retry-After` on a 503 or 429.
    package func response() -> HTTPResponse {
        var body = OutputBuffer(minimumCapacity: 512)
        write(into: &body)
        var headers = headers
        headers.append((name: "Cache-Control", value: "no-store"))
        if code.status == 503 || code.status == 429 {
            headers.append((name: "Retry-After", value: String(Self.retryAfterSeconds)))
        }
        var response = HTTPResponse(status: status, contentType: .problem, headers: headers, body: body)
        response.code = code
        return response
    }

    private func write(into body: inout OutputBuffer) {
        var object = JSONObject()
        object.set("type", code.problemType)
        object.set("title", code.title)
        object.set("status", status)
        object.set("detail", detail)
        object.set("code", code.rawValue)
        object.set("dispatched", dispatched.rawValue)
        object.set("retryable", code.isRetryable(idempotent: isIdempotent))
        if !instance.isEmpty { object.set("instance", instance) }
        if let operation { object.set("operation", operation) }
        if let identity { object.set("identity", identity) }
        if let facet { object.set("facet", facet) }
        if let pointer { object.set("pointer", pointer) }
        if let iceException { object.set("iceException", iceException) }
        if let replyStatus { object.set("replyStatus", replyStatus) }
        object.write(into: &body)
        // The exception's members come from the plan with exact numbers; a JSON library in between would reprint them.
        if let exception, body.count > 0 {
            body.truncate(to: body.count - 1)
            body.append(",\"exception\":")
            body.append(exception)
            body.append(UInt8(ascii: "}"))
        }
    }
}
