import CMicroHTTPD
import Gateway
import Glibc

/// The header fields of one request, looked at once: what the gateway wants to know, and whether the head is one that two
/// implementations might understand differently (RFC 9112 §11.2, request smuggling).
///
/// libmicrohttpd 0.9.75 lets much of that through: Content-Length beside Transfer-Encoding, several of either, other codings
/// than chunked, blanks before the colon, continuation lines, bare LF, NUL bytes. All of them are refused here.
struct RequestHead {
    var fields = HTTPRequestHeaders()
    /// Bytes of the request line and all field lines.
    let size: Int
    /// Nil without a Content-Length.
    private(set) var contentLength: Int?
    private(set) var isChunked = false
    /// False when the client may want the connection to end with the answer.
    private(set) var keepsAlive: Bool
    private(set) var expectsContinue = false
    private(set) var expectsOther = false
    private(set) var isMalformed = false
    /// Joined lists; whoever has the head frees them with ``freeMemory()``.
    private var ownedMemory: [UnsafeMutableRawBufferPointer] = []
    /// Where the next field's name must start when field lines follow each other without anything strange between.
    private var next: UnsafePointer<CChar>?
    private let end: UnsafePointer<CChar>

    /// Reads all fields of the connection's request.
    ///
    /// - Parameters:
    ///   - method: as the access handler got it: the head's first byte.
    ///   - version: as the access handler got it.
    init(_ connection: OpaquePointer, method: UnsafePointer<CChar>, version: UnsafePointer<CChar>) {
        size = icegate_request_head_size(connection)
        end = method + size - 2
        keepsAlive = version[7] == UInt8(ascii: "1")
        // HTTP/1.1 is eight bytes, then CR and LF.
        next = version + 10
        withUnsafeMutablePointer(to: &self) { head in
            _ = MHD_get_connection_values_n(
                connection, .HEADER_KIND,
                { head, _, name, nameSize, value, valueSize in
                    guard let head, let name, let value else { return .NO }
                    head.assumingMemoryBound(to: RequestHead.self).pointee.field(name, nameSize, value, valueSize)
                    return .YES
                }, head)
        }
        if next != end { isMalformed = true }
        if version[7] != UInt8(ascii: "0"), fields.host == nil { isMalformed = true }
        if isChunked, contentLength != nil || version[7] == UInt8(ascii: "0") { isMalformed = true }
    }

    /// To be called once; ``fields`` are invalid afterwards.
    mutating func freeMemory() {
        for memory in ownedMemory { memory.deallocate() }
        ownedMemory = []
    }

    private mutating func field(
        _ name: UnsafePointer<CChar>, _ nameSize: Int, _ value: UnsafePointer<CChar>, _ valueSize: Int
    ) {
        if name != next || !FieldName.isToken(name, nameSize) { isMalformed = true }
        next = value + valueSize + 2
        let content = Self.content(value, valueSize)
        guard FieldName.isText(content) else {
            isMalformed = true
            return
        }
        // The length decides for almost every field that it is none of ours.
        switch nameSize {
        case 4 where FieldName.equal(name, "host"): fields.host = single(fields.host, content)
        case 6: sixBytes(name, content)
        case 8 where FieldName.equal(name, "ice-mode"): fields.iceMode = single(fields.iceMode, content)
        case 9 where FieldName.equal(name, "ice-facet"): fields.iceFacet = single(fields.iceFacet, content)
        case 10 where FieldName.equal(name, "connection"):
            if !FieldName.equal(content, "keep-alive") { keepsAlive = false }
        case 11 where FieldName.equal(name, "ice-context"): fields.iceContext.append(content)
        case 11 where FieldName.equal(name, "traceparent"): traceparent(content)
        case 12 where FieldName.equal(name, "content-type"): fields.contentType = single(fields.contentType, content)
        case 14 where FieldName.equal(name, "content-length"): length(content)
        case 14 where FieldName.equal(name, "ice-timeout-ms"): fields.iceTimeout = single(fields.iceTimeout, content)
        case 15 where FieldName.equal(name, "idempotency-key"):
            fields.idempotencyKey = single(fields.idempotencyKey, content)
        case 16 where FieldName.equal(name, "content-encoding"):
            fields.contentEncoding = single(fields.contentEncoding, content)
        case 17 where FieldName.equal(name, "transfer-encoding"):
            if isChunked || !FieldName.equal(content, "chunked") { isMalformed = true }
            isChunked = true
        default: break
        }
    }

    private mutating func sixBytes(_ name: UnsafePointer<CChar>, _ content: UnsafeRawBufferPointer) {
        if FieldName.equal(name, "accept") {
            fields.accept = list(fields.accept, content)
        } else if FieldName.equal(name, "origin") {
            fields.origin = single(fields.origin, content)
        } else if FieldName.equal(name, "prefer") {
            fields.prefer = list(fields.prefer, content)
        } else if FieldName.equal(name, "expect") {
            if FieldName.equal(content, "100-continue") { expectsContinue = true } else { expectsOther = true }
        }
    }

    /// More than one is none: W3C Trace Context §3.2.
    private mutating func traceparent(_ content: UnsafeRawBufferPointer) {
        fields.traceparent = fields.traceparent == nil ? content : UnsafeRawBufferPointer(rebasing: content[..<0])
    }

    /// A field that may come once.
    private mutating func single(
        _ first: UnsafeRawBufferPointer?, _ content: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer {
        if first != nil { isMalformed = true }
        return content
    }

    /// A field whose lines form one list (RFC 9110 §5.3).
    private mutating func list(
        _ first: UnsafeRawBufferPointer?, _ content: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer {
        guard let first else { return content }
        let joined = UnsafeMutableRawBufferPointer.allocate(byteCount: first.count + 2 + content.count, alignment: 1)
        joined.copyMemory(from: first)
        joined[first.count] = UInt8(ascii: ",")
        joined[first.count + 1] = UInt8(ascii: " ")
        UnsafeMutableRawBufferPointer(rebasing: joined[(first.count + 2)...]).copyMemory(from: content)
        ownedMemory.append(joined)
        return UnsafeRawBufferPointer(joined)
    }

    private mutating func length(_ content: UnsafeRawBufferPointer) {
        guard contentLength == nil, !content.isEmpty, content.count <= 18 else {
            isMalformed = true
            return
        }
        var length = 0
        for byte in content {
            guard byte &- UInt8(ascii: "0") <= 9 else {
                isMalformed = true
                return
            }
            length = length * 10 + Int(byte &- UInt8(ascii: "0"))
        }
        contentLength = length
    }

    /// The value without the blanks behind it; libmicrohttpd has removed those before it.
    static func content(_ value: UnsafePointer<CChar>, _ size: Int) -> UnsafeRawBufferPointer {
        var count = size
        while count > 0, value[count - 1] == UInt8(ascii: " ") || value[count - 1] == UInt8(ascii: "\t") { count -= 1 }
        return UnsafeRawBufferPointer(start: value, count: count)
    }
}
