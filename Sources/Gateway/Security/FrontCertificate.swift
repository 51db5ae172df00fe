import COpenSSL

/// The certificate that clients of the gateway see, with its key, and whose certificates clients need: the files of `tls`,
/// found to be good.
package struct FrontCertificate: Sendable {
    /// PEM: the certificate, then its chain.
    package let certificate: [UInt8]
    /// PEM, not encrypted.
    package let key: [UInt8]
    /// PEM: the authorities of clients' certificates; nil: clients need none.
    package let clientAuthorities: [UInt8]?

    /// Reads and checks the files.
    ///
    /// - Parameter warnings: gets what still works.
    package init(_ tls: GatewayConfiguration.FrontTLS, _ warnings: inout [String]) throws(ConfigurationError) {
        let certificates = try Self.read(tls.certificate)
        let secret = try Self.read(tls.key)
        certificate = certificates.bytes
        key = secret.bytes
        clientAuthorities = try tls.clientCA.map { path throws(ConfigurationError) in try Self.read(path).bytes }
        defer { ERR_clear_error() }
        guard let own = Self.firstCertificate(certificate) else {
            throw ConfigurationError(source: tls.certificate, message: "there is no certificate in PEM")
        }
        defer { X509_free(own) }
        let privateKey = try Self.privateKey(key, tls.key)
        defer { EVP_PKEY_free(privateKey) }
        guard X509_check_private_key(own, privateKey) == 1 else {
            throw ConfigurationError(
                source: tls.key, message: "it is not the key of the certificate in \(tls.certificate)")
        }
        if let path = tls.clientCA, let clientAuthorities {
            guard let authority = Self.firstCertificate(clientAuthorities) else {
                throw ConfigurationError(source: path, message: "there is no certificate in PEM")
            }
            X509_free(authority)
        }
        if X509_cmp_current_time(X509_get0_notAfter(own)) < 0 {
            warnings.append("\(tls.certificate): warning: the certificate has expired")
        }
        if secret.isReadableByEverybody {
            warnings.append("\(tls.key): warning: every user of this machine may read this key; chmod o-r would help")
        }
    }

    private static func read(_ path: String) throws(ConfigurationError) -> SecretFile {
        do throws(SecretFile.Failure) {
            return try SecretFile(path)
        } catch {
            throw ConfigurationError(source: path, message: error.message, hint: WorkingFolder.hint(path))
        }
    }

    private static func firstCertificate(_ pem: [UInt8]) -> OpaquePointer? {
        pem.withUnsafeBytes { bytes in
            guard let source = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return nil }
            defer { BIO_free(source) }
            return PEM_read_bio_X509(source, nil, nil, nil)
        }
    }

    private static func privateKey(_ pem: [UInt8], _ path: String) throws(ConfigurationError) -> OpaquePointer {
        var isEncrypted = false
        let key = pem.withUnsafeBytes { bytes -> OpaquePointer? in
            guard let source = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return nil }
            defer { BIO_free(source) }
            // A callback that only notes that it was called: the default one would ask at the terminal.
            return withUnsafeMutablePointer(to: &isEncrypted) { isEncrypted in
                PEM_read_bio_PrivateKey(
                    source, nil,
                    { _, _, _, isEncrypted in
                        isEncrypted?.assumingMemoryBound(to: Bool.self).pointee = true
                        return -1
                    }, isEncrypted)
            }
        }
        if let key { return key }
        throw ConfigurationError(
            source: path,
            message: isEncrypted
                ? "the key is encrypted, and nobody is there to give its password; openssl pkey decrypts it"
                : "there is no private key in PEM")
    }
}
