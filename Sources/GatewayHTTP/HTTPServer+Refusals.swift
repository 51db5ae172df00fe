import CMicroHTTPD
import Gateway
import Glibc
import IceEncoding

extension HTTPServer {
    // MARK: Requests that libmicrohttpd refuses

    /// Puts the handler's answer in front of libmicrohttpd's own.
    ///
    /// What libmicrohttpd can't parse never reaches the access handler: it answers with a page of HTML, whose head 0.9.75 even
    /// sends twice after a bad Content-Length. All it tells is this message, just before. When the request can only be that
    /// of one connection, the answer is written to its socket here and the socket's writing side is closed, so that
    /// libmicrohttpd's page gets nowhere. Otherwise the client gets the page: a wrong guess would be worse.
    ///
    /// - Parameter message: "Error processing request (HTTP response code is 431 (…". The wording is 0.9.75's; another one is
    ///   not recognised, and the pages remain.
    func replaceErrorPage(_ message: String) {
        let prefix = "Error processing request (HTTP response code is "
        guard message.hasPrefix(prefix) else { return }
        let failure: HTTPFailure
        switch message.dropFirst(prefix.count).prefix(3) {
        case "413": failure = .bodyTooLarge
        case "414": failure = .uriTooLong
        case "431": failure = .headersTooLarge
        case "500": return
        default: failure = .badRequest
        }
        var found: ClientConnection?
        for client in connections where client.mayBeReading {
            if found != nil { return }
            found = client
        }
        guard let found else { return }
        if let exchange = found.exchange { return exchange.refuseDirectly(failure) }
        let noPath = UnsafeRawBufferPointer(start: nil, count: 0)
        let response = handler.response(to: failure, method: .other, path: noPath)
        handler.ended(EndedRequest(refused: EndedRequest.Reply(response), client: found.address))
        found.sendLast(response.wholeMessage())
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
