import CMicroHTTPD
import EventLoop
import Gateway
import Glibc
import IceEncoding

/// One request and its answer: what `*con_cls` points to.
///
/// It starts with the request line and ends when libmicrohttpd says that the request is completed, in whatever way.
/// In between libmicrohttpd calls the access handler once with the head, then with each piece of body, then once more
/// with the complete request. Not answered then, the connection is suspended until ``respond(_:)``. Ended exchanges are
/// used again unless somebody still holds them as a sink.
final class HTTPExchange: ResponseSink {
    enum State {
        /// The header fields are not complete.
        case head
        case body
        /// What is left of the body is thrown away; then the answer tells why.
        case discarding(HTTPFailure)
        /// Inside ``RequestHandler/handle(_:_:)``.
        case handling
        /// The connection is suspended.
        case waiting
        /// A response is queued.
        case answered
        /// No answer is possible; the connection will be closed.
        case gone
        /// Nothing left to do. libmicrohttpd may have freed what the exchange knew.
        case ended
    }

    /// Touched only while the connection lives, and the server stops its daemon before it goes.
    private unowned(unsafe) let server: HTTPServer
    private(set) var state = State.ended
    private var connection: OpaquePointer?
    unowned(unsafe) private(set) var client: ClientConnection?
    private var method = HTTPRequest.Method.other
    private var target: RequestTarget?
    private var head: RequestHead?
    private var body = OutputBuffer(minimumCapacity: 16)
    private var bodySize = 0
    /// Whether bytes of a next request may be in libmicrohttpd's buffer.
    private(set) var mayHaveSuccessor = true
    /// Whether the connection can be suspended after the answer: it stays, and nothing is left to read.
    private(set) var mayPark = false
    /// Whether another request may follow on the connection.
    private(set) var keepsConnection = false
    private var progress: (any RequestInProgress)?
    /// Bytes of the answer's body.
    private(set) var answerSize = 0
    /// What the handler knows of the request; nil before it is told.
    private var note: RequestNote?
    /// What was answered while the handler was still at it.
    private var reply = EndedRequest.Reply()

    /// A larger body buffer is not kept for the next request.
    private static let keptBodyCapacity = 64 << 10
    /// So much is reserved because a client says that it will send it.
    private static let reservedBodyCapacity = 1 << 20

    init(server: HTTPServer) {
        self.server = server
    }

    var isWaiting: Bool { if case .waiting = state { true } else { false } }
    var isAnswered: Bool { if case .answered = state { true } else { false } }

    /// Whether the request is still being read.
    var isReading: Bool {
        switch state {
        case .head, .body, .discarding, .handling: true
        default: false
        }
    }

    /// The request line has come.
    func begin(_ connection: OpaquePointer, _ client: ClientConnection, target: UnsafePointer<CChar>) {
        self.connection = connection
        self.client = client
        self.target = RequestTarget(target)
        state = .head
        client.exchange = self
        if client.busySince == 0 { client.busySince = server.loop.now }
    }
}

extension HTTPExchange {
    // MARK: The access handler's calls

    /// One call of the access handler.
    ///
    /// - Returns: `NO` closes the connection.
    func access(
        method: UnsafePointer<CChar>, version: UnsafePointer<CChar>, data: UnsafePointer<CChar>?,
        size: UnsafeMutablePointer<Int>
    ) -> MHD_Result {
        // The client was told already that this came to nothing.
        guard client?.isEnding == false || isAnswered else { return .NO }
        if size.pointee > 0, let data {
            defer { size.pointee = 0 }
            return receive(UnsafeRawBufferPointer(start: data, count: size.pointee))
        }
        switch state {
        case .head: return start(method, version)
        case .body: return handle()
        case .discarding(let failure): return refuse(failure)
        case .answered: return .YES
        case .handling, .waiting, .gone, .ended: return .NO
        }
    }

