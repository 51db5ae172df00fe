/// What a token says about its bearer (RFC 7519 §4.1).
struct JWTClaims {
    /// Bytes of a subject at most.
    private static let longestSubject = 256

    let issuer: String?
    let subject: String?
    /// Nil without `aud`.
    let audiences: [String]?
    /// Seconds since 1970: `exp` and `nbf`.
    let end: Int64?
    let begin: Int64?

    /// - Returns: nil when a claim is not of its type.
    init?(_ json: JSONView) {
        func string(_ name: String) -> String?? {
            guard let value = json[name] else { return .some(nil) }
            return value.string.map { .some($0) }
        }
        func date(_ name: String) -> Int64?? {
            guard let value = json[name] else { return .some(nil) }
            // A date beyond this is a mistake; within, a double is exact to the second.
            guard let seconds = value.number, seconds.magnitude < 1e15 else { return nil }
            return .some(Int64(seconds))
        }
        guard let issuer = string("iss"), let subject = string("sub"), let end = date("exp"),
            let begin = date("nbf")
        else { return nil }
        guard subject?.utf8.count ?? 0 <= Self.longestSubject else { return nil }
        (self.issuer, self.subject, self.end, self.begin) = (issuer, subject, end, begin)
        guard let audience = json["aud"] else {
            audiences = nil
            return
        }
        if let one = audience.string {
            audiences = [one]
        } else {
            guard let list = audience.array else { return nil }
            let names = list.compactMap(\.string)
            guard names.count == list.count else { return nil }
            audiences = names
        }
    }

    /// - Parameter now: seconds since 1970.
    func check(issuer: String?, audience: String?, now: Int64) throws(JWTVerifier.Failure) {
        guard let end else { throw .endless }
        guard now < end + JWTVerifier.leeway else { throw .expired }
        if let begin, now < begin - JWTVerifier.leeway { throw .early }
        if let issuer, self.issuer != issuer { throw .issuer }
        if let audience {
            guard let audiences, audiences.contains(audience) else { throw .audience }
        } else if audiences != nil {
            // RFC 7519 §4.1.3: a token for somebody must not be taken by somebody else.
            throw .audience
        }
    }
}
