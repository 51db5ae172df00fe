package import IceEncoding
package import SliceJSON

/// Proxies as their text, all of them, both ways: a mock has no clients to protect from each other.
package struct PlainProxies: ProxyMapping {
    private let defaults: ProxyDefaults

    /// - Parameter defaults: what proxies mean where their text says nothing.
    package init(defaults: ProxyDefaults = ProxyDefaults()) { self.defaults = defaults }

    package func write(
        _ input: inout InputCursor, encoding: EncodingVersion, into out: inout OutputBuffer
    ) throws(MarshalError) {
        guard let proxy = try input.readProxy(encoding) else { return out.append("null") }
        var text = OutputBuffer()
        text.append(utf8: proxy.text())
        try out.appendJSONString(text.bytes)
    }

    package func read(
        _ proxy: ProxyInput, encoding: EncodingVersion, into out: inout OutputBuffer
    ) throws(ProxyRefusal) {
        guard case .text(let text) = proxy else {
            throw ProxyRefusal("links lead nowhere here; write the proxy's text")
        }
        let content: ProxyContent?
        do {
            content = try ProxyContent.parse(text, defaults: defaults)
        } catch {
            throw ProxyRefusal("it is no proxy: \(error.message)")
        }
        guard let content else { throw ProxyRefusal("an empty text is no proxy; the nil proxy is null") }
        out.appendProxy(content, encoding: encoding)
    }
}
