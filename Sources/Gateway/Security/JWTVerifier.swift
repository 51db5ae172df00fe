import Synchronization

/// Checks JSON Web Tokens (RFC 7519) in the compact form of signatures (RFC 7515) against one key set. Used by all loops.
final class JWTVerifier: Sendable {
    /// Why a token isn't taken: as much as its bearer is told.
    enum Failure: String, Error {
        case malformed = "the token is malformed"
        case tooLarge = "the token is too large"
        case critical = "the token has critical extensions"
        case algorithm = "the token's algorithm is not supported"
        case key = "no key of the key set is for the token"
        case signature = "the signature is not valid"
        case endless = "the token has no expiry"
        case expired = "the token has expired"
        case early = "the token is not valid yet"
        case issuer = "the token is of another issuer"
        case audience = "the token is for another audience"
    }

    /// Bytes of a token at most.
    static let longest = 8 << 10
    /// Seconds that clocks may be apart.
    static let leeway: Int64 = 60

    private let keys: [JSONWebKey]
    private let issuer: String?
    private let audience: String?
    private let accepted = Mutex(TokenCache())

    /// - Parameters:
    ///   - issuer: what `iss` must be; nil: anything.
    ///   - audience: what must be in `aud`; nil: only tokens for everybody are taken, those without `aud`.
    init(_ keys: [JSONWebKey], issuer: String?, audience: String?) {
        self.keys = keys
        self.issuer = issuer
        self.audience = audience
    }

    /// Whose token it is. One that was taken before is only looked up, as long as it is valid.
    ///
    /// - Parameter now: seconds since 1970.
    func client(_ token: UnsafeRawBufferPointer, now: Int64) throws(Failure) -> ClientIdentity {
        guard token.count <= Self.longest else { throw .tooLarge }
        guard let digest = Digest(token) else { throw .malformed }
        if let client = accepted.withLock({ $0.client(digest, now: now) }) { return client }
        let claims = try verify(token)
        try claims.check(issuer: issuer, audience: audience, now: now)
        let client = ClientIdentity(.token, name: claims.subject ?? "", issuer: claims.issuer)
        if let end = claims.end { accepted.withLock { $0.insert(digest, client, end: end) } }
        return client
    }

    /// The claims of a token with a good signature.
    private func verify(_ token: UnsafeRawBufferPointer) throws(Failure) -> JWTClaims {
        let dot = UInt8(ascii: ".")
        guard let first = token.firstIndex(of: dot), let last = token.lastIndex(of: dot), first != last,
            !token[(first + 1)..<last].contains(dot),
            let header = Base64URL.decode(token[..<first]),
            let payload = Base64URL.decode(token[(first + 1)..<last]),
            let signature = Base64URL.decode(token[(last + 1)...])
        else { throw .malformed }
        guard let read = JSONView.parse(header, JWTHeader.init) else { throw .malformed }
        guard !read.isCritical else { throw .critical }
        guard let algorithm = read.algorithm else { throw .algorithm }
        let message = UnsafeRawBufferPointer(rebasing: token[..<last])
        let candidates = keys.filter { key in
            (read.keyID == nil || key.id == read.keyID) && key.algorithm ?? algorithm == algorithm
                && algorithm.fits(key.kind)
        }
        guard !candidates.isEmpty else { throw .key }
        guard candidates.contains(where: { algorithm.isSignature(signature, of: message, by: $0) }) else {
            throw .signature
        }
        guard let claims = JSONView.parse(payload, JWTClaims.init) else { throw .malformed }
        return claims
    }
}

/// What a token says about its signature.
private struct JWTHeader {
    let isCritical: Bool
    /// Nil: none that is supported.
    let algorithm: JWTAlgorithm?
    let keyID: String?

    init?(_ json: JSONView) {
        guard let name = json["alg"]?.string else { return nil }
        if let id = json["kid"], id.string == nil { return nil }
        algorithm = JWTAlgorithm(rawValue: name)
        keyID = json["kid"]?.string
        isCritical = json["crit"] != nil
    }
}
