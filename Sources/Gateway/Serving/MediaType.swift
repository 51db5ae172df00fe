/// Media types as far as requests need them: RFC 9110 §8.3.
enum MediaType {
    /// Whether a body of this `Content-Type` may be JSON.
    ///
    /// `application/json`, anything `+json`, none, and what `curl -d` sends unasked when the body looks like JSON; in
    /// UTF-8 only.
    static func acceptsJSON(_ contentType: UnsafeRawBufferPointer?, body: UnsafeRawBufferPointer) -> Bool {
        guard let contentType, !contentType.isEmpty else { return true }
        let semicolon = contentType.firstIndex(of: UInt8(ascii: ";"))
        let type = trim(contentType[..<(semicolon ?? contentType.endIndex)])
        if let semicolon, !isUTF8(parameters: contentType[contentType.index(after: semicolon)...]) { return false }
        if equals(type, "application/json") { return true }
        if equals(type, "application/x-www-form-urlencoded") { return body.isEmpty || looksLikeJSON(body) }
        return type.count > 5 && equals(type.suffix(5), "+json") && type.contains(UInt8(ascii: "/"))
    }

    /// Whether an `Accept` field takes JSON, or bytes.
    static func accepted(_ accept: UnsafeRawBufferPointer?, bytes: Bool = false) -> Bool {
        guard let accept, !accept.isEmpty else { return true }
        return accept.split(separator: UInt8(ascii: ",")).contains { item in
            let parts = item.split(separator: UInt8(ascii: ";")).map(trim)
            guard let range = parts.first else { return false }
            let refused = parts.dropFirst().contains { isZeroQuality($0) }
            guard !refused else { return false }
            if equals(range, "*/*") || equals(range, "application/*") { return true }
            if bytes { return equals(range, "application/octet-stream") }
            return equals(range, "application/json")
                || equals(range, "application/problem+json") || (range.count > 5 && equals(range.suffix(5), "+json"))
        }
    }

    /// Whether a `Content-Type` is one JSON text a line, in UTF-8.
    static func isLines(_ contentType: UnsafeRawBufferPointer?) -> Bool {
        // application/json is the shortest of all.
        guard let contentType, contentType.count > 16 else { return false }
        let semicolon = contentType.firstIndex(of: UInt8(ascii: ";"))
        let type = trim(contentType[..<(semicolon ?? contentType.endIndex)])
        if let semicolon, !isUTF8(parameters: contentType[contentType.index(after: semicolon)...]) { return false }
        return equals(type, "application/x-ndjson") || equals(type, "application/jsonlines")
            || equals(type, "application/jsonl")
    }

    /// Whether an `Accept` field names lines of JSON.
    static func acceptsLines(_ accept: UnsafeRawBufferPointer?) -> Bool {
        guard let accept else { return false }
        return accept.split(separator: UInt8(ascii: ",")).contains { item in
            let parts = item.split(separator: UInt8(ascii: ";")).map(trim)
            guard let range = parts.first, !parts.dropFirst().contains(where: isZeroQuality) else { return false }
            return equals(range, "application/x-ndjson") || equals(range, "application/jsonlines")
        }
    }

    private static func looksLikeJSON(_ body: UnsafeRawBufferPointer) -> Bool {
        let first = body.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0a && $0 != 0x0d }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }

    /// `q=0`, `q=0.0` …: not acceptable.
    private static func isZeroQuality(_ parameter: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard parameter.count >= 3, equals(parameter.prefix(2), "q=") else { return false }
        return parameter.dropFirst(2).allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }
    }

    private static func isUTF8(parameters: Slice<UnsafeRawBufferPointer>) -> Bool {
        for parameter in parameters.split(separator: UInt8(ascii: ";")).map(trim) where parameter.count > 8 {
            guard equals(parameter.prefix(8), "charset=") else { continue }
            var value = parameter.dropFirst(8)
            if value.count >= 2, value.first == UInt8(ascii: "\""), value.last == UInt8(ascii: "\"") {
                value = value.dropFirst().dropLast()
            }
            if !equals(value, "utf-8"), !equals(value, "utf8") { return false }
        }
        return true
    }

    static func trim(_ bytes: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        var bytes = bytes
        while let first = bytes.first, isBlank(first) { bytes = bytes.dropFirst() }
        while let last = bytes.last, isBlank(last) { bytes = bytes.dropLast() }
        return bytes
    }

    /// ASCII case-insensitive; the text is lower-case.
    private static func equals(_ bytes: Slice<UnsafeRawBufferPointer>, _ text: StaticString) -> Bool {
        guard bytes.count == text.utf8CodeUnitCount else { return false }
        var index = 0
        for byte in bytes {
            let lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
            if lower != text.utf8Start[index] { return false }
            index += 1
        }
        return true
    }
}
