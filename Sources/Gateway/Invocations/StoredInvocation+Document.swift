import IceEncoding
import Slice

extension StoredInvocation {
    /// What a cancel does not do.
    static let cancelNotice =
        "the gateway no longer waits for the answer; the servant was not told, and executes what it was sent"

    /// The document of `GET /invocations/{id}`.
    func document(status: Int, headers: [(name: String, value: String)]) -> HTTPResponse {
        var object = JSONObject()
        object.set("id", id)
        object.set("service", route.service)
        object.set("operation", route.operation.info.name)
        object.set("state", state.rawValue)
        object.set("sent", isSent)
        object.set("sentSynchronously", isSentSynchronously)
        object.set("created", created.description)
        if let finished { object.set("finished", finished.description) }
        if let expires { object.set("expires", expires.description) }
        if let response { object.set("status", response.status) }
        if state == .cancelled { object.set("detail", Self.cancelNotice) }
        var links = JSONObject()
        links.set("self", path)
        links.set("result", "\(path)/result")
        object.set("links", links)
        var body = OutputBuffer(minimumCapacity: 512)
        object.write(into: &body)
        let headers = headers + [(name: "Cache-Control", value: "no-store")]
        return HTTPResponse(status: status, contentType: .json, headers: headers, body: body)
    }
}
