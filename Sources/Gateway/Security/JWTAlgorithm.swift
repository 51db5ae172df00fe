import COpenSSL

/// The signatures of tokens that are understood (RFC 7518 §3.1, RFC 8037). `none` is not among them.
enum JWTAlgorithm: String, Sendable {
    case hs256 = "HS256"
    case hs384 = "HS384"
    case hs512 = "HS512"
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case eddsa = "EdDSA"

    /// Nil where the algorithm has its own.
    private var hash: OpaquePointer? {
        switch self {
        case .hs256, .rs256, .ps256, .es256: EVP_sha256()
        case .hs384, .rs384, .ps384, .es384: EVP_sha384()
        case .hs512, .rs512, .ps512, .es512: EVP_sha512()
        case .eddsa: nil
        }
    }

    private var usesPSS: Bool { self == .ps256 || self == .ps384 || self == .ps512 }

    /// Whether keys of the kind, and only they, make such signatures: what a token says can't turn a public key into a secret.
    func fits(_ kind: JSONWebKey.Kind) -> Bool {
        switch self {
        case .hs256: kind.secretSize.map { $0 >= 32 } ?? false
        case .hs384: kind.secretSize.map { $0 >= 48 } ?? false
        case .hs512: kind.secretSize.map { $0 >= 64 } ?? false
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: kind == .rsa
        case .es256: kind == .p256
        case .es384: kind == .p384
        case .es512: kind == .p521
        case .eddsa: kind == .ed25519
        }
    }

    /// Whether the key has made the signature of the message.
    func isSignature(_ signature: [UInt8], of message: UnsafeRawBufferPointer, by key: JSONWebKey) -> Bool {
        guard fits(key.kind) else { return false }
        switch key.material {
        case .secret(let secret): return isCode(signature, of: message, secret)
        case .publicKey(let key):
            guard let signature = encoded(signature) else { return false }
            return verify(signature, message, key.pointer)
        }
    }

    private func isCode(_ claimed: [UInt8], of message: UnsafeRawBufferPointer, _ secret: [UInt8]) -> Bool {
        guard let hash else { return false }
        let data = message.bindMemory(to: UInt8.self)
        var count: UInt32 = 0
        let code = [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { target, initialized in
            let made = HMAC(
                hash, secret, Int32(clamping: secret.count), data.baseAddress, data.count, target.baseAddress, &count)
            initialized = made == nil ? 0 : Int(count)
        }
        guard !code.isEmpty, code.count == claimed.count else { return false }
        return CRYPTO_memcmp(code, claimed, code.count) == 0
    }

    /// The signature as OpenSSL takes it: tokens have the two numbers of ECDSA side by side (RFC 7518 §3.4).
    private func encoded(_ signature: [UInt8]) -> [UInt8]? {
        let half: Int
        switch self {
        case .es256: half = 32
        case .es384: half = 48
        case .es512: half = 66
        default: return signature
        }
        guard signature.count == 2 * half else { return nil }
        return DER.sequence(DER.integer(signature.prefix(half)), DER.integer(signature.suffix(half)))
    }

    private func verify(_ signature: [UInt8], _ message: UnsafeRawBufferPointer, _ key: OpaquePointer) -> Bool {
        guard let context = EVP_MD_CTX_new() else { return false }
        defer {
            EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        var keyContext: OpaquePointer?
        guard EVP_DigestVerifyInit(context, &keyContext, hash, nil, key) == 1 else { return false }
        if usesPSS {
            guard EVP_PKEY_CTX_set_rsa_padding(keyContext, RSA_PKCS1_PSS_PADDING) == 1,
                EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, RSA_PSS_SALTLEN_DIGEST) == 1
            else { return false }
        }
        let data = message.bindMemory(to: UInt8.self)
        return EVP_DigestVerify(context, signature, signature.count, data.baseAddress, data.count) == 1
    }
}
