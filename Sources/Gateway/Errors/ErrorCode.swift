import Ice
import SliceJSON

/// Every way a request can fail: the rows of the error table.
///
/// The raw value is the stable `code` of a problem document. ``status``, ``dispatched`` and ``title`` are the table.
package enum ErrorCode: String, CaseIterable, Sendable {
    // Your request: nothing was sent.
    case malformedJSON = "malformed_json"
    case wrongType = "wrong_type"
    case outOfRange = "out_of_range"
    case unknownMember = "unknown_member"
    case missingMember = "missing_member"
    case duplicateMember = "duplicate_member"
    case tooDeep = "too_deep"
    case invalidString = "invalid_string"
    case invalidValue = "invalid_value"
    case proxyNotAllowed = "proxy_not_allowed"
    case badRequest = "bad_request"
    case invalidHeader = "invalid_header"
    case contextKeyNotAllowed = "context_key_not_allowed"
    case facetNotAllowed = "facet_not_allowed"
    case twowayOnly = "twoway_only"
    case unauthenticated
    case invalidToken = "invalid_token"
    case originNotAllowed = "origin_not_allowed"
    case unknownPath = "unknown_path"
    case methodNotAllowed = "method_not_allowed"
    case notAcceptable = "not_acceptable"
    case idempotencyKeyReused = "idempotency_key_reused"
    case slowClient = "slow_client"
    case bodyTooLarge = "body_too_large"
    case requestTooLarge = "request_too_large"
    case uriTooLong = "uri_too_long"
    case unsupportedMediaType = "unsupported_media_type"
    case expectationFailed = "expectation_failed"
    case headersTooLarge = "headers_too_large"
    case tooManyRequests = "too_many_requests"
    case unsupportedOperation = "unsupported_operation"

    // The servant answered.
    case userException = "user_exception"
    case unknownUserException = "unknown_user_exception"
    case objectNotExist = "object_not_exist"
    case facetNotExist = "facet_not_exist"
    case operationNotExist = "operation_not_exist"
    case unknownLocalException = "unknown_local_exception"
    case unknownException = "unknown_exception"
    case invalidData = "invalid_data"
    case unauthorized
    case notSupported = "not_supported"
    case dispatchFailed = "dispatch_failed"

    // Provably not executed.
    case noEndpoint = "no_endpoint"
    case notRegistered = "not_registered"
    case dnsFailure = "dns_failure"
    case connectFailed = "connect_failed"
    case connectionRefused = "connection_refused"
    case connectTimeout = "connect_timeout"
    case connectionClosed = "connection_closed"
    case connectionLostUnsent = "connection_lost_unsent"
    case invocationTimeoutUnsent = "invocation_timeout_unsent"
    case protocolErrorUnsent = "protocol_error_unsent"
    case invocationFailedUnsent = "invocation_failed_unsent"
    case overloaded
    case shuttingDown = "shutting_down"

    // Sent: it may have been executed.
    case connectionLost = "connection_lost"
    case connectionAborted = "connection_aborted"
    case protocolError = "protocol_error"
    case badReply = "bad_reply"
    case invocationFailed = "invocation_failed"
    case invocationTimeout = "invocation_timeout"
    case invocationCancelled = "invocation_cancelled"
    case unknownInvocation = "unknown_invocation"
}

/// Did the servant run?
package enum Dispatched: String, Sendable {
    case no, maybe, yes
}

