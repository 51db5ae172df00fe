import IceEncoding
import SliceJSON

/// Proxies as stringified ones, all of them, both ways.
struct PlainProxies: ProxyMapping {
    func write(
        _ input: inout InputCursor, encoding: EncodingVersion, into out: inout OutputBuffer
    ) throws(MarshalError) {
        guard let proxy = try input.readProxy(encoding) else { return out.append("null") }
        var text = OutputBuffer()
        text.append(utf8: proxy.text())
        try out.appendJSONString(text.bytes)
    }

    func read(_ proxy: ProxyInput, encoding: EncodingVersion, into out: inout OutputBuffer) throws(ProxyRefusal) {
        guard case .text(let text) = proxy else { throw ProxyRefusal("links lead nowhere here") }
        do {
            guard let content = try ProxyContent.parse(text) else { throw ProxyRefusal("nil") }
            out.appendProxy(content, encoding: encoding)
        } catch let error as ProxyRefusal {
            throw error
        } catch {
            throw ProxyRefusal("no proxy")
        }
    }
}
