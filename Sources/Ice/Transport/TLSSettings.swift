/// What the `IceSSL.…` properties say, read once.
struct TLSSettings: Sendable {
    /// What is asked of a peer's certificate.
    enum Verification: Int, Sendable {
        /// Nothing.
        case none = 0
        /// A client may come without; one that is shown must be good.
        case optionalOfClients
        case required
    }

    enum Version: Int, Comparable, Sendable {
        case tls12 = 2
        case tls13

        static func < (left: Version, right: Version) -> Bool { left.rawValue < right.rawValue }
    }

    /// A PEM file or a folder of hashed names, as `openssl rehash` makes; empty for none.
    var authorities: String
    var usesPlatformAuthorities: Bool
    /// PKCS#12 or PEM, the chain included; empty for none.
    var certificateFile: String
    /// PEM; empty when the key is in the certificate's file.
    var keyFile: String
    /// Of the key or the PKCS#12 file; nil for none.
    var password: String?
    var verification: Verification
    /// Whether a server's certificate must be for the host of the endpoint.
    var checksName: Bool
    /// Of a chain, the peer's own certificate and the root not counted; 0 for no limit.
    var maximumDepth: Int
    /// As OpenSSL writes them, for TLS 1.2; empty for its default.
    var ciphers: String
    var versions: ClosedRange<Version>
}

extension TLSSettings {
    /// Names whose neglect would let in whom they keep out. Refused rather than passed over.
    private static let refusedNames = [
        "IceSSL.TrustOnly", "IceSSL.TrustOnly.Client", "IceSSL.TrustOnly.Server",
        "IceSSL.CertificateRevocationListFiles", "IceSSL.RevocationCheck",
    ]

    /// The properties that have an effect, with their defaults.
    static let defaults = [
        "IceSSL.CAs": "", "IceSSL.CertFile": "", "IceSSL.CheckCertName": "0", "IceSSL.Ciphers": "",
        "IceSSL.DefaultDir": "", "IceSSL.KeyFile": "", "IceSSL.Password": "", "IceSSL.Protocols": "TLS1_2, TLS1_3",
        "IceSSL.UsePlatformCAs": "0", "IceSSL.VerifyDepthMax": "3", "IceSSL.VerifyPeer": "2",
    ]

    /// - Throws: ``LocalException`` `.property` when a value is not what its name needs, `.featureNotSupported` for a
    ///   property that would narrow the trust and can't be obeyed.
    init(_ properties: Properties) throws(LocalException) {
        for name in properties.names {
            let isAdapters = name.contains(".TrustOnly.Server.")
            guard isAdapters || Self.refusedNames.contains(name) else { continue }
            throw LocalException(.featureNotSupported, "property \(name) is not supported: remove it")
        }
        let folder = properties["IceSSL.DefaultDir"] ?? ""
        func path(_ name: String) -> String {
            let file = properties[name] ?? ""
            return file.isEmpty || file.hasPrefix("/") || folder.isEmpty ? file : "\(folder)/\(file)"
        }
        authorities = path("IceSSL.CAs")
        usesPlatformAuthorities = try properties.integer("IceSSL.UsePlatformCAs", default: 0) > 0
        certificateFile = path("IceSSL.CertFile")
        keyFile = path("IceSSL.KeyFile")
        password = properties["IceSSL.Password"]
        let level = try properties.integer("IceSSL.VerifyPeer", default: 2)
        guard let verification = Verification(rawValue: level) else {
            throw LocalException(.property, "property IceSSL.VerifyPeer=\(level) is neither 0, 1 nor 2")
        }
        self.verification = verification
        // Any site of the world has a certificate of a platform's authority.
        checksName =
            try properties.integer("IceSSL.CheckCertName", default: usesPlatformAuthorities ? 1 : 0) > 0
        maximumDepth = max(0, try properties.integer("IceSSL.VerifyDepthMax", default: 3))
        ciphers = properties["IceSSL.Ciphers"] ?? ""
        versions = try Self.versions(properties["IceSSL.Protocols"] ?? "")
    }

    /// Older ones than 1.2 are left out, though Ice 3.7 can name them.
    private static func versions(_ text: String) throws(LocalException) -> ClosedRange<Version> {
        var found: Set<Version> = []
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "," }) {
            switch word.uppercased().filter({ $0 != "_" && $0 != "." && $0 != "V" }) {
            case "TLS12": found.insert(.tls12)
            case "TLS13": found.insert(.tls13)
            case "TLS1", "TLS10", "TLS11", "SSL3": continue
            default:
                throw LocalException(.property, "property IceSSL.Protocols=\(text): '\(word)' is no version of TLS")
            }
        }
        guard !text.isEmpty else { return .tls12 ... .tls13 }
        guard let first = found.min(), let last = found.max() else {
            throw LocalException(.property, "property IceSSL.Protocols=\(text) allows neither TLS 1.2 nor 1.3")
        }
        return first...last
    }
}
