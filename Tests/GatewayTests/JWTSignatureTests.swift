import Foundation
import Testing

@testable import Gateway

/// Signatures of others: the examples of RFC 7515, appendix A, and what the command line of OpenSSL makes.
@Suite(.timeLimit(.minutes(5))) struct JWTSignatureTests {
    static let joe =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    /// A second before the examples expire.
    static let then: Int64 = 1_300_819_379

    static let examples: [(name: String, header: String, signature: String, key: String)] = [
        (
            "A.1 HS256", "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            #"{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#
        ),
        (
            "A.2 RS256", "eyJhbGciOiJSUzI1NiJ9",
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
            #"{"kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"}"#
        ),
        (
            "A.3 ES256", "eyJhbGciOiJFUzI1NiJ9",
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
            #"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#
        ),
    ]

    static func verifier(_ keys: String..., issuer: String? = nil, audience: String? = nil) throws -> JWTVerifier {
        let set = try JSONWebKeySet(Array(#"{"keys":[\#(keys.joined(separator: ","))]}"#.utf8))
        return JWTVerifier(set.keys, issuer: issuer, audience: audience)
    }

    @Test("the examples of RFC 7515 are taken, and no other signature of them", arguments: examples)
    func example(name: String, header: String, signature: String, key: String) throws {
        let verifier = try Self.verifier(key, issuer: "joe")
        let token = "\(header).\(Self.joe).\(signature)"
        #expect(try verifier.client(token, now: Self.then) == ClientIdentity(.token, name: "", issuer: "joe"))
        // Each bit of a signature counts; the last character of some holds less than six.
        for index in stride(from: 0, to: signature.utf8.count - 1, by: 7) {
            var bytes = Array(signature.utf8)
            bytes[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let other = "\(header).\(Self.joe).\(String(decoding: bytes, as: UTF8.self))"
            #expect(throws: JWTVerifier.Failure.signature) { try verifier.client(other, now: Self.then) }
        }
        #expect(throws: JWTVerifier.Failure.expired) { try verifier.client(token, now: Self.then + 61) }
    }

    @Test(
        "RSA signatures of OpenSSL's command line are taken",
        arguments: ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])
    func rsa(algorithm: String) async throws {
        let folder = try SecretFolder()
        let file = "\(folder.path)/rsa.pem"
        _ = try await OpenSSLTool.run([
            "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", file,
        ])
        let modulus = try await OpenSSLTool.run(["rsa", "-in", file, "-noout", "-modulus"])
        let digits = String(decoding: modulus, as: UTF8.self).split(separator: "=").last?.dropLast() ?? ""
        let n = TokenMaker.base64URL(Self.bytes(hexadecimal: digits))
        try await check(algorithm, file, #"{"kty":"RSA","e":"AQAB","n":"\#(n)"}"#)
    }

    @Test(
        "signatures on curves of OpenSSL's command line are taken",
        arguments: [
            ("ES256", "P-256", 32), ("ES384", "P-384", 48), ("ES512", "P-521", 66), ("EdDSA", "Ed25519", 32),
        ])
    func curves(algorithm: String, curve: String, size: Int) async throws {
        let folder = try SecretFolder()
        let file = "\(folder.path)/key.pem"
        let isEdwards = algorithm == "EdDSA"
        let kind = isEdwards ? ["ED25519"] : ["EC", "-pkeyopt", "ec_paramgen_curve:\(curve)"]
        _ = try await OpenSSLTool.run(["genpkey", "-algorithm"] + kind + ["-out", file])
        let key = try await OpenSSLTool.run(["pkey", "-in", file, "-pubout", "-outform", "DER"])
        let x = TokenMaker.base64URL(key.suffix(isEdwards ? size : 2 * size).prefix(size))
        let y = TokenMaker.base64URL(key.suffix(size))
        try await check(
            algorithm, file,
            isEdwards
                ? #"{"kty":"OKP","crv":"Ed25519","x":"\#(x)"}"#
                : #"{"kty":"EC","crv":"\#(curve)","x":"\#(x)","y":"\#(y)"}"#)
    }

    private func check(_ algorithm: String, _ file: String, _ key: String) async throws {
        let verifier = try Self.verifier(key)
        // Several, as signatures on curves are random: some numbers begin with zeros.
        for number in 0..<5 {
            let token = try await TokenMaker(algorithm: algorithm, key: .file(file)).token(
                #"{"sub":"client \#(number)","exp":2000}"#)
            #expect(try verifier.client(token, now: 1000) == ClientIdentity(.token, name: "client \(number)"))
            let parts = token.split(separator: ".")
            let other = TokenMaker.base64URL(#"{"sub":"admin","exp":2000}"#.utf8)
            #expect(throws: JWTVerifier.Failure.signature) {
                try verifier.client("\(parts[0]).\(other).\(parts[2])", now: 1000)
            }
        }
    }

    private static func bytes(hexadecimal digits: Substring) -> [UInt8] {
        stride(from: 0, to: digits.utf8.count - 1, by: 2).compactMap { offset in
            UInt8(digits.dropFirst(offset).prefix(2), radix: 16)
        }
    }
}

extension JWTVerifier {
    func client(_ token: String, now: Int64) throws -> ClientIdentity {
        try Array(token.utf8).withUnsafeBytes { try client($0, now: now) }
    }
}
