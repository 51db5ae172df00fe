package import IceEncoding

/// How proxies are written as JSON, and which JSON may become a proxy. A gateway decides that: what it hands out says
/// where servers are, and what it takes makes a server call somebody.
package protocol ProxyMapping: Sendable {
    /// Reads a proxy that is not nil, its identity included, and appends a JSON string or object.
    ///
    /// - Throws: ``MarshalError`` for bytes that are no proxy.
    func write(
        _ input: inout InputCursor, encoding: EncodingVersion, into out: inout OutputBuffer
    ) throws(MarshalError)

    /// Appends the bytes of the proxy that a client asks for.
    ///
    /// - Throws: ``ProxyRefusal``; the buffer may then hold a part.
    func read(
        _ proxy: ProxyInput, encoding: EncodingVersion, into out: inout OutputBuffer
    ) throws(ProxyRefusal)
}

/// What a client wrote where a proxy belongs.
package enum ProxyInput: Hashable, Sendable {
    /// A string: a stringified proxy, or an identity and an adapter id.
    case text(String)
    /// The `href` of an object: a link the gateway gave out.
    case link(String)
}

/// Why a client's proxy is not taken.
package struct ProxyRefusal: Error, Hashable, Sendable {
    /// The end of a sentence, `expected a proxy, got …` excluded: `endpoints are not accepted from clients`.
    package var reason: String

    package init(_ reason: String) { self.reason = reason }
}
