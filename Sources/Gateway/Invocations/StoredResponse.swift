import IceEncoding

/// A response that is kept: any loop may send it, as often as it likes.
final class StoredResponse: Sendable {
    let status: Int
    let contentType: HTTPResponse.ContentType
    let headers: [(name: String, value: String)]
    let body: [UInt8]
    let code: ErrorCode?

    init(_ response: consuming HTTPResponse) {
        status = response.status
        contentType = response.contentType
        headers = response.headers
        code = response.code
        body = Array(response.body.bytes)
    }

    /// What it takes, in bytes.
    var size: Int {
        headers.reduce(body.count + Self.overhead) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    }

    /// Of an entry without body and header fields, about.
    static let overhead = 256

    /// Whether the servant provably didn't run.
    var isUndispatched: Bool { code?.dispatched == .no }

    /// - Parameter more: further header fields.
    func response(adding more: [(name: String, value: String)] = []) -> HTTPResponse {
        var copy = OutputBuffer(minimumCapacity: body.count)
        copy.append(body)
        var response = HTTPResponse(status: status, contentType: contentType, headers: headers + more, body: copy)
        response.code = code
        return response
    }
}
