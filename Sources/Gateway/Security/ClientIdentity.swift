/// Who an authenticated client is, for the access log and for what is kept of its calls. Not a secret.
///
/// A class, so that what knows of a client is one word, which most of the time is nil.
package final class ClientIdentity: Sendable, Equatable, CustomStringConvertible {
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

    package static func == (one: ClientIdentity, other: ClientIdentity) -> Bool {
        (one.kind, one.name, one.issuer) == (other.kind, other.name, other.issuer)
    }

    /// `key:name` or `jwt:subject`.
    package var description: String { "\(kind.rawValue):\(name)" }
}
