package import EventLoop
package import IceEncoding

/// A request as the HTTP layer hands it over, complete with its body.
///
/// Everything borrowed stays valid until the request's ``ResponseSink`` has got its response or has told that the
/// client is gone.
package struct HTTPRequest {
    package enum Method: Sendable, Hashable {
        case get, head, post, put, patch, delete, options
        /// Any other token.
        case other
    }

    package var method: Method
    /// The path of the request target before percent-decoding, without the query: `/greeter/greet`.
    package var path: UnsafeRawBufferPointer
    /// What follows the `?`, not decoded; nil without a `?`.
    package var query: UnsafeRawBufferPointer?
    package var headers: HTTPRequestHeaders
    package var body: UnsafeRawBufferPointer

    package init(
        method: Method, path: UnsafeRawBufferPointer, query: UnsafeRawBufferPointer? = nil,
        headers: HTTPRequestHeaders = HTTPRequestHeaders(), body: UnsafeRawBufferPointer
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }
}

/// The header fields the gateway looks at, collected in one pass. Values are borrowed and as sent, without the blanks around them.
package struct HTTPRequestHeaders {
    package var contentType: UnsafeRawBufferPointer?
    package var accept: UnsafeRawBufferPointer?
    package var origin: UnsafeRawBufferPointer?
    package var host: UnsafeRawBufferPointer?
    package var iceTimeout: UnsafeRawBufferPointer?
    package var iceMode: UnsafeRawBufferPointer?
    package var iceFacet: UnsafeRawBufferPointer?
    package var prefer: UnsafeRawBufferPointer?
    /// `Ice-Context`, once for each field line.
    package var iceContext: [UnsafeRawBufferPointer] = []
    package var contentEncoding: UnsafeRawBufferPointer?
    package var idempotencyKey: UnsafeRawBufferPointer?
    package var traceparent: UnsafeRawBufferPointer?

    package init() {}
}

/// A response ready to be sent. Its body is handed over without a copy.
package struct HTTPResponse: ~Copyable {
    package enum ContentType: Sendable {
        case json, problem, yaml, text, none
        /// `application/octet-stream`.
        case bytes
        /// Any other, spelled out.
        case other(StaticString)
    }

    /// 200…599.
    package var status: Int
    package var contentType: ContentType
    /// Further header fields. Names and values are ours: no line breaks.
    package var headers: [(name: String, value: String)]
    package var body: OutputBuffer
    /// The row of the error table that it is of; nil when the request did not fail.
    package var code: ErrorCode?

    package init(
        status: Int, contentType: ContentType, headers: [(name: String, value: String)] = [],
        body: consuming OutputBuffer
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }
}

/// Where the answer to one request goes. Used on the request's loop only.
package protocol ResponseSink: AnyObject {
    /// Sends the response. To be called once; a second call is ignored. When the client is gone the response is dropped.
    func respond(_ response: consuming HTTPResponse)

    /// A twoway invocation of the request was handed to the system completely. Told at most once, before the response.
    func invocationSent()

    /// The client's address; nil where there is none.
    var clientAddress: SocketAddress? { get }

    /// The same as text.
    var clientName: String? { get }

    /// The values of all lines of a header field, in their order, without the blanks around them; borrowed as the request is.
    /// For fields that ``HTTPRequestHeaders`` has not. Slower than those: all lines are looked through.
    ///
    /// - Parameter name: in any case.
    func fieldLines(_ name: String) -> [UnsafeRawBufferPointer]

    /// Takes what is known of the request, for ``RequestHandler/ended(_:)``. Sinks that are not a client's have no use for it.
    func remember(_ note: RequestNote)
}

extension ResponseSink {
    package func remember(_ note: RequestNote) {}
    package func invocationSent() {}
}

extension ResponseSink {
    package var clientName: String? { clientAddress?.description }
}

/// What a request became, for the HTTP layer to tell when its client is gone.
package protocol RequestInProgress: AnyObject {
    /// The client closed its connection before the answer. ``ResponseSink/respond(_:)`` may still be called and does nothing.
    func clientGone()
}

/// The transport-free gateway of one loop. Everything happens on that loop's thread.
package protocol RequestHandler: AnyObject {
    /// The largest body read, in bytes; a larger one becomes ``HTTPFailure/bodyTooLarge``.
    var maximumBodySize: Int { get }

    /// Handles a complete request. The sink may be answered inside this call or later.
    ///
    /// - Returns: nil when it was answered inside the call.
    func handle(_ request: HTTPRequest, _ sink: any ResponseSink) -> (any RequestInProgress)?

    /// Makes the answer to a request that the HTTP layer itself refuses.
    func response(to failure: HTTPFailure, method: HTTPRequest.Method, path: UnsafeRawBufferPointer) -> HTTPResponse

    /// Lets a page of another origin read such an answer, if it may.
    func complete(_ response: inout HTTPResponse, origin: UnsafeRawBufferPointer, host: UnsafeRawBufferPointer?)

    /// Is told of every request once, when it has got its response or nobody waits for one any more.
    func ended(_ request: EndedRequest)
}

extension RequestHandler {
    package func complete(
        _ response: inout HTTPResponse, origin: UnsafeRawBufferPointer, host: UnsafeRawBufferPointer?
    ) {}

    package func ended(_ request: EndedRequest) {}
}

/// Why the HTTP layer refuses a request before it is complete.
package enum HTTPFailure: Sendable, Hashable {
    case bodyTooLarge
    case uriTooLong
    case headersTooLarge
    /// `Expect` with anything but `100-continue`.
    case expectationFailed
    /// A request that contradicts itself, as Content-Length beside chunked.
    case badRequest
    /// The rest of a request did not come in time.
    case slowClient
    case shuttingDown
}
