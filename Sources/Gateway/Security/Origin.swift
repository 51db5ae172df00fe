import EventLoop

/// An origin as browsers send it (RFC 6454 §6.1): `https://example.com:8443`, without the port that the scheme has anyway.
struct Origin: Sendable, Hashable {
    let text: String

    /// - Parameter text: as configured, letters in any case, the scheme's own port or not.
    /// - Returns: nil when a browser never sends such an origin.
    init?(_ text: String) {
        let lowercase = text.lowercased()
        guard let mark = lowercase.firstRange(of: "://"), mark.lowerBound > lowercase.startIndex else { return nil }
        let scheme = lowercase[..<mark.lowerBound]
        let host = lowercase[mark.upperBound...]
        guard scheme.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") }),
            !host.isEmpty,
            host.utf8.allSatisfy({ byte in
                byte > 0x20 && byte < 0x7f && !"/?#@*,\"\\".utf8.contains(byte)
            })
        else { return nil }
        self.text = "\(scheme)://\(Self.withoutOwnPort(host, of: scheme))"
    }

    /// - Parameter host: with or without a port.
    static func withoutOwnPort(_ host: Substring, of scheme: Substring) -> Substring {
        for (name, port) in [("http", ":80"), ("https", ":443")] where scheme == name && host.hasSuffix(port) {
            return host.dropLast(port.count)
        }
        return host
    }
}
