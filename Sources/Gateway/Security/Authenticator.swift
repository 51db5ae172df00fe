import Glibc

/// Decides whether a client may call one service. With API keys and tokens a client needs one of them.
struct Authenticator: Sendable {
    /// Nil: keys are not taken.
    let keys: APIKeys?
    /// Nil: tokens are not taken.
    let tokens: JWTVerifier?
    /// The service, for challenges.
    let realm: String

    /// Who sent the request.
    ///
    /// `X-API-Key` decides when it is there and keys are taken; `Authorization` is not looked at then.
    func client(_ sink: any ResponseSink) throws(Refusal) -> ClientIdentity {
        if let keys, let key = try single("X-API-Key", sink) {
            guard let client = keys.client(key) else { throw unauthenticated("the API key is not known") }
            return client
        }
        guard let field = try single("Authorization", sink) else {
            throw unauthenticated("this service needs \(wanted)")
        }
        let blank = UInt8(ascii: " ")
        let end = field.firstIndex(of: blank) ?? field.endIndex
        let scheme = UnsafeRawBufferPointer(rebasing: field[..<end])
        let rest = field[end...]
        let credential = UnsafeRawBufferPointer(
            rebasing: rest[(rest.firstIndex { $0 != blank } ?? rest.endIndex)...])
        if Self.equal(scheme, "bearer") { return try bearer(credential) }
        if let keys, Self.equal(scheme, "apikey") {
            guard let client = keys.client(credential) else { throw unauthenticated("the API key is not known") }
            return client
        }
        throw unauthenticated("this service needs \(wanted)")
    }

    private func bearer(_ credential: UnsafeRawBufferPointer) throws(Refusal) -> ClientIdentity {
        if let client = keys?.client(credential) { return client }
        guard let tokens else { throw unauthenticated("the API key is not known") }
        do throws(JWTVerifier.Failure) {
            return try tokens.client(credential, now: Int64(time(nil)))
        } catch {
            throw invalidToken(error.rawValue)
        }
    }

    /// A field that may come once.
    private func single(_ name: String, _ sink: any ResponseSink) throws(Refusal) -> UnsafeRawBufferPointer? {
        let lines = sink.fieldLines(name)
        guard lines.count <= 1 else { throw Refusal(.invalidHeader, "\(name) may be there once") }
        return lines.first
    }

    private var wanted: String {
        switch (keys, tokens) {
        case (_, nil): "an API key, in X-API-Key or as Authorization: Bearer"
        case (nil, _): "a token, as Authorization: Bearer"
        default: "an API key or a token, as Authorization: Bearer"
        }
    }

    private func unauthenticated(_ detail: String) -> Refusal {
        var problem = Problem(.unauthenticated, detail)
        problem.headers = [(name: "WWW-Authenticate", value: "Bearer realm=\"\(realm)\"")]
        if keys != nil { problem.headers.append((name: "WWW-Authenticate", value: "ApiKey realm=\"\(realm)\"")) }
        return .problem(problem)
    }

    /// RFC 6750 §3.1.
    private func invalidToken(_ reason: String) -> Refusal {
        var problem = Problem(.invalidToken, reason)
        problem.headers = [
            (
                name: "WWW-Authenticate",
                value: "Bearer realm=\"\(realm)\", error=\"invalid_token\", error_description=\"\(reason)\""
            )
        ]
        return .problem(problem)
    }

    private static func equal(_ scheme: UnsafeRawBufferPointer, _ lowercase: StaticString) -> Bool {
        scheme.count == lowercase.utf8CodeUnitCount
            && strncasecmp(scheme.baseAddress, lowercase.utf8Start, scheme.count) == 0
    }
}

private func strncasecmp(_ left: UnsafeRawPointer?, _ right: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    guard let left else { return count == 0 ? 0 : 1 }
    let letters = left.assumingMemoryBound(to: CChar.self)
    return right.withMemoryRebound(to: CChar.self, capacity: count) { Glibc.strncasecmp(letters, $0, count) }
}
