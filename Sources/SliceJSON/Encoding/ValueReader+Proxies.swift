import IceEncoding

extension ValueReader {
    // MARK: Proxies

    /// Reads `null`, a string, or an object with a link. What may become a proxy is not decided here.
    mutating func readProxy(_ index: Int32, into out: inout OutputBuffer) throws(JSONFailure) {
        let place = reader.position
        let input: ProxyInput
        switch reader.peek {
        case UInt8(ascii: "n") where reader.stands("null"):
            reader.position += 4
            return out.append(0 as UInt16)
        case UInt8(ascii: "\""): input = .text(try readText())
        case UInt8(ascii: "{"): input = .link(try readLink())
        default: throw reader.mismatch(subject: index)
        }
        guard let proxies else { throw reader.failure(.wrongType, at: place, subject: index) }
        do throws(ProxyRefusal) {
            try proxies.read(input, encoding: isV10 ? .v1_0 : .v1_1, into: &out)
        } catch {
            refusal = error.reason
            throw reader.failure(.refusedProxy, at: place, subject: index)
        }
    }

    private mutating func readText() throws(JSONFailure) -> String {
        let span = try reader.string()
        var text = OutputBuffer(minimumCapacity: span.count)
        text.append(span)
        return String(decoding: text.bytes, as: UTF8.self)
    }

    /// `{"@proxy":…,"href":"…"}`, of which the link counts.
    private mutating func readLink() throws(JSONFailure) -> String {
        let object = reader.position
        var link: String?
        var hasText = false
        try reader.enter()
        if !reader.take(UInt8(ascii: "}")) {
            repeat {
                guard reader.peek == UInt8(ascii: "\"") else { throw reader.unexpected(.key) }
                let place = reader.position
                let key = try reader.string()
                try reader.colon()
                let isLink = equals(key, "href")
                guard isLink || equals(key, "@proxy") else { throw reader.failure(.unknownMember, at: place) }
                guard isLink ? link == nil : !hasText else { throw reader.failure(.duplicateMember, at: place) }
                guard reader.peek == UInt8(ascii: "\"") else { throw reader.mismatch(.text) }
                let text = try readText()
                if isLink { link = text } else { hasText = true }
            } while try reader.anotherMember()
        }
        reader.leave()
        guard let link else { throw reader.failure(.missingLink, at: object) }
        return link
    }
}
