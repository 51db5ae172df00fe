#pragma once
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <microhttpd.h>
#include <sys/ioctl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

// Swift does not import variadic functions: each one that is needed gets a wrapper with fixed arguments.

struct icegate_daemon_callbacks {
    void *context;
    MHD_AccessHandlerCallback access;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection;
    void *(*target)(void *context, const char *target, struct MHD_Connection *connection);
    size_t (*unescape)(void *context, struct MHD_Connection *connection, char *text);
    MHD_LogCallback log;
};

// Every connection gets credentials of ours before its handshake; one without them gets none at all.
static int icegate_no_certificate(
    gnutls_session_t session, const struct gnutls_cert_retr_st *info, gnutls_pcert_st **certificates,
    unsigned *count, gnutls_ocsp_data_st **ocsp, unsigned *ocsp_count, gnutls_privkey_t *key, unsigned *flags) {
    return -1;
}

// MHD_start_daemon is variadic. External epoll: no thread, no signalling descriptor, run by MHD_run. The logger comes
// first, so that the other options' messages reach it. HTTPS with tls_priorities, plain HTTP without. "Turbo" only leaves
// out a shutdown of the socket just before it is closed: without TLS, what is said on being told of the end still leaves.
static inline struct MHD_Daemon *icegate_start_daemon(
    int listener, size_t connection_memory, unsigned connections, unsigned timeout_seconds,
    const char *tls_priorities, const struct icegate_daemon_callbacks *callbacks) {
    void *context = callbacks->context;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)tls_priorities},
        {MHD_OPTION_HTTPS_CERT_CALLBACK2, 0, (void *)&icegate_no_certificate},
        {MHD_OPTION_END, 0, NULL}};
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | (tls_priorities ? MHD_USE_TLS : MHD_USE_TURBO), 0, NULL, NULL, callbacks->access, context,
        MHD_OPTION_EXTERNAL_LOGGER, callbacks->log, context,
        MHD_OPTION_LISTEN_SOCKET, listener,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, connection_memory,
        MHD_OPTION_CONNECTION_LIMIT, connections,
        MHD_OPTION_CONNECTION_TIMEOUT, timeout_seconds,
        MHD_OPTION_NOTIFY_COMPLETED, callbacks->completed, context,
        MHD_OPTION_NOTIFY_CONNECTION, callbacks->connection, context,
        MHD_OPTION_URI_LOG_CALLBACK, callbacks->target, context,
        MHD_OPTION_UNESCAPE_CALLBACK, callbacks->unescape, context,
        MHD_OPTION_ARRAY, tls_priorities ? tls : none,
        MHD_OPTION_END);
}

// MHD_get_daemon_info is variadic.
static inline int icegate_epoll_descriptor(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info ? info->epoll_fd : -1;
}

// MHD_get_connection_info is variadic.
static inline int icegate_connection_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

static inline void *icegate_connection_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

// Null without TLS.
static inline gnutls_session_t icegate_connection_tls_session(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    return info ? (gnutls_session_t)info->tls_session : NULL;
}

static inline size_t icegate_request_head_size(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info ? info->header_size : 0;
}

// 0: no response is queued.
static inline unsigned icegate_response_status(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_HTTP_STATUS);
    return info ? info->http_status : 0;
}

// Of a TCP socket, since it was connected; 0 when the system doesn't tell. The C library's tcp_info ends before that member.
static inline uint64_t icegate_bytes_received(int socket) {
    struct {
        uint8_t start[128];
        uint64_t bytes_received;
    } info = {{0}, 0};
    socklen_t size = sizeof info;
    return getsockopt(socket, IPPROTO_TCP, 11 /* TCP_INFO */, &info, &size) || size < sizeof info ? 0 : info.bytes_received;
}

// ioctl is variadic. Bytes that came and that nobody has read.
static inline uint64_t icegate_bytes_unread(int socket) {
    int count = 0;
    return ioctl(socket, FIONREAD, &count) == 0 && count > 0 ? (uint64_t)count : 0;
}

// MHD_set_connection_option is variadic.
static inline void icegate_set_connection_timeout(struct MHD_Connection *connection, unsigned seconds) {
    MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, seconds);
}

// The peer must show a certificate of the credentials' authorities that is meant for clients; else the handshake fails.
static inline void icegate_require_client_certificate(gnutls_session_t session) {
    // GnuTLS keeps the pointer and does not write through it.
    static gnutls_typed_vdata_st purpose = {GNUTLS_DT_KEY_PURPOSE_OID, (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT, 0};
    gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
    gnutls_session_set_verify_cert2(session, &purpose, 1, 0);
}
