/// How the gateway is set up, as far as clients see it.
package struct OpenAPIOptions: Sendable {
    package enum LongFormat: Sendable {
        /// Decimal strings.
        case string
        case number
    }

    /// Which values from clients become proxies; null always does.
    package enum ProxyAcceptance: String, Sendable {
        case none, identity, link, any
    }

    package var long: LongFormat
    /// Whether objects in requests may have members that Slice does not know.
    package var allowsUnknownMembers: Bool
    /// Which proxies requests may have.
    package var proxiesIn: ProxyAcceptance
    /// Whether proxies in answers may be links.
    package var givesProxyLinks: Bool
    /// The keys of `Ice-Context` that clients may give.
    package var contextKeys: [String]
    /// Whether every client has to show a certificate.
    package var needsClientCertificate: Bool
    /// Whether a client may have only so many requests at a time.
    package var limitsClients: Bool
    /// HTTP statuses of user exceptions by type ID; that of the nearest base counts, 422 without any.
    package var exceptionStatuses: [String: Int]
    /// The rows of the error table, shown as examples of the shared responses; may be empty.
    package var errors: [OpenAPIErrorRow]

    package init(
        long: LongFormat = .string, allowsUnknownMembers: Bool = false, proxiesIn: ProxyAcceptance = .none,
        givesProxyLinks: Bool = false, contextKeys: [String] = [], needsClientCertificate: Bool = false,
        limitsClients: Bool = false, exceptionStatuses: [String: Int] = [:], errors: [OpenAPIErrorRow] = []
    ) {
        self.long = long
        self.allowsUnknownMembers = allowsUnknownMembers
        self.proxiesIn = proxiesIn
        self.givesProxyLinks = givesProxyLinks
        self.contextKeys = contextKeys
        self.needsClientCertificate = needsClientCertificate
        self.limitsClients = limitsClients
        self.exceptionStatuses = exceptionStatuses
        self.errors = errors
    }

    /// Whether what answers have for a proxy is what requests may have.
    var hasSameProxiesBothWays: Bool { proxiesIn == .any }
}

/// One row of the gateway's error table.
package struct OpenAPIErrorRow: Sendable {
    /// The stable code, as `connection_refused`.
    package var code: String
    package var status: Int
    /// The problem type, a URI.
    package var type: String
    package var title: String
    /// `no`, `maybe` or `yes`.
    package var dispatched: String
    /// For an operation that is not idempotent.
    package var isRetryable: Bool

    package init(code: String, status: Int, type: String, title: String, dispatched: String, isRetryable: Bool) {
        self.code = code
        self.status = status
        self.type = type
        self.title = title
        self.dispatched = dispatched
        self.isRetryable = isRetryable
    }
}
