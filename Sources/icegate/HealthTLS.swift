import COpenSSL
import EventLoop
import Glibc

/// How a health check speaks TLS.
struct HealthTLS {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The file of the authorities that are trusted; nil: the system's.
    var authorities: String?
    /// Whether any certificate will do: for who asks only itself.
    var trustsEverybody = false
    /// PEM files of our own certificate and key, for gateways with `tls.client_ca`.
    var certificate: (file: String, key: String)?

    /// Sends the request and reads the beginning of the answer over a connected socket.
    func ask(_ socket: Int32, host: String, _ request: [UInt8], count wanted: Int) throws -> [UInt8] {
        // OpenSSL writes without the flag that would keep a closed socket from ending the process.
        signal(SIGPIPE, SIG_IGN)
        guard let context = SSL_CTX_new(TLS_client_method()) else { throw failure("TLS") }
        defer { SSL_CTX_free(context) }
        try configure(context)
        guard let session = SSL_new(context) else { throw failure("TLS") }
        defer { SSL_free(session) }
        let isNumeric = SocketAddress(numeric: host, port: 0) != nil
        if isNumeric {
            X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host)
        } else {
            SSL_set1_host(session, host)
            icegate_SSL_set_tlsext_host_name(session, host)
        }
        guard SSL_set_fd(session, socket) == 1, SSL_connect(session) == 1 else {
            let reason = SSL_get_verify_result(session)
            if reason != X509_V_OK, let text = X509_verify_cert_error_string(reason) {
                throw Failure(description: "its certificate is refused: \(String(cString: text))")
            }
            throw failure("TLS handshake")
        }
        guard SSL_write(session, request, Int32(request.count)) == request.count else { throw failure("send") }
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 512)
        while answer.count < wanted {
            let count = SSL_read(session, &chunk, Int32(chunk.count))
            guard count > 0 else { throw failure("receive") }
            answer += chunk[..<Int(count)]
        }
        return answer
    }

    private func configure(_ context: OpaquePointer) throws {
        guard icegate_SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 else { throw failure("TLS") }
        SSL_CTX_set_verify(context, trustsEverybody ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nil)
        if let authorities {
            guard SSL_CTX_load_verify_locations(context, authorities, nil) == 1 else { throw failure(authorities) }
        } else {
            SSL_CTX_set_default_verify_paths(context)
        }
        guard let certificate else { return }
        guard SSL_CTX_use_certificate_chain_file(context, certificate.file) == 1 else {
            throw failure(certificate.file)
        }
        guard SSL_CTX_use_PrivateKey_file(context, certificate.key, SSL_FILETYPE_PEM) == 1 else {
            throw failure(certificate.key)
        }
    }

    private func failure(_ what: String) -> Failure {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0, let reason = ERR_reason_error_string(code) else {
            return Failure(description: "\(what): no answer, or not in time")
        }
        return Failure(description: "\(what): \(String(cString: reason))")
    }
}