    /// The head is complete.
    private func start(_ method: UnsafePointer<CChar>, _ version: UnsafePointer<CChar>) -> MHD_Result {
        guard let connection, let target else { return .NO }
        self.method = HTTPRequest.Method(token: method)
        let head = RequestHead(connection, method: method, version: version)
        self.head = head
        state = .body
        if target.count > server.limits.uri { return refuse(.uriTooLong) }
        if head.size > server.limits.header { return refuse(.headersTooLarge) }
        if head.isMalformed || target.isMalformed || !target.isFollowed(by: version) { return refuse(.badRequest) }
        if head.expectsOther { return refuse(.expectationFailed) }
        guard let length = head.contentLength, length > 0 else {
            if !head.isChunked { noteSuccessor(method + head.size) }
            return .YES
        }
        let excess = length - server.handler.maximumBodySize
        if excess > 0 {
            if head.expectsContinue || excess > server.limits.discardedBody { return refuse(.bodyTooLarge) }
            state = .discarding(.bodyTooLarge)
        } else {
            body.reserve(min(length, Self.reservedBodyCapacity))
        }
        return .YES
    }

    private func receive(_ bytes: UnsafeRawBufferPointer) -> MHD_Result {
        // Can't overflow: no stream is that long.
        bodySize &+= bytes.count
        switch state {
        case .body:
            if bodySize > server.handler.maximumBodySize {
                body.truncate(to: 0)
                state = .discarding(.bodyTooLarge)
            } else {
                body.append(bytes)
                if let end = bytes.baseAddress, bodySize == head?.contentLength { noteSuccessor(end + bytes.count) }
            }
            return .YES
        case .discarding:
            return bodySize - server.handler.maximumBodySize > server.limits.discardedBody ? .NO : .YES
        default:
            return .NO
        }
    }

    /// Looks at the byte behind the request. libmicrohttpd zeroes a connection's memory between two requests, so anything
    /// else may be a pipelined one; and should it not zero one day, every request would look like that, which is only slower.
    /// The byte is inside that memory: what is noted about the fields, at least about `Host`, lies behind the read buffer.
    private func noteSuccessor(_ end: UnsafeRawPointer) {
        mayHaveSuccessor = end.load(as: UInt8.self) != 0
    }

    /// The request is complete.
    private func handle() -> MHD_Result {
        guard let client, let target, let head else { return .NO }
        let request = HTTPRequest(
            method: method, path: target.path, query: target.query, headers: head.fields, body: body.bytes)
        state = .handling
        client.busySince = 0
        let progress = server.handler.handle(request, self)
        switch state {
        case .handling:
            if client.isHungUp {
                self.progress = progress
                server.exchangeFailed()
                giveUp()
                return .NO
            }
            self.progress = progress
            state = .waiting
            client.hasUnread = false
            server.exchangeWaits()
            client.suspend()
            return .YES
        case .answered:
            tellEnd(reply)
            return .YES
        default:
            tellEnd(reply)
            return .NO
        }
    }

    /// Answers with the handler's words and closes the connection: what else the client sends is not a request.
    private func refuse(_ failure: HTTPFailure) -> MHD_Result {
        tellEnd(queue(response(to: failure), closing: true))
        if case .answered = state { return .YES }
        return .NO
    }

    /// Answers past libmicrohttpd, which is about to close the connection.
    func refuseDirectly(_ failure: HTTPFailure) {
        let response = response(to: failure)
        tellEnd(EndedRequest.Reply(response))
        client?.sendLast(response.wholeMessage())
    }

    /// The request took too long. A client that takes too long for an answer is told nothing.
    func refuseSlow() {
        if isReading { refuseDirectly(.slowClient) }
    }

    private func response(to failure: HTTPFailure) -> HTTPResponse {
        let path = target?.path ?? UnsafeRawBufferPointer(start: nil, count: 0)
        var response = server.handler.response(to: failure, method: method, path: path)
        if let fields = head?.fields, let origin = fields.origin {
            server.handler.complete(&response, origin: origin, host: fields.host)
        }
        return response
    }
}

extension HTTPExchange {
    // MARK: More of the request

