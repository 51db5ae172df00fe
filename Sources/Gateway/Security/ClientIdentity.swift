/// Who an authenticated client is, for the access log and for what is kept of its calls. Not a secret.
package struct ClientIdentity: Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable {
        case apiKey = "key"
        case token = "jwt"
    }

    package let kind: Kind
    /// A key's name, or a token's subject; empty for a token without one.
    package let name: String
    /// Who issued the token, when it says so.
    package let issuer: String?

    package init(_ kind: Kind, name: String, issuer: String? = nil) {
        self.kind = kind
        self.name = name
        self.issuer = issuer
    }

    /// `key:name` or `jwt:subject`.
    package var description: String { "\(kind.rawValue):\(name)" }
}
