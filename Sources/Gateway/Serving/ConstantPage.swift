import IceEncoding
import OpenAPI

/// A text that is made once and served often, with an entity tag by which clients tell whether they have it already.
struct ConstantPage: Sendable {
    private let bytes: [UInt8]
    private let contentType: HTTPResponse.ContentType
    /// In quotes; nil when there was no memory for a hash.
    private let entityTag: String?

    init(_ text: String, _ contentType: HTTPResponse.ContentType) {
        bytes = Array(text.utf8)
        self.contentType = contentType
        let fingerprint = Fingerprint()
        bytes.withUnsafeBytes { fingerprint.add($0) }
        entityTag = fingerprint.finish().map { digest in
            "\"" + digest.prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() + "\""
        }
    }

    /// The page, or 304 when the request's `If-None-Match` (RFC 9110 §13.1.2) has its tag.
    func response(_ sink: any ResponseSink) -> HTTPResponse {
        let headers =
            [(name: "Cache-Control", value: "no-cache")] + (entityTag.map { [(name: "ETag", value: $0)] } ?? [])
        if let entityTag, sink.fieldLines("If-None-Match").contains(where: { Self.names(entityTag, $0) }) {
            return HTTPResponse(status: 304, contentType: .none, headers: headers, body: OutputBuffer())
        }
        var body = OutputBuffer(minimumCapacity: bytes.count)
        body.append(bytes)
        return HTTPResponse(status: 200, contentType: contentType, headers: headers, body: body)
    }

    /// Whether a list of entity tags, weak or strong, has this one; none of ours has a comma.
    private static func names(_ tag: String, _ line: UnsafeRawBufferPointer) -> Bool {
        line.split(separator: UInt8(ascii: ",")).contains { item in
            var item = MediaType.trim(item)
            if item.starts(with: "W/".utf8) { item = item.dropFirst(2) }
            return item.elementsEqual(tag.utf8) || item.elementsEqual("*".utf8)
        }
    }
}