    var clientAddress: SocketAddress? { client?.address }
    var clientName: String? { client?.name }

    func remember(_ note: RequestNote) {
        switch state {
        case .handling, .answered, .gone: self.note = note
        default: break
        }
    }

    func fieldLines(_ name: String) -> [UnsafeRawBufferPointer] {
        guard let connection else { return [] }
        var search = FieldSearch(name: name)
        withUnsafeMutablePointer(to: &search) { search in
            _ = MHD_get_connection_values_n(
                connection, .HEADER_KIND,
                { search, _, name, nameSize, value, valueSize in
                    guard let search, let name, let value else { return .NO }
                    search.assumingMemoryBound(to: FieldSearch.self).pointee.field(name, nameSize, value, valueSize)
                    return .YES
                }, search)
        }
        return search.found
    }
}

/// The lines of one header field.
private struct FieldSearch {
    let name: String
    var found: [UnsafeRawBufferPointer] = []

    mutating func field(
        _ name: UnsafePointer<CChar>, _ nameSize: Int, _ value: UnsafePointer<CChar>, _ valueSize: Int
    ) {
        guard nameSize == self.name.utf8.count, strncasecmp(name, self.name, nameSize) == 0 else { return }
        found.append(RequestHead.content(value, valueSize))
    }
}

extension HTTPExchange {
    // MARK: Answers

    func respond(_ response: consuming HTTPResponse) {
        switch state {
        case .handling:
            // The handler tells what it knows when it returns.
            reply = queue(response, closing: false)
        case .waiting:
            progress = nil
            mayPark = !mayHaveSuccessor && !server.isStopping && head?.keepsAlive == true
            tellEnd(queue(response, closing: false))
            if let client { server.resume(client) }
        default:
            break
        }
    }

    /// Queues the response. That is allowed inside the access handler and, libmicrohttpd's manual says, at any time on
    /// a suspended connection.
    ///
    /// - Returns: what was queued.
    private func queue(_ response: consuming HTTPResponse, closing: Bool) -> EndedRequest.Reply {
        let wasWaiting = isWaiting
        state = .gone
        defer { server.answered(wasWaiting: wasWaiting, isAnswered) }
        let reply = EndedRequest.Reply(response)
        guard let connection else { return EndedRequest.Reply() }
        let status = UInt32(clamping: response.status)
        answerSize = response.body.count
        guard let made = response.makeMHDResponse(closing: closing || server.isStopping) else {
            return EndedRequest.Reply()
        }
        if MHD_queue_response(connection, status, made) == .YES {
            state = .answered
            keepsConnection = !closing && !server.isStopping && head?.keepsAlive == true
            client?.busySince = server.loop.now
        }
        MHD_destroy_response(made)
        return isAnswered ? reply : EndedRequest.Reply()
    }

    /// Tells the handler how the request ended. Everything borrowed still holds.
    private func tellEnd(_ reply: EndedRequest.Reply) {
        let noPath = UnsafeRawBufferPointer(start: nil, count: 0)
        server.handler.ended(
            EndedRequest(
                method: method, path: target?.path ?? noPath, bodySize: bodySize, note: note, reply: reply, sink: self))
        note = nil
    }

    /// The client closed while the connection was suspended, or the server stops. Nobody will be answered.
    func giveUp() {
        state = .gone
        let progress = self.progress
        self.progress = nil
        progress?.clientGone()
        tellEnd(EndedRequest.Reply())
    }

    /// libmicrohttpd is through with the request.
    func end() {
        if client?.exchange === self { client?.exchange = nil }
        progress = nil
        client = nil
        connection = nil
        target?.freeMemory()
        target = nil
        head?.freeMemory()
        head = nil
        body.truncate(to: 0)
        body.shrink(toCapacity: Self.keptBodyCapacity)
        bodySize = 0
        method = .other
        note = nil
        reply = EndedRequest.Reply()
        mayHaveSuccessor = true
        mayPark = false
        keepsConnection = false
        state = .ended
    }
}
