package import EventLoop
import IceEncoding

/// A request of a client that is over: what metrics and the access log say of it.
///
/// Everything borrowed is valid inside ``RequestHandler/ended(_:)`` only.
package struct EndedRequest {
    /// What a client got.
    package struct Reply {
        /// Of HTTP; 0 when nobody got an answer.
        package var status = 0
        /// Bytes of the body.
        package var bodySize = 0
        /// Nil when the request did not fail.
        package var code: ErrorCode?

        /// None: the client is gone.
        package init() {}

        package init(_ response: borrowing HTTPResponse) {
            status = response.status
            bodySize = response.body.count
            code = response.code
        }
    }

    package var method: HTTPRequest.Method
    /// Empty when the request line was not read.
    package var path: UnsafeRawBufferPointer
    /// Bytes of the request's body that were received.
    package var bodySize: Int
    /// Nil when the HTTP layer refused the request.
    package var note: RequestNote?
    package var reply: Reply
    /// Nil when there was no request to answer, only bytes.
    private let sink: (any ResponseSink)?
    private let address: SocketAddress?

    /// The client's address as text; may take a system call.
    package var clientName: String? { address?.description ?? sink?.clientName }

    package init(
        method: HTTPRequest.Method, path: UnsafeRawBufferPointer, bodySize: Int, note: RequestNote?, reply: Reply,
        sink: any ResponseSink
    ) {
        address = nil
        self.method = method
        self.path = path
        self.bodySize = bodySize
        self.note = note
        self.reply = reply
        self.sink = sink
    }

    /// Bytes that were refused before they were a request.
    package init(refused reply: Reply, client: SocketAddress?) {
        method = .other
        path = UnsafeRawBufferPointer(start: nil, count: 0)
        bodySize = 0
        self.reply = reply
        sink = nil
        address = client
    }
}
