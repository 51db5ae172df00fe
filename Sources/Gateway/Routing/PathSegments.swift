/// The segments of a request's path: what stands between its slashes, each percent-encoded for itself (RFC 3986, 3.3), so that an
/// encoded slash is data.
enum PathSegments {
    /// The segment at a place from 0, as it came; nil when there are fewer.
    static func segment(_ index: Int, of path: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var rest = path.first == slash ? UnsafeRawBufferPointer(rebasing: path.dropFirst()) : path
        for _ in 0..<index {
            guard let end = rest.firstIndex(of: slash) else { return nil }
            rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
        }
        return UnsafeRawBufferPointer(rebasing: rest[..<(rest.firstIndex(of: slash) ?? rest.endIndex)])
    }

    /// The decoded text of a segment.
    ///
    /// - Parameter index: its place from 0, for the message.
    static func text(of segment: UnsafeRawBufferPointer, at index: Int) throws(Refusal) -> String {
        guard let bytes = PercentEncoding.decode(segment) else {
            throw Refusal(.badRequest, "segment \(index + 1) of the path has a % without two hexadecimal digits")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Refusal(.badRequest, "segment \(index + 1) of the path is not UTF-8")
        }
        return text
    }

    static let slash = UInt8(ascii: "/")
}
