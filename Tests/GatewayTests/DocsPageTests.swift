import Foundation
import IceTesting
import Testing

@testable import Gateway

/// What the page does in a browser is tested by `scripts/test-docs-page`.
@Suite(.timeLimit(.minutes(5))) struct DocsPageTests {
    @Test("the page is there for everybody, with a policy that allows nothing but itself")
    func served() async throws {
        let folder = try SecretFolder()
        var authentication = ServiceConfiguration.Authentication()
        authentication.apiKeys = try folder.write("keys", "alice:0123456789abcdef\n")
        try await TestGateway.with(configure: { [authentication] in $0.services[0].authentication = authentication }) {
            gateway in
            let answer = try await gateway.client.send("GET", "/docs")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "text/html; charset=utf-8")
            #expect(answer.headers["x-content-type-options"] == "nosniff")
            #expect(answer.headers["referrer-policy"] == "no-referrer")
            #expect(answer.headers["x-frame-options"] == "DENY")
            #expect(answer.headers["cache-control"] == "no-cache")
            #expect(answer.body == DocsPage.shared.html)
            let policy = try #require(answer.headers["content-security-policy"])
            let script = try await hash(Self.inside("script", of: answer.body))
            let style = try await hash(Self.inside("style", of: answer.body))
            #expect(
                policy.components(separatedBy: "; ") == [
                    "default-src 'none'", "script-src 'sha256-\(script)'", "style-src 'sha256-\(style)'",
                    "connect-src 'self'", "img-src data:", "base-uri 'none'", "form-action 'none'",
                    "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
                ])
        }
    }

    @Test("HEAD has the same fields; who has the page already gets it not again; other methods are refused")
    func methods() async throws {
        try await TestGateway.with { gateway in
            let page = try await gateway.client.send("GET", "/docs")
            let head = try await gateway.client.send("HEAD", "/docs")
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            #expect(head.headers["content-length"] == String(page.body.utf8.count))
            #expect(head.headers["content-security-policy"] == page.headers["content-security-policy"])
            let tag = try #require(page.headers["etag"])
            #expect(tag.hasPrefix("\"") && tag.hasSuffix("\""))
            for known in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                let again = try await gateway.client.send("GET", "/docs", headers: ["If-None-Match": known])
                #expect(again.status == 304)
                #expect(again.body.isEmpty)
                #expect(again.headers["etag"] == tag)
            }
            let other = try await gateway.client.send("GET", "/docs", headers: ["If-None-Match": "\"other\""])
            #expect(other.status == 200)
            let posted = try await gateway.client.post("/docs", "{}")
            #expect(posted.status == 405)
            #expect(posted.headers["allow"] == "GET, HEAD")
        }
    }

    @Test("/docs/ leads to the page, below whatever prefix a reverse proxy has put before it")
    func redirection() async throws {
        try await TestGateway.with { gateway in
            let answer = try await gateway.client.send("GET", "/docs/")
            #expect(answer.status == 308)
            #expect(answer.headers["location"] == "../docs")
            #expect(try await gateway.client.send("GET", "/docs/more").status == 404)
        }
    }

    @Test("the page is complete, and refers to nothing outside")
    func selfContained() {
        let html = DocsPage.shared.html
        #expect(!html.contains("{{"))
        #expect(html.components(separatedBy: "<script").count == 2)
        #expect(html.components(separatedBy: "<style").count == 2)
        for outside in ["http://", "https://", "//cdn", "src=", "@import", "url("] {
            #expect(!html.contains(outside), "\(outside)")
        }
        // Texts of others become text nodes, in whatever browser.
        for markup in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval("] {
            #expect(!html.contains(markup), "\(markup)")
        }
    }

    private static func inside(_ tag: String, of html: String) throws -> String {
        let start = try #require(html.firstRange(of: "<\(tag)>")).upperBound
        let end = try #require(html.firstRange(of: "</\(tag)>")).lowerBound
        return String(html[start..<end])
    }

    private func hash(_ text: String) async throws -> String {
        Data(try await OpenSSLTool.run(["dgst", "-sha256", "-binary"], input: Array(text.utf8))).base64EncodedString()
    }
}
