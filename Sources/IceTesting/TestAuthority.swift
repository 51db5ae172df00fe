import COpenSSL
import Glibc
import Synchronization

/// An authority made for a test: issues certificates into a folder of its own, which goes with this object.
///
/// Sendable without a check: key and certificate aren't changed after `init`, and OpenSSL counts their references
/// atomically.
public final class TestAuthority: @unchecked Sendable {
    /// What OpenSSL or the system refused.
    public struct Failure: Error, CustomStringConvertible {
        /// As `X509_sign`.
        public let description: String
    }

    /// The absolute path of the folder.
    public let folder: String
    private let key: OpaquePointer
    private let certificate: OpaquePointer
    private let serial = Atomic<Int>(2)

    /// The name of its own certificate's file, PEM.
    public static let file = "ca.pem"
    /// Of encrypted keys and PKCS#12 files.
    public static let password = "secret"
    private static let day = 86_400

    /// Makes the folder and `ca.pem`.
    public init(_ name: String = "Test CA") throws {
        var template = Array("/tmp/icegate-ca-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(description: "mkdtemp") }
        folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        key = try Self.newKey()
        let extensions = [(NID_basic_constraints, "critical,CA:TRUE"), (NID_key_usage, "critical,keyCertSign,cRLSign")]
        certificate = try Self.certificate(
            name, serial: 1, seconds: -Self.day...Self.day, key: key, extensions: extensions, issuer: nil)
        try Self.write("\(folder)/\(Self.file)") { PEM_write_bio_X509($0, certificate) }
    }

    deinit {
        for file in files.withLock({ $0 }) + [Self.file] { unlink("\(folder)/\(file)") }
        rmdir(folder)
        X509_free(certificate)
        EVP_PKEY_free(key)
    }

    private let files = Mutex<[String]>([])

    /// Writes `NAME.pem` with the certificate and the key, `NAME.crt` and `NAME.key` with one of them, `NAME-locked.key`
    /// encrypted and `NAME.p12`, both with ``password``.
    ///
    /// - Parameters:
    ///   - hosts: names or addresses it is for.
    ///   - isExpired: whether its time is over.
    public func issue(_ name: String, hosts: [String] = ["localhost", "127.0.0.1"], isExpired: Bool = false) throws {
        let key = try Self.newKey()
        defer { EVP_PKEY_free(key) }
        var extensions = [(NID_basic_constraints, "critical,CA:FALSE")]
        let names = hosts.map { ($0.utf8.allSatisfy { $0 < 0x3A } ? "IP:" : "DNS:") + $0 }
        if !names.isEmpty { extensions.append((NID_subject_alt_name, names.joined(separator: ","))) }
        let leaf = try Self.certificate(
            name, serial: serial.add(1, ordering: .relaxed).oldValue,
            seconds: isExpired ? -2 * Self.day ... -Self.day : -Self.day...Self.day, key: key, extensions: extensions,
            issuer: (self.certificate, self.key))
        defer { X509_free(leaf) }
        let path = "\(folder)/\(name)"
        try Self.write("\(path).crt") { PEM_write_bio_X509($0, leaf) }
        try Self.write("\(path).key") { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) }
        try Self.write("\(path).pem") {
            PEM_write_bio_X509($0, leaf) & PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil)
        }
        let password = Array(Self.password.utf8)
        try Self.write("\(path)-locked.key") {
            PEM_write_bio_PrivateKey($0, key, EVP_aes_256_cbc(), password, Int32(password.count), nil, nil)
        }
        guard let store = PKCS12_create(Self.password, name, key, leaf, nil, 0, 0, 0, 0, 0) else {
            throw Failure(description: "PKCS12_create")
        }
        defer { PKCS12_free(store) }
        try Self.write("\(path).p12") { i2d_PKCS12_bio($0, store) }
        files.withLock { $0 += ["crt", "key", "pem", "p12"].map { "\(name).\($0)" } + ["\(name)-locked.key"] }
    }

    // MARK: OpenSSL

    private static func newKey() throws -> OpaquePointer {
        guard let key = icegate_EVP_EC_gen("P-256") else { throw Failure(description: "EVP_EC_gen") }
        return key
    }

    /// - Parameters:
    ///   - seconds: its time, from now.
    ///   - issuer: nil for one that signs itself.
    private static func certificate(
        _ name: String, serial: Int, seconds: ClosedRange<Int>, key: OpaquePointer, extensions: [(Int32, String)],
        issuer: (certificate: OpaquePointer, key: OpaquePointer)?
    ) throws -> OpaquePointer {
        guard let certificate = X509_new() else { throw Failure(description: "X509_new") }
        let subject = X509_get_subject_name(certificate)
        let bytes = Array(name.utf8)
        var isGood =
            X509_set_version(certificate, 2) == 1
            && ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial) == 1
            && X509_gmtime_adj(X509_getm_notBefore(certificate), seconds.lowerBound) != nil
            && X509_gmtime_adj(X509_getm_notAfter(certificate), seconds.upperBound) != nil
            && X509_set_pubkey(certificate, key) == 1
            && X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, bytes, Int32(bytes.count), -1, 0) == 1
            && X509_set_issuer_name(certificate, issuer.map { X509_get_subject_name($0.certificate) } ?? subject) == 1
        for (number, value) in extensions {
            guard let entry = X509V3_EXT_conf_nid(nil, nil, number, value) else {
                throw Failure(description: "extension \(value)")
            }
            isGood = isGood && X509_add_ext(certificate, entry, -1) == 1
            X509_EXTENSION_free(entry)
        }
        guard isGood, X509_sign(certificate, issuer?.key ?? key, EVP_sha256()) > 0 else {
            throw Failure(description: "X509_sign")
        }
        return certificate
    }

    private static func write(_ path: String, _ body: (OpaquePointer) -> Int32) throws {
        guard let file = BIO_new_file(path, "w") else { throw Failure(description: "can't write \(path)") }
        defer { BIO_free(file) }
        guard body(file) == 1 else { throw Failure(description: "can't write \(path)") }
    }
}
