import EventLoop
import IceEncoding

/// Which web pages may send requests (the Fetch standard's CORS protocol). Cookies and the like are never asked for.
struct CrossOriginPolicy: Sendable {
    enum Verdict {
        /// The page is the gateway's own.
        case own
        /// The page may read the answer.
        case allowed
        case refused
    }

    private let origins: [String]
    private let allowsAny: Bool
    /// Pages without an origin of their own, as sandboxed ones and files.
    private let allowsNull: Bool
    private let scheme: String
    /// The name it listens at, when that is no address.
    private let name: String?
    /// Whether there are pages of other origins, so that caches must keep answers to them apart.
    let isOpen: Bool
    /// Of a preflight's answer.
    let requestFields: String
    let maximumAge: String

    /// Of answers to pages of other origins.
    static let exposedFields =
        "Location, Retry-After, Allow, Ice-Timeout-Ms, Preference-Applied, Idempotent-Replayed, WWW-Authenticate"
    /// What only services that authenticate look at.
    static let credentialFields = "Authorization, X-API-Key"
    private static let ownFields = [
        "Content-Type", "Accept", "Ice-Timeout-Ms", "Ice-Mode", "Ice-Context", "Ice-Facet", "Prefer",
        "Idempotency-Key",
    ]

    /// - Parameter problems: gets what is wrong in `cors`.
    init(_ configuration: GatewayConfiguration, _ problems: inout [ConfigurationError]) {
        let cors = configuration.cors
        var origins: [String] = []
        for text in cors.origins where text != "*" && text != "null" {
            if let origin = Origin(text) {
                origins.append(origin.text)
            } else {
                let message = "'\(text)' is no origin, as https://example.com or https://example.com:8443; or * for all"
                problems.append(ConfigurationError(source: "cors.origins", message: message))
            }
        }
        self.origins = origins
        isOpen = !cors.origins.isEmpty
        allowsAny = cors.origins.contains("*")
        allowsNull = cors.origins.contains("null")
        scheme = configuration.tls == nil ? "http" : "https"
        let host = configuration.listen.host
        name = SocketAddress(numeric: host, port: 0) == nil ? host.lowercased() : nil
        var fields = Self.ownFields
        for field in cors.headers + configuration.context.headers.keys.sorted() {
            guard !field.isEmpty,
                field.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !"(),/:;<=>?@[\\]{}\"".utf8.contains($0) })
            else {
                let message = "'\(field)' is no name of a header field"
                problems.append(ConfigurationError(source: "cors.headers", message: message))
                continue
            }
            if !fields.contains(where: { $0.lowercased() == field.lowercased() }) { fields.append(field) }
        }
        requestFields = fields.joined(separator: ", ")
        maximumAge = String(max(0, cors.maximumAge.components.seconds))
    }

    /// - Parameters:
    ///   - origin: the request's `Origin`.
    ///   - host: the request's `Host`.
    func verdict(_ origin: UnsafeRawBufferPointer, host: UnsafeRawBufferPointer?) -> Verdict {
        if origin.elementsEqual("null".utf8) { return allowsNull ? .allowed : .refused }
        if origins.contains(where: { $0.utf8.elementsEqual(origin) }) { return .allowed }
        if let host, isOwn(origin, host: host) { return .own }
        return allowsAny ? .allowed : .refused
    }

    /// Whether the page came from this gateway itself: its origin is the host that the request is for.
    ///
    /// That the two are equal is not enough: a page of a name whose address its owner has changed to this machine's
    /// (DNS rebinding) has them equal, too. Names are therefore taken only when nobody else can own them.
    private func isOwn(_ origin: UnsafeRawBufferPointer, host: UnsafeRawBufferPointer) -> Bool {
        guard let origin = Origin(String(decoding: origin, as: UTF8.self)),
            let target = Origin("\(scheme)://" + String(decoding: host, as: UTF8.self)), origin == target
        else { return false }
        var host = target.text.dropFirst(scheme.count + 3)
        if host.first == "[" {
            guard let end = host.firstIndex(of: "]") else { return false }
            host = host[..<end].dropFirst()
        } else if let colon = host.lastIndex(of: ":") {
            host = host[..<colon]
        }
        let text = String(host)
        return text == "localhost" || text.hasSuffix(".localhost") || text == name
            || SocketAddress(numeric: text, port: 0) != nil
    }

    // MARK: Answers

    /// Lets the page read the answer.
    func allow(_ origin: UnsafeRawBufferPointer, _ headers: inout [(name: String, value: String)]) {
        headers.append((name: "Access-Control-Allow-Origin", value: String(decoding: origin, as: UTF8.self)))
        headers.append((name: "Access-Control-Expose-Headers", value: Self.exposedFields))
        headers.append((name: "Vary", value: "Origin"))
    }

    /// The answer to a preflight.
    ///
    /// - Parameter methods: of the path, as in `Allow`.
    func preflight(methods: String, takesCredentials: Bool) -> HTTPResponse {
        let fields = takesCredentials ? "\(requestFields), \(Self.credentialFields)" : requestFields
        return HTTPResponse(
            status: 204, contentType: .none,
            headers: [
                (name: "Access-Control-Allow-Methods", value: methods),
                (name: "Access-Control-Allow-Headers", value: fields),
                (name: "Access-Control-Max-Age", value: maximumAge),
                (name: "Vary", value: "Access-Control-Request-Method, Access-Control-Request-Headers"),
            ], body: OutputBuffer())
    }
}
