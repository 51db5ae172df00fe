import Foundation
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5))) struct JWTTests {
    static let secret = Array("a secret of 32 bytes, 32 in all!".utf8)
    static let key = #"{"kty":"oct","kid":"one","k":"\#(TokenMaker.base64URL(secret))"}"#
    static let maker = TokenMaker(algorithm: "HS256", key: .secret(secret))
    static let now: Int64 = 1_000_000

    static let examples: [(claims: String, failure: JWTVerifier.Failure?)] = [
        (#"{"iss":"me","aud":"you","exp":1000001}"#, nil),
        (#"{"iss":"me","aud":["they","you"],"exp":1000001.5}"#, nil),
        (#"{"iss":"me","aud":"you","exp":999941}"#, nil),
        (#"{"iss":"me","aud":"you","exp":999940}"#, .expired),
        (#"{"iss":"me","aud":"you","exp":-1}"#, .expired),
        (#"{"iss":"me","aud":"you"}"#, .endless),
        (#"{"iss":"me","aud":"you","exp":1000001,"nbf":1000060}"#, nil),
        (#"{"iss":"me","aud":"you","exp":1000001,"nbf":1000061}"#, .early),
        (#"{"iss":"me2","aud":"you","exp":1000001}"#, .issuer),
        (#"{"aud":"you","exp":1000001}"#, .issuer),
        (#"{"iss":"me","aud":"you2","exp":1000001}"#, .audience),
        (#"{"iss":"me","aud":[],"exp":1000001}"#, .audience),
        (#"{"iss":"me","exp":1000001}"#, .audience),
        (#"{"iss":"me","aud":"you","exp":"1000001"}"#, .malformed),
        (#"{"iss":"me","aud":"you","exp":1e99}"#, .malformed),
        (#"{"iss":"me","aud":"you","exp":null}"#, .malformed),
        (#"{"iss":["me"],"aud":"you","exp":1000001}"#, .malformed),
        (#"{"iss":"me","aud":["you",1],"exp":1000001}"#, .malformed),
        (#"{"iss":"me","aud":"you","exp":1000001,"exp":9999999}"#, .malformed),
        (#"["iss"]"#, .malformed), ("1", .malformed), ("", .malformed), ("{", .malformed),
    ]

    @Test("claims are checked", arguments: examples)
    func checked(claims: String, failure: JWTVerifier.Failure?) async throws {
        let verifier = try JWTSignatureTests.verifier(Self.key, issuer: "me", audience: "you")
        let token = try await Self.maker.token(claims)
        // Twice: the second may come from the cache.
        for _ in 0..<2 {
            if let failure {
                #expect(throws: failure) { try verifier.client(token, now: Self.now) }
            } else {
                #expect(try verifier.client(token, now: Self.now).issuer == "me")
            }
        }
    }

    @Test("a token for somebody is not taken where nobody said who is here")
    func audience() async throws {
        let verifier = try JWTSignatureTests.verifier(Self.key)
        let token = try await Self.maker.token(#"{"aud":"you","exp":1000001}"#)
        #expect(throws: JWTVerifier.Failure.audience) { try verifier.client(token, now: Self.now) }
    }

    @Test("a token that was taken ends at its time")
    func cached() async throws {
        let verifier = try JWTSignatureTests.verifier(Self.key)
        let token = try await Self.maker.token(#"{"sub":"alice","exp":1000001}"#)
        #expect(try verifier.client(token, now: Self.now).name == "alice")
        #expect(try verifier.client(token, now: Self.now + 60).name == "alice")
        #expect(throws: JWTVerifier.Failure.expired) { try verifier.client(token, now: Self.now + 61) }
        #expect(throws: JWTVerifier.Failure.malformed) { try verifier.client(token + "=", now: Self.now) }
    }

    @Test("the cache is bounded and keeps what is used")
    func cacheBound() throws {
        var cache = TokenCache(capacity: 8)
        let digests = (0..<100).compactMap { number in withUnsafeBytes(of: number) { Digest($0) } }
        let first = try #require(digests.first)
        for (number, digest) in digests.enumerated() {
            cache.insert(digest, ClientIdentity(.token, name: "\(number)"), end: 10)
            #expect(cache.count <= 16)
            #expect(cache.client(first, now: 0)?.name == "0")
        }
        #expect(digests.filter { cache.client($0, now: 0) != nil }.count < 20)
    }

    @Test("the key follows from kid, and must be for the algorithm")
    func keys() async throws {
        let other = Self.key.replacingOccurrences(of: #""one""#, with: #""two""#).replacingOccurrences(
            of: TokenMaker.base64URL(Self.secret), with: TokenMaker.base64URL([UInt8](repeating: 7, count: 64)))
        let verifier = try JWTSignatureTests.verifier(other, Self.key)
        let claims = #"{"sub":"alice","exp":1000001}"#
        #expect(try verifier.client(try await Self.maker.token(claims), now: Self.now).name == "alice")
        let named = try await Self.maker.token(claims, header: #""kid":"one""#)
        #expect(try verifier.client(named, now: Self.now).name == "alice")
        for (header, failure) in [
            (#""kid":"two""#, JWTVerifier.Failure.signature), (#""kid":"three""#, .key), (#""kid":1"#, .malformed),
            (#""crit":["exp"]"#, .critical), (#""crit":[],"b64":false"#, .critical), (#""alg":"HS256""#, .malformed),
        ] {
            let token = try await Self.maker.token(claims, header: header)
            #expect(throws: failure, "\(header)") { try verifier.client(token, now: Self.now) }
        }
        // A secret of 32 bytes is too short for these.
        for algorithm in ["HS384", "HS512"] {
            let token = try await TokenMaker(algorithm: algorithm, key: .secret(Self.secret)).token(claims)
            let single = try JWTSignatureTests.verifier(Self.key)
            #expect(throws: JWTVerifier.Failure.key) { try single.client(token, now: Self.now) }
        }
    }

    @Test("what claims to be signed with a public key as a secret, or not at all, is refused")
    func confusion() async throws {
        let claims = #"{"sub":"admin","exp":1300819380}"#
        let rsa = try #require(JWTSignatureTests.examples.first { $0.name.hasSuffix("RS256") }).key
        let verifier = try JWTSignatureTests.verifier(rsa)
        let modulus = try #require(JSONSerialization.jsonObject(with: Data(rsa.utf8)) as? [String: String])["n"] ?? ""
        for secret in [Array(modulus.utf8), Base64URL.decode(Array(modulus.utf8)) ?? [], Array(rsa.utf8)] {
            let token = try await TokenMaker(algorithm: "HS256", key: .secret(secret)).token(claims)
            #expect(throws: JWTVerifier.Failure.key) { try verifier.client(token, now: JWTSignatureTests.then) }
        }
        for name in ["none", "None", "NONE", "nOnE", "", "HS1", "RS1", "ES256K", "dir", "rs256"] {
            let header = TokenMaker.base64URL(#"{"alg":"\#(name)"}"#.utf8)
            for signature in ["", "AAAA"] {
                let token = "\(header).\(JWTSignatureTests.joe).\(signature)"
                #expect(throws: JWTVerifier.Failure.algorithm) {
                    try verifier.client(token, now: JWTSignatureTests.then)
                }
            }
        }
    }

    @Test("no cut or garbled token is taken")
    func hostile() async throws {
        let verifier = try JWTSignatureTests.verifier(Self.key)
        let token = try await Self.maker.token(#"{"sub":"alice","exp":1000001}"#)
        for count in 0..<token.utf8.count {
            let cut = String(token.prefix(count))
            #expect(throws: JWTVerifier.Failure.self) { try verifier.client(cut, now: Self.now) }
        }
        var generator = SplitMix64(seed: 7)
        for _ in 0..<2000 {
            var bytes = Array(token.utf8)
            bytes[Int.random(in: bytes.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            guard bytes != Array(token.utf8) else { continue }
            #expect(throws: JWTVerifier.Failure.self) {
                try bytes.withUnsafeBytes { try verifier.client($0, now: Self.now) }
            }
        }
        for text in ["..", "a.b.c.d", "....", " \(token)", "\(token).", ".\(token)", "e30.e30.", "W10.e30."] {
            #expect(throws: JWTVerifier.Failure.self) { try verifier.client(text, now: Self.now) }
        }
        let huge = try await Self.maker.token(
            #"{"exp":1000001,"x":"\#(String(repeating: "x", count: 8000))"}"#)
        #expect(throws: JWTVerifier.Failure.tooLarge) { try verifier.client(huge, now: Self.now) }
    }

    @Test(
        "keys that can't be used are left out, with a reason; a set of none is an error",
        arguments: [
            (#"{"kty":"oct","k":"c2hvcnQ"}"#, "a shared secret has 32 bytes at least"),
            (#"{"kty":"oct","k":"not base64"}"#, "'k' must be base64url"),
            (#"{"kty":"RSA","e":"AQAB","n":"AQAB"}"#, "an RSA key has 2048 bits at least"),
            (#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#, "'x' and 'y' must have 32 bytes"),
            (
                #"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"}"#,
                "its numbers are no key"
            ), (#"{"kty":"EC","crv":"secp256k1"}"#, "its curve is not known"),
            (#"{"kty":"dsa"}"#, "its type is not known"), ("{}", "its type is not known"),
            (#"{"kty":"oct","use":"enc"}"#, "it is not for signatures"),
            (#"{"kty":"oct","key_ops":["encrypt"]}"#, "it is not for verifying"),
            (#"{"kty":"oct","alg":"none"}"#, "its algorithm is not known"), ("1", "it is not an object"),
            (
                #"{"kty":"oct","alg":"RS256","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#,
                "RS256 is not for a key of its type or size"
            ),
        ])
    func unusableKeys(json: String, reason: String) throws {
        let set = try JSONWebKeySet(Array(#"{"keys":[\#(json),\#(Self.key)]}"#.utf8))
        #expect(set.keys.count == 1)
        #expect(set.warnings == ["key 1 is not used: \(reason)"])
        #expect(throws: JSONWebKeySet.Failure.self) { try JSONWebKeySet(Array(#"{"keys":[\#(json)]}"#.utf8)) }
    }
}
