import CDocsPage
import IceEncoding

/// The page at `/docs`: one HTML text with its style and its script inside, the same for every gateway.
///
/// It asks for nothing but `openapi.json` beside it, and for the operations that its reader tries.
struct DocsPage: Sendable {
    static let shared = DocsPage()

    let html: String
    let entityTag: String
    private let headers: [(name: String, value: String)]

    private init() {
        let style = Self.text(docs_page_style())
        let script = Self.text(docs_page_script())
        html = Self.text(docs_page_frame()).replacing("{{style}}", with: style).replacing("{{script}}", with: script)
        entityTag = "\"\(Self.hash(html))\""
        headers = [
            (name: "Cache-Control", value: "no-cache"),
            (name: "ETag", value: entityTag),
            (name: "Content-Security-Policy", value: Self.policy(script: script, style: style)),
            (name: "X-Content-Type-Options", value: "nosniff"),
            (name: "X-Frame-Options", value: "DENY"),
            (name: "Referrer-Policy", value: "no-referrer"),
            (name: "Cross-Origin-Opener-Policy", value: "same-origin"),
            (name: "Cross-Origin-Resource-Policy", value: "same-origin"),
        ]
    }

    /// - Parameter ifNoneMatch: the lines of that header field.
    func response(ifNoneMatch: [UnsafeRawBufferPointer]) -> HTTPResponse {
        let isKnown = ifNoneMatch.contains { line in
            let text = String(decoding: line, as: UTF8.self)
            return text == "*" || text.contains(entityTag)
        }
        guard !isKnown else {
            return HTTPResponse(status: 304, contentType: .none, headers: headers, body: OutputBuffer())
        }
        var body = OutputBuffer(minimumCapacity: html.utf8.count)
        body.append(utf8: html)
        return HTTPResponse(status: 200, contentType: .other("text/html; charset=utf-8"), headers: headers, body: body)
    }

    /// From `/docs/`; relative, as a reverse proxy may serve the gateway below a path of its own.
    static var redirection: HTTPResponse {
        HTTPResponse(
            status: 308, contentType: .none, headers: [(name: "Location", value: "../docs")], body: OutputBuffer())
    }

    /// Nothing but this very script and style, and requests to where the page came from.
    ///
    /// Trusted Types keep the script from making HTML of text, whatever the document's comments say.
    private static func policy(script: String, style: String) -> String {
        [
            "default-src 'none'", "script-src 'sha256-\(hash(script))'", "style-src 'sha256-\(hash(style))'",
            "connect-src 'self'", "img-src data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
            "require-trusted-types-for 'script'", "trusted-types 'none'",
        ].joined(separator: "; ")
    }

    private static func hash(_ text: String) -> String {
        var text = text
        return text.withUTF8 { Digest(UnsafeRawBufferPointer($0))?.base64 } ?? ""
    }

    private static func text(_ text: DocsPageText) -> String {
        String(decoding: UnsafeBufferPointer(start: text.bytes, count: text.count), as: UTF8.self)
    }
}
