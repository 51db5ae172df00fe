/// What of proxies crosses the gateway; the `proxies:` section of the configuration.
package struct ProxyPolicy: Sendable, Hashable {
    /// How proxies are written.
    package enum Output: String, Sendable, CaseIterable {
        /// The whole stringified proxy.
        case full
        /// The same without endpoints.
        case identity
        /// A link to the service that has the same object; of other objects as ``identity``.
        case link
    }

    /// Which values from clients become proxies. `null` always does.
    package enum Acceptance: String, Sendable, CaseIterable {
        case none
        /// An identity, or an identity and an adapter id; and links.
        case identity
        /// The link of a service, nothing else.
        case link
        /// Every proxy, with endpoints; and links. Servers then call whom clients name.
        case any
    }

    package var out: Output
    package var accept: Acceptance

    /// Whether links are given out or taken.
    var hasLinks: Bool { out == .link || accept != .none }

    package init(out: Output = .full, accept: Acceptance = .none) {
        self.out = out
        self.accept = accept
    }
}
