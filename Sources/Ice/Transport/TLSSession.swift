import COpenSSL
import EventLoop
import IceEncoding

/// One end of TLS as a machine without a socket: encrypted bytes go in and come out. To be used under one lock.
final class TLSSession {
    private let session: OpaquePointer
    /// Encrypted bytes from the peer. Both belong to `session`.
    private let arrived: OpaquePointer
    /// Encrypted bytes for the peer.
    private let leaving: OpaquePointer
    /// For messages, as `127.0.0.1:4061`.
    private let peer: String
    /// What the server's certificate has to be for; empty when nobody asks.
    private let checkedHost: String
    /// Whether the handshake is complete.
    private(set) var isEstablished = false
    /// Whether the peer said that it sends no more.
    private(set) var isAtEnd = false
    private var isBroken = false

    /// The cipher's name in OpenSSL; empty before the handshake.
    var cipher: String {
        guard let cipher = SSL_get_current_cipher(session), let name = SSL_CIPHER_get_name(cipher) else { return "" }
        return String(cString: name)
    }

    /// - Parameter host: of the endpoint, for a client; nil makes a server.
    /// - Throws: ``LocalException`` `.security`.
    init(_ context: TLSContext, host: String?, peer: String) throws(LocalException) {
        ERR_clear_error()
        guard let session = SSL_new(context.context), let arrived = BIO_new(BIO_s_mem()),
            let leaving = BIO_new(BIO_s_mem())
        else { throw LocalException(.security, "no TLS session: \(OpenSSLFailure())") }
        SSL_set_bio(session, arrived, leaving)
        self.session = session
        self.arrived = arrived
        self.leaving = leaving
        self.peer = peer
        let settings = context.settings
        checkedHost = settings.checksName && settings.verification != .none ? host ?? "" : ""
        var mode = settings.verification == .none ? SSL_VERIFY_NONE : SSL_VERIFY_PEER
        if host == nil, settings.verification == .required { mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT }
        SSL_set_verify(session, mode, nil)
        guard let host else {
            SSL_set_accept_state(session)
            return
        }
        SSL_set_connect_state(session)
        let isAddress = SocketAddress(numeric: host, port: 0) != nil
        if !isAddress { _ = icegate_SSL_set_tlsext_host_name(session, host) }
        guard !checkedHost.isEmpty else { return }
        let isSet =
            isAddress
            ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host) : SSL_set1_host(session, host)
        // Without the name nothing would be checked.
        guard isSet == 1 else { throw LocalException(.security, "'\(host)' can't be checked in a certificate") }
        SSL_set_hostflags(session, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
    }

    deinit { SSL_free(session) }

    // MARK: Bytes

    /// Takes bytes from the peer. What they say is read from ``read(into:)``.
    func receive(_ bytes: UnsafeRawBufferPointer) throws(LocalException) {
        var left = bytes
        while !left.isEmpty {
            let count = BIO_write(arrived, left.baseAddress, Int32(clamping: left.count))
            guard count > 0 else { throw LocalException(.security, "TLS with \(peer): no memory") }
            left = UnsafeRawBufferPointer(rebasing: left[Int(count)...])
        }
    }

    /// Goes on with the handshake, as far as the bytes received allow.
    ///
    /// - Throws: ``LocalException`` `.security` with the reason.
    func advance() throws(LocalException) {
        guard !isEstablished else { return }
        ERR_clear_error()
        let result = SSL_do_handshake(session)
        if result == 1 {
            isEstablished = true
            return
        }
        guard SSL_get_error(session, result) == SSL_ERROR_WANT_READ else { throw failure("handshake with") }
    }

    /// Decrypts.
    ///
    /// - Returns: the number of bytes; 0 when there are no more for now.
    /// - Throws: ``LocalException`` `.security`.
    func read(into room: UnsafeMutableRawBufferPointer) throws(LocalException) -> Int {
        guard isEstablished, !isAtEnd, !isBroken else { return 0 }
        ERR_clear_error()
        let result = SSL_read(session, room.baseAddress, Int32(clamping: room.count))
        if result > 0 { return Int(result) }
        switch SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ: break
        case SSL_ERROR_ZERO_RETURN: isAtEnd = true
        default: throw failure("with")
        }
        return 0
    }

    /// Encrypts.
    ///
    /// - Returns: whether all bytes were taken.
    func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard !bytes.isEmpty else { return true }
        guard isEstablished, !isBroken else { return false }
        ERR_clear_error()
        guard SSL_write(session, bytes.baseAddress, Int32(clamping: bytes.count)) == bytes.count else {
            isBroken = true
            ERR_clear_error()
            return false
        }
        return true
    }

    /// Says that nothing follows.
    func finish() {
        guard isEstablished, !isBroken else { return }
        ERR_clear_error()
        SSL_shutdown(session)
        ERR_clear_error()
    }

    /// Moves what is for the peer to the end of `wire`.
    func takeLeaving(into wire: inout OutputBuffer) {
        var start: UnsafeMutablePointer<CChar>?
        let count = icegate_BIO_get_mem_data(leaving, &start)
        guard count > 0, let start else { return }
        wire.append(UnsafeRawBufferPointer(start: start, count: count))
        _ = icegate_BIO_reset(leaving)
    }

    // MARK: Failures

    private func failure(_ what: String) -> LocalException {
        isBroken = true
        let verdict = Int32(truncatingIfNeeded: SSL_get_verify_result(session))
        let reason = OpenSSLFailure()
        return LocalException(.security, "TLS \(what) \(peer): \(text(reason, verdict))")
    }

    private func text(_ reason: OpenSSLFailure, _ verdict: Int32) -> String {
        switch reason.code {
        case SSL_R_CERTIFICATE_VERIFY_FAILED where verdict != X509_V_OK:
            return "its certificate is refused: \(text(verdict))"
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
            return "the client sent no certificate"
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_PACKET_LENGTH_TOO_LONG:
            return "the peer does not speak TLS (\(reason))"
        case 1000...:
            // The numbers of alerts begin there.
            return "the peer refused: \(reason)"
        default:
            return reason.description.isEmpty ? "failed" : reason.description
        }
    }

    private func text(_ verdict: Int32) -> String {
        let text = String(cString: X509_verify_cert_error_string(Int(verdict)))
        switch verdict {
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            return "it is not for host '\(checkedHost)'"
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return "\(text); its authority is not among IceSSL.CAs"
        default:
            return text
        }
    }
}
