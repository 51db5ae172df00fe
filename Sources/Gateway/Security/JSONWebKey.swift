import COpenSSL

/// One key that tokens may be signed with (RFC 7517).
struct JSONWebKey: Sendable {
    /// What an algorithm has to fit.
    enum Kind: Sendable, Equatable {
        case rsa, p256, p384, p521, ed25519
        /// A shared secret of so many bytes.
        case secret(Int)

        var secretSize: Int? { if case .secret(let size) = self { size } else { nil } }
    }

    enum Material: Sendable {
        case secret([UInt8])
        case publicKey(PublicKey)
    }

    /// Why a key of a set isn't used.
    struct Failure: Error {
        let message: String
    }

    /// Bits of an RSA key at least (RFC 7518 §3.3).
    private static let shortestRSA: Int32 = 2048
    /// Bytes of a shared secret at least (RFC 7518 §3.2).
    private static let shortestSecret = 32

    let id: String?
    /// The only algorithm it is for; nil: any that fits.
    let algorithm: JWTAlgorithm?
    let kind: Kind
    let material: Material

    init(_ json: JSONView) throws(Failure) {
        id = json["kid"]?.string
        if let use = json["use"], use.string != "sig" { throw Failure(message: "it is not for signatures") }
        if let operations = json["key_ops"]?.array, !operations.contains(where: { $0.string == "verify" }) {
            throw Failure(message: "it is not for verifying")
        }
        if let name = json["alg"] {
            guard let algorithm = name.string.flatMap(JWTAlgorithm.init) else {
                throw Failure(message: "its algorithm is not known")
            }
            self.algorithm = algorithm
        } else {
            algorithm = nil
        }
        (kind, material) = try Self.key(json)
        if let algorithm, !algorithm.fits(kind) {
            throw Failure(message: "\(algorithm.rawValue) is not for a key of its type or size")
        }
    }

    private static func key(_ json: JSONView) throws(Failure) -> (Kind, Material) {
        func bytes(_ name: String) throws(Failure) -> [UInt8] {
            guard let text = json[name]?.string, let bytes = Base64URL.decode(Array(text.utf8)), !bytes.isEmpty else {
                throw Failure(message: "'\(name)' must be base64url")
            }
            return bytes
        }
        switch json["kty"]?.string {
        case "oct":
            let secret = try bytes("k")
            guard secret.count >= shortestSecret else {
                throw Failure(message: "a shared secret has \(shortestSecret) bytes at least")
            }
            return (.secret(secret.count), .secret(secret))
        case "RSA":
            let numbers = DER.sequence(DER.integer(try bytes("n")), DER.integer(try bytes("e")))
            let algorithm = DER.sequence(DER.object([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1]), DER.null)
            let key = try publicKey(algorithm, numbers)
            guard EVP_PKEY_get_bits(key.pointer) >= shortestRSA else {
                throw Failure(message: "an RSA key has \(shortestRSA) bits at least")
            }
            return (.rsa, .publicKey(key))
        case "EC":
            let (kind, curve, size) = try curve(json["crv"]?.string)
            let (x, y) = (try bytes("x"), try bytes("y"))
            guard x.count == size, y.count == size else {
                throw Failure(message: "'x' and 'y' must have \(size) bytes")
            }
            let algorithm = DER.sequence(DER.object([0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1]), DER.object(curve))
            return (kind, .publicKey(try publicKey(algorithm, [4] + x + y)))
        case "OKP":
            guard json["crv"]?.string == "Ed25519" else { throw Failure(message: "its curve is not known") }
            return (.ed25519, .publicKey(try publicKey(DER.sequence(DER.object([0x2B, 0x65, 0x70])), bytes("x"))))
        default:
            throw Failure(message: "its type is not known")
        }
    }

    private static func curve(_ name: String?) throws(Failure) -> (Kind, object: [UInt8], size: Int) {
        switch name {
        case "P-256": (.p256, [0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7], 32)
        case "P-384": (.p384, [0x2B, 0x81, 0x04, 0x00, 0x22], 48)
        case "P-521": (.p521, [0x2B, 0x81, 0x04, 0x00, 0x23], 66)
        default: throw Failure(message: "its curve is not known")
        }
    }

    /// OpenSSL also checks that a point is on its curve.
    private static func publicKey(_ algorithm: [UInt8], _ key: [UInt8]) throws(Failure) -> PublicKey {
        guard let key = PublicKey(der: DER.sequence(algorithm, DER.bitString(key))) else {
            throw Failure(message: "its numbers are no key")
        }
        return key
    }
}

/// A key of OpenSSL's. Sendable without a check: it is not changed after `init`.
final class PublicKey: @unchecked Sendable {
    let pointer: OpaquePointer

    /// - Parameter der: a SubjectPublicKeyInfo (RFC 5280).
    init?(der: [UInt8]) {
        let key = der.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            return d2i_PUBKEY(nil, &start, bytes.count)
        }
        guard let key else {
            ERR_clear_error()
            return nil
        }
        pointer = key
    }

    deinit { EVP_PKEY_free(pointer) }
}
