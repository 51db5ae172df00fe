import CMicroHTTPD
import Gateway
import Glibc

/// The raw request target, noted before libmicrohttpd cuts it at `?`, `&` and `=`.
struct RequestTarget {
    /// The first byte of the target, in the connection's memory.
    private let start: UnsafePointer<CChar>
    let count: Int
    private let pathRange: Range<Int>
    private(set) var isMalformed = false
    /// A copy: the original is taken from libmicrohttpd.
    private var queryCopy: UnsafeMutableRawBufferPointer?

    /// libmicrohttpd finds an empty query: of another one it would note 64 bytes or more a parameter in the memory of the connection,
    /// so that a hundred of them left no room for header fields.
    ///
    /// - Parameter target: as the URI log callback got it; in the connection's memory, which is writable.
    init(_ target: UnsafePointer<CChar>) {
        start = target
        count = strlen(target)
        let bytes = UnsafeRawBufferPointer(start: target, count: count)
        var mark = count
        for index in 0..<count {
            let byte = bytes[index]
            if byte <= 0x20 || byte == 0x7F { isMalformed = true }
            if byte == UInt8(ascii: "?"), mark == count { mark = index }
        }
        if mark < count {
            let query = UnsafeRawBufferPointer(rebasing: bytes[(mark + 1)...])
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(query.count, 1), alignment: 1)
            copy.copyMemory(from: query)
            queryCopy = UnsafeMutableRawBufferPointer(rebasing: copy[..<query.count])
            if !query.isEmpty { UnsafeMutablePointer(mutating: target)[mark + 1] = 0 }
        }
        let path = UnsafeRawBufferPointer(rebasing: bytes[..<mark])
        if path.first == UInt8(ascii: "/") {
            pathRange = 0..<mark
        } else if let offset = Self.pathOfAbsoluteForm(path) {
            pathRange = offset..<mark
        } else {
            // `OPTIONS *` is the server itself; it has no page here, whatever the method.
            isMalformed = isMalformed || !path.elementsEqual(CollectionOfOne(UInt8(ascii: "*")))
            pathRange = 0..<mark
        }
    }

    /// Borrowed from the connection.
    var path: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(start: start, count: pathRange.upperBound)[pathRange])
    }

    /// Borrowed from this value, until ``freeMemory()``.
    var query: UnsafeRawBufferPointer? { queryCopy.map { UnsafeRawBufferPointer($0) } }

    /// To be called once; ``query`` is invalid afterwards.
    mutating func freeMemory() {
        queryCopy?.deallocate()
        queryCopy = nil
    }

    /// Whether the version follows the target as it should: a NUL byte in the target would have cut it short.
    func isFollowed(by version: UnsafePointer<CChar>) -> Bool { version == start + count + 1 }

    /// Where the path starts in `http://host/path` (RFC 9112 §3.2.2).
    private static func pathOfAbsoluteForm(_ target: UnsafeRawBufferPointer) -> Int? {
        let schemes: [StaticString] = ["http://", "https://"]
        for scheme in schemes where target.count > scheme.utf8CodeUnitCount {
            let prefix = UnsafeRawBufferPointer(start: scheme.utf8Start, count: scheme.utf8CodeUnitCount)
            guard zip(target, prefix).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) else { continue }
            return target[prefix.count...].firstIndex(of: UInt8(ascii: "/"))
        }
        return nil
    }
}

extension HTTPRequest.Method {
    /// - Parameter token: as the access handler got it. Methods are case-sensitive.
    init(token: UnsafePointer<CChar>) {
        switch token[0] {
        case CChar(UInt8(ascii: "P")):
            self =
                strcmp(token, "POST") == 0
                ? .post : strcmp(token, "PUT") == 0 ? .put : strcmp(token, "PATCH") == 0 ? .patch : .other
        case CChar(UInt8(ascii: "G")): self = strcmp(token, "GET") == 0 ? .get : .other
        case CChar(UInt8(ascii: "H")): self = strcmp(token, "HEAD") == 0 ? .head : .other
        case CChar(UInt8(ascii: "D")): self = strcmp(token, "DELETE") == 0 ? .delete : .other
        case CChar(UInt8(ascii: "O")): self = strcmp(token, "OPTIONS") == 0 ? .options : .other
        default: self = .other
        }
    }
}
