import CMicroHTTPD
import Gateway
import Glibc
import IceEncoding

extension HTTPServer {
    // MARK: Requests that libmicrohttpd refuses

    /// Keeps libmicrohttpd from answering in its own words.
    ///
    /// What libmicrohttpd can't parse never reaches the access handler: it answers with a page of HTML, whose head 0.9.75 even
    /// sends twice after a bad Content-Length. All it tells is this message, just before it queues the page, and not of which
    /// connection. So all that have begun a request are suspended, which keeps the page back. After the run, the one that has
    /// a response queued is known.
    ///
    /// Connections without a request line may not be suspended: one that libmicrohttpd closed in this run looks the same. When
    /// no other is being read, or one alone has filled its memory with a line that does not end, its answer is written here;
    /// otherwise it gets the page: an answer to somebody else would be worse.
    ///
    /// - Parameter message: "Error processing request (HTTP response code is 431 (…". The wording is 0.9.75's; another one is
    ///   not recognised, and the pages remain.
    func suspectRefused(_ message: String) {
        let prefix = "Error processing request (HTTP response code is "
        guard message.hasPrefix(prefix), let status = UInt32(message.dropFirst(prefix.count).prefix(3)) else { return }
        var quiet = 0
        var withoutLine: [ClientConnection] = []
        var readingCount = 0
        for client in connections where client.mayBeReading {
            readingCount += 1
            guard client.exchange != nil else {
                if client.awaitsRequest { withoutLine.append(client) }
                continue
            }
            if client.lastActive < activeSince {
                // Only bytes that came after our epoll was asked and before libmicrohttpd's was can make it one of these.
                guard quiet < Self.quietSuspects else { continue }
                quiet += 1
            }
            client.suspend()
            suspects.append(client)
        }
        guard let failure = HTTPFailure(refusalStatus: status) else { return }
        // Nobody else's memory is full without a request line.
        let whole = UInt64(clamping: limits.connectionMemory / 4 * 3)
        let full = status == 414 ? withoutLine.filter { $0.hasReadWithoutLine(whole) } : []
        if readingCount == 1, let client = withoutLine.first {
            refuse(client, failure)
        } else if full.count == 1, let client = full.first {
            refuse(client, failure)
        } else if Self.lineStatuses.contains(status) || suspects.isEmpty {
            pagesLeft += 1
        }
    }

    /// With which libmicrohttpd refuses a request line: one that is too long, by its target or its method, or of another HTTP.
    private static var lineStatuses: [UInt32] { [414, 501, 505] }

    /// So many connections are suspected though nothing came from them in this turn. A suspicion costs four system calls.
    private static var quietSuspects: Int { 64 }

    /// After the run: puts the handler's answer in front of libmicrohttpd's own and closes the socket's writing side, so
    /// that the page gets nowhere. The other connections go on.
    func settleSuspects() {
        for client in suspects {
            if let status = client.refusalStatus, let failure = HTTPFailure(refusalStatus: status) {
                refuse(client, failure)
            }
            resume(client)
        }
        suspects.removeAll(keepingCapacity: true)
    }

    /// Answers past libmicrohttpd, which closes the connection or is about to be made to.
    func refuse(_ client: ClientConnection, _ failure: HTTPFailure) {
        if let exchange = client.exchange { return exchange.refuseDirectly(failure) }
        let noPath = UnsafeRawBufferPointer(start: nil, count: 0)
        let response = handler.response(to: failure, method: .other, path: noPath)
        handler.ended(EndedRequest(refused: EndedRequest.Reply(response), client: client.address))
        client.sendLast(response.wholeMessage())
    }
}

extension HTTPFailure {
    /// What libmicrohttpd means by a status; nil: something went wrong inside of it.
    fileprivate init?(refusalStatus: UInt32) {
        switch refusalStatus {
        case 413: self = .bodyTooLarge
        case 414: self = .uriTooLong
        case 431: self = .headersTooLarge
        case 500: return nil
        default: self = .badRequest
        }
    }
}

extension HTTPResponse {
    /// Head and body of an answer that ends its connection.
    consuming func wholeMessage() -> OutputBuffer {
        var message = OutputBuffer(minimumCapacity: 512 + body.count)
        let reason = MHD_get_reason_phrase_for(UInt32(clamping: status)).map { String(cString: $0) } ?? ""
        message.append(utf8: "HTTP/1.1 \(status) \(reason)\r\nConnection: close\r\nContent-Length: \(body.count)\r\n")
        if let type = contentType.fieldValue { message.append(utf8: "Content-Type: \(String(cString: type))\r\n") }
        for (name, value) in headers { message.append(utf8: "\(name): \(value)\r\n") }
        message.append("\r\n")
        message.append(body.bytes)
        return message
    }
}
