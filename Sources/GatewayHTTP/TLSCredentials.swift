import CMicroHTTPD
package import Gateway

/// A certificate with its key for the TLS connections of clients, and whose certificates those must have.
///
/// libmicrohttpd has one certificate for the life of a daemon. Each connection is given one of these instead, so that
/// another one needs no other daemon. Sendable without a check: GnuTLS only reads credentials once they are made.
package final class TLSCredentials: @unchecked Sendable {
    private let credentials: gnutls_certificate_credentials_t
    private let needsClientCertificate: Bool

    /// TLS 1.2 and 1.3.
    static let priorities = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"

    /// - Throws: with GnuTLS's reason. What OpenSSL found good, GnuTLS takes, but for exotic algorithms.
    package init(_ front: FrontCertificate) throws(ConfigurationError) {
        var made: gnutls_certificate_credentials_t?
        guard gnutls_certificate_allocate_credentials(&made) == GNUTLS_E_SUCCESS, let made else {
            throw ConfigurationError(source: "tls", message: "out of memory")
        }
        credentials = made
        needsClientCertificate = front.clientAuthorities != nil
        let result = Self.with(front.certificate) { certificate in
            Self.with(front.key) { key in
                gnutls_certificate_set_x509_key_mem(made, certificate, key, GNUTLS_X509_FMT_PEM)
            }
        }
        guard result >= 0 else { throw Self.failure("tls.certificate and tls.key", result) }
        if let authorities = front.clientAuthorities {
            let count = Self.with(authorities) {
                gnutls_certificate_set_x509_trust_mem(made, $0, GNUTLS_X509_FMT_PEM)
            }
            guard count > 0 else { throw Self.failure("tls.client_ca", count) }
        }
    }

    deinit { gnutls_certificate_free_credentials(credentials) }

    /// Before the handshake. The session must not outlive these credentials.
    func set(_ session: gnutls_session_t) {
        gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, UnsafeMutableRawPointer(credentials))
        if needsClientCertificate { icegate_require_client_certificate(session) }
    }

    private static func with(_ bytes: [UInt8], _ body: (UnsafePointer<gnutls_datum_t>) -> Int32) -> Int32 {
        bytes.withUnsafeBufferPointer { bytes in
            var datum = gnutls_datum_t(
                data: UnsafeMutablePointer(mutating: bytes.baseAddress), size: UInt32(clamping: bytes.count))
            return body(&datum)
        }
    }

    private static func failure(_ source: String, _ code: Int32) -> ConfigurationError {
        let reason = gnutls_strerror(code).map { String(cString: $0) } ?? "error \(code)"
        return ConfigurationError(source: source, message: reason)
    }
}
