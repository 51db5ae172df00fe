import COpenSSL
import Glibc

/// The client's side of TLS on a blocking socket.
final class TLSClientSession {
    struct Options {
        /// The file of the authority that is trusted.
        var authority: String
        /// The files of the client's certificate and key.
        var certificate: (file: String, key: String)?
        /// The newest version.
        var version = TLS1_3_VERSION
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ what: String) {
            var text = [CChar](repeating: 0, count: 200)
            ERR_error_string_n(ERR_get_error(), &text, text.count)
            description =
                "\(what): " + String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            ERR_clear_error()
        }
    }

    private let context: OpaquePointer
    private let session: OpaquePointer

    /// Shakes hands.
    init(_ socket: Int32, _ options: Options) throws {
        guard let context = SSL_CTX_new(TLS_client_method()) else { throw Failure("SSL_CTX_new") }
        guard let session = Self.session(context, socket, options) else {
            SSL_CTX_free(context)
            throw Failure("options")
        }
        (self.context, self.session) = (context, session)
        guard SSL_connect(session) == 1 else { throw Failure("handshake") }
    }

    private static func session(_ context: OpaquePointer, _ socket: Int32, _ options: Options) -> OpaquePointer? {
        guard SSL_CTX_load_verify_locations(context, options.authority, nil) == 1,
            icegate_SSL_CTX_set_min_proto_version(context, options.version) == 1,
            icegate_SSL_CTX_set_max_proto_version(context, options.version) == 1
        else { return nil }
        // Old versions are refused by the server, not here.
        SSL_CTX_set_security_level(context, 0)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        if let own = options.certificate {
            guard SSL_CTX_use_certificate_chain_file(context, own.file) == 1,
                SSL_CTX_use_PrivateKey_file(context, own.key, SSL_FILETYPE_PEM) == 1
            else { return nil }
        }
        guard let session = SSL_new(context), SSL_set_fd(session, socket) == 1, SSL_set1_host(session, "localhost") == 1
        else { return nil }
        return session
    }

    deinit {
        SSL_free(session)
        SSL_CTX_free(context)
    }

    /// The subject's common name in the server's certificate.
    var serverName: String {
        guard let certificate = SSL_get1_peer_certificate(session) else { return "" }
        defer { X509_free(certificate) }
        var text = [CChar](repeating: 0, count: 100)
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, &text, Int32(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// - Returns: false when the server has closed.
    func send(_ bytes: [UInt8]) -> Bool { bytes.isEmpty || SSL_write(session, bytes, Int32(bytes.count)) > 0 }

    /// - Returns: bytes received; 0 at the end, however it came.
    func receive(_ chunk: inout [UInt8]) -> Int {
        let count = SSL_read(session, &chunk, Int32(chunk.count))
        ERR_clear_error()
        return Int(max(0, count))
    }
}
