import Ice

/// The request context that header fields of one request give: `Ice-Context`, and those that the configuration maps to keys.
enum ContextFields {
    /// - Returns: the whole context, the service's fixed one included, which wins over fields that the configuration maps, which
    ///   win over `Ice-Context`; nil when the request adds nothing.
    static func context(
        _ request: HTTPRequest, _ route: Route, _ gateway: Gateway, _ sink: any ResponseSink
    ) throws(Refusal) -> RequestContext? {
        if request.headers.iceContext.isEmpty, gateway.configuration.context.headers.isEmpty { return nil }
        let rules = gateway.configuration.context
        var entries = try clientEntries(request.headers.iceContext, rules.allow)
        for (field, key) in rules.headers.sorted(by: { $0.key < $1.key }) {
            if let value = try value(of: field, sink) { entries.append((key, value)) }
        }
        guard !entries.isEmpty else { return nil }
        let fixed = gateway.routes.services[route.serviceIndex].proxy.ice_getContext()
        entries += fixed.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return RequestContext(entries)
    }

    /// What the lines of `Ice-Context` say: `key=value`, both percent-encoded, several a line with commas between them.
    private static func clientEntries(
        _ lines: [UnsafeRawBufferPointer], _ allowed: [String]
    ) throws(Refusal) -> [(String, String)] {
        var entries: [(String, String)] = []
        for line in lines {
            for item in line.split(separator: UInt8(ascii: ",")) {
                let item = MediaType.trim(item)
                if item.isEmpty { continue }
                let (key, value) = try entry(UnsafeRawBufferPointer(rebasing: item))
                guard allowed.contains(where: { $0.utf8.elementsEqual(key.utf8) }) else {
                    throw Refusal(
                        .contextKeyNotAllowed, "'context.allow' of the configuration has no key '\(key.prefix(100))'")
                }
                guard !entries.contains(where: { $0.0.utf8.elementsEqual(key.utf8) }) else {
                    throw Refusal(.invalidHeader, "Ice-Context has the key '\(key.prefix(100))' twice")
                }
                entries.append((key, value))
            }
        }
        return entries
    }

    private static func entry(_ item: UnsafeRawBufferPointer) throws(Refusal) -> (String, String) {
        guard let equals = item.firstIndex(of: UInt8(ascii: "=")), equals > 0,
            let key = PercentEncoding.text(UnsafeRawBufferPointer(rebasing: item[..<equals])),
            let value = PercentEncoding.text(UnsafeRawBufferPointer(rebasing: item[(equals + 1)...]))
        else {
            throw Refusal(.invalidHeader, "Ice-Context must be key=value, both percent-encoded UTF-8")
        }
        return (key, value)
    }

    /// The value of a field, its lines joined as RFC 9110 §5.2 says; nil without one.
    private static func value(of field: String, _ sink: any ResponseSink) throws(Refusal) -> String? {
        let lines = sink.fieldLines(field)
        guard !lines.isEmpty else { return nil }
        var texts: [String] = []
        for line in lines {
            guard let text = String(validating: line, as: UTF8.self) else {
                throw Refusal(.invalidHeader, "\(field) is not UTF-8, which the request context needs")
            }
            texts.append(text)
        }
        return texts.joined(separator: ", ")
    }
}

extension PercentEncoding {
    /// The text that the bytes say; nil when they are not percent-encoded UTF-8.
    static func text(_ bytes: UnsafeRawBufferPointer) -> String? {
        decode(bytes).flatMap { String(validating: $0, as: UTF8.self) }
    }
}