extension ErrorCode {
    /// HTTP status, whether the servant ran, and a title: one row.
    package var row: (status: Int, dispatched: Dispatched, title: String) {
        switch self {
        case .malformedJSON: (400, .no, "Malformed JSON")
        case .wrongType: (400, .no, "Wrong JSON type")
        case .outOfRange: (400, .no, "Number out of range")
        case .unknownMember: (400, .no, "Unknown member")
        case .missingMember: (400, .no, "Missing member")
        case .duplicateMember: (400, .no, "Duplicate member")
        case .tooDeep: (400, .no, "JSON nested too deeply")
        case .invalidString: (400, .no, "Invalid string")
        case .invalidValue: (400, .no, "Invalid value")
        case .proxyNotAllowed: (400, .no, "Proxy not allowed")
        case .badRequest: (400, .no, "Bad request")
        case .invalidHeader: (400, .no, "Invalid header field")
        case .contextKeyNotAllowed: (400, .no, "Context key not allowed")
        case .facetNotAllowed: (400, .no, "Facet not allowed")
        case .twowayOnly: (400, .no, "Operation can only be called twoway")
        case .unauthenticated: (401, .no, "Authentication needed")
        case .invalidToken: (401, .no, "Invalid token")
        case .originNotAllowed: (403, .no, "Origin not allowed")
        case .unknownPath: (404, .no, "Unknown path")
        case .methodNotAllowed: (405, .no, "Method not allowed")
        case .idempotencyKeyReused: (422, .no, "Idempotency-Key used for another request")
        case .notAcceptable: (406, .no, "Not acceptable")
        case .slowClient: (408, .no, "Request not received in time")
        case .bodyTooLarge: (413, .no, "Request body too large")
        case .requestTooLarge: (413, .no, "Request larger than an Ice message may be")
        case .uriTooLong: (414, .no, "URI too long")
        case .unsupportedMediaType: (415, .no, "Unsupported media type")
        case .expectationFailed: (417, .no, "Expectation failed")
        case .headersTooLarge: (431, .no, "Request header fields too large")
        case .tooManyRequests: (429, .no, "Too many requests of one client")
        case .unsupportedOperation: (501, .no, "Operation can't be called through this gateway")
        case .userException: (422, .yes, "User exception")
        case .unknownUserException: (500, .yes, "Unknown user exception")
        case .objectNotExist: (404, .maybe, "Object does not exist")
        case .facetNotExist: (404, .maybe, "Facet does not exist")
        case .operationNotExist: (501, .maybe, "Operation does not exist")
        case .unknownLocalException: (500, .yes, "Ice exception in the server")
        case .unknownException: (500, .yes, "Unknown exception in the server")
        case .invalidData: (400, .maybe, "The server could not read the parameters")
        case .unauthorized: (403, .maybe, "The server refused the call")
        case .notSupported: (501, .maybe, "Not supported by the server")
        case .dispatchFailed: (500, .maybe, "Dispatch failed")
        case .noEndpoint: (503, .no, "No usable endpoint")
        case .notRegistered: (503, .no, "Not registered")
        case .dnsFailure: (503, .no, "Host name not resolved")
        case .connectFailed: (503, .no, "Connection failed")
        case .connectionRefused: (503, .no, "Connection refused")
        case .connectTimeout: (503, .no, "Connect timeout")
        case .connectionClosed: (503, .no, "Connection closed by the server")
        case .connectionLostUnsent: (503, .no, "Connection lost before the request was sent")
        case .invocationTimeoutUnsent: (503, .no, "Timeout before the request was sent")
        case .protocolErrorUnsent: (503, .no, "The target does not speak the Ice protocol")
        case .invocationFailedUnsent: (503, .no, "The request could not be sent")
        case .overloaded: (503, .no, "Overloaded")
        case .shuttingDown: (503, .no, "Shutting down")
        case .connectionLost: (502, .maybe, "Connection lost")
        case .connectionAborted: (502, .maybe, "Connection aborted")
        case .protocolError: (502, .maybe, "Ice protocol violated")
        case .badReply: (502, .yes, "Unreadable reply")
        case .invocationFailed: (502, .maybe, "Invocation failed after it was sent")
        case .invocationTimeout: (504, .maybe, "Invocation timeout")
        case .invocationCancelled: (409, .maybe, "Invocation cancelled")
        case .unknownInvocation: (404, .maybe, "Unknown or expired invocation")
        }
    }

    package var status: Int { row.status }
    package var dispatched: Dispatched { row.dispatched }
    package var title: String { row.title }
    /// The `type` of a problem document.
    package var problemType: String { "urn:icegate:problem:\(rawValue)" }

    /// Whether repeating the same request is safe and may help.
    package func isRetryable(idempotent: Bool) -> Bool {
        switch status {
        case 429, 503: true
        case 502, 504: idempotent
        default: false
        }
    }
}
