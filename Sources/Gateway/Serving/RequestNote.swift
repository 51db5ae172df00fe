import Slice

/// What stays known of a request until its answer: for problem documents, metrics and the access log.
package struct RequestNote {
    let method: HTTPRequest.Method
    /// Borrowed from the request, which lives until its sink is answered.
    let path: UnsafeRawBufferPointer
    /// Bytes of its body.
    let bodySize: Int
    /// By the loop's clock, in nanoseconds.
    let arrival: UInt64
    /// Nil until it is found.
    var route: Route?
    /// Of the client's requests; nil when clients have no limit.
    var share: ClientRequests.Share?
    /// Who sent it; nil where nobody asks.
    var client: ClientIdentity?
    /// The page of another origin that may read the answer; borrowed as the path is.
    var origin: UnsafeRawBufferPointer?

    /// As it came; nil without one.
    let traceparent: UnsafeRawBufferPointer?

    /// The same of a copy of its request, which lives longer; what it is answered is for no page yet.
    func detached(_ copy: HTTPRequest) -> RequestNote {
        var note = RequestNote(copy, arrival: arrival)
        note.route = route
        note.client = client
        return note
    }

    init(_ request: HTTPRequest, arrival: UInt64) {
        method = request.method
        path = request.path
        bodySize = request.body.count
        self.arrival = arrival
        traceparent = request.headers.traceparent
    }
}
