import COpenSSL
import Glibc

/// What all TLS connections of a communicator have in common: certificates, trust, versions.
///
/// Sendable without a check: OpenSSL counts the references of a context atomically, and it isn't changed after `init`.
final class TLSContext: @unchecked Sendable {
    let settings: TLSSettings
    /// Never null while this object lives.
    let context: OpaquePointer
    let hasCertificate: Bool

    /// Loads the files.
    ///
    /// - Throws: ``LocalException`` `.security` that names the property and the reason.
    init(_ settings: TLSSettings) throws(LocalException) {
        ERR_clear_error()
        guard let context = SSL_CTX_new(TLS_method()) else {
            throw LocalException(.security, "no TLS context: \(OpenSSLFailure())")
        }
        self.context = context
        self.settings = settings
        hasCertificate = !settings.certificateFile.isEmpty
        icegate_SSL_CTX_disable_resumption(context)
        icegate_SSL_CTX_set_release_buffers(context)
        let isLimited =
            icegate_SSL_CTX_set_min_proto_version(context, settings.versions.lowerBound.number) == 1
            && icegate_SSL_CTX_set_max_proto_version(context, settings.versions.upperBound.number) == 1
        guard isLimited else { throw failure("IceSSL.Protocols") }
        if !settings.ciphers.isEmpty, SSL_CTX_set_cipher_list(context, settings.ciphers) != 1 {
            throw failure("IceSSL.Ciphers=\(settings.ciphers)")
        }
        if settings.maximumDepth > 0 { SSL_CTX_set_verify_depth(context, Int32(clamping: settings.maximumDepth)) }
        try loadAuthorities()
        if hasCertificate { try loadCertificate() }
    }

    deinit { SSL_CTX_free(context) }

    private func failure(_ what: String) -> LocalException {
        let reason = OpenSSLFailure().description
        return LocalException(.security, "property \(what): \(reason.isEmpty ? "refused" : reason)")
    }

    private func loadAuthorities() throws(LocalException) {
        if settings.usesPlatformAuthorities, SSL_CTX_set_default_verify_paths(context) != 1 {
            throw failure("IceSSL.UsePlatformCAs")
        }
        let path = settings.authorities
        guard !path.isEmpty else { return }
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw LocalException(.security, "property IceSSL.CAs=\(path): \(String(cString: strerror(errno)))")
        }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        guard SSL_CTX_load_verify_locations(context, isFolder ? nil : path, isFolder ? path : nil) == 1 else {
            throw failure("IceSSL.CAs=\(path)")
        }
        // Tells clients whose certificates will do.
        if !isFolder, let names = SSL_load_client_CA_file(path) { SSL_CTX_set_client_CA_list(context, names) }
        ERR_clear_error()
    }

    /// As Ice does, the file is first taken for PKCS#12, then for PEM.
    private func loadCertificate() throws(LocalException) {
        let path = settings.certificateFile
        guard access(path, R_OK) == 0 else {
            throw LocalException(.security, "property IceSSL.CertFile=\(path): \(String(cString: strerror(errno)))")
        }
        if try loadPKCS12(path) { return }
        ERR_clear_error()
        guard SSL_CTX_use_certificate_chain_file(context, path) == 1 else { throw failure("IceSSL.CertFile=\(path)") }
        let keyPath = settings.keyFile.isEmpty ? path : settings.keyFile
        let property = settings.keyFile.isEmpty ? "IceSSL.CertFile" : "IceSSL.KeyFile"
        guard let file = BIO_new_file(keyPath, "r") else { throw failure("\(property)=\(keyPath)") }
        defer { BIO_free(file) }
        // A callback that answers itself: the default one would ask at the terminal.
        let key = (settings.password ?? "").withCString { password in
            PEM_read_bio_PrivateKey(
                file, nil,
                { buffer, size, _, password in
                    guard let buffer, let password else { return -1 }
                    let length = strlen(password)
                    guard length > 0, length <= Int(size) else { return -1 }
                    memcpy(buffer, password, length)
                    return Int32(length)
                }, UnsafeMutableRawPointer(mutating: password))
        }
        guard let key else { throw failure("\(property)=\(keyPath): no private key, or IceSSL.Password is not its") }
        defer { EVP_PKEY_free(key) }
        guard SSL_CTX_use_PrivateKey(context, key) == 1 else { throw failure("\(property)=\(keyPath)") }
    }

    /// - Returns: false when the file is no PKCS#12.
    private func loadPKCS12(_ path: String) throws(LocalException) -> Bool {
        guard let file = BIO_new_file(path, "rb") else { throw failure("IceSSL.CertFile=\(path)") }
        defer { BIO_free(file) }
        guard let store = d2i_PKCS12_bio(file, nil) else { return false }
        defer { PKCS12_free(store) }
        var key: OpaquePointer?
        var certificate: OpaquePointer?
        var chain: OpaquePointer?
        guard PKCS12_parse(store, settings.password ?? "", &key, &certificate, &chain) == 1 else {
            throw failure("IceSSL.CertFile=\(path) with IceSSL.Password")
        }
        defer {
            EVP_PKEY_free(key)
            X509_free(certificate)
            icegate_sk_X509_free_all(chain)
        }
        guard SSL_CTX_use_certificate(context, certificate) == 1, SSL_CTX_use_PrivateKey(context, key) == 1 else {
            throw failure("IceSSL.CertFile=\(path)")
        }
        for index in 0..<max(0, icegate_sk_X509_num(chain)) {
            guard icegate_SSL_CTX_add1_chain_cert(context, icegate_sk_X509_value(chain, index)) == 1 else {
                throw failure("IceSSL.CertFile=\(path)")
            }
        }
        return true
    }
}

extension TLSSettings.Version {
    fileprivate var number: Int32 { self == .tls12 ? TLS1_2_VERSION : TLS1_3_VERSION }
}
