import Foundation
import Ice
import IceTesting
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5))) struct CORSTests {
    private func policy(
        _ origins: [String] = [], listen: String = "127.0.0.1", tls: Bool = false
    ) throws -> CrossOriginPolicy {
        var configuration = GatewayConfiguration()
        configuration.cors.origins = origins
        configuration.listen.host = listen
        if tls { configuration.tls = .init(certificate: "c", key: "k") }
        var problems: [ConfigurationError] = []
        let policy = CrossOriginPolicy(configuration, &problems)
        try #require(problems.isEmpty)
        return policy
    }

    private func verdict(_ policy: CrossOriginPolicy, _ origin: String, _ host: String?) -> CrossOriginPolicy.Verdict {
        Array(origin.utf8).withUnsafeBytes { origin in
            guard let host else { return policy.verdict(origin, host: nil) }
            return Array(host.utf8).withUnsafeBytes { policy.verdict(origin, host: $0) }
        }
    }

    static let pages: [(origin: String, host: String?, verdict: CrossOriginPolicy.Verdict)] = [
        ("http://localhost:8080", "localhost:8080", .own),
        ("http://127.0.0.1:8080", "127.0.0.1:8080", .own), ("http://[::1]:8080", "[::1]:8080", .own),
        ("http://LOCALHOST", "localhost:80", .own), ("http://app.localhost:8080", "app.localhost:8080", .own),
        ("http://10.1.2.3", "10.1.2.3", .own),
        // Another port, scheme or host.
        ("http://localhost:3000", "localhost:8080", .refused),
        ("https://localhost:8080", "localhost:8080", .refused),
        ("http://127.0.0.1:8080", "localhost:8080", .refused), ("http://localhost", "localhost:8080", .refused),
        ("http://localhost:8080", nil, .refused),
        // A name that its owner has pointed here.
        ("http://evil.example:8080", "evil.example:8080", .refused),
        ("http://localhost.evil.example", "localhost.evil.example", .refused),
        ("http://evillocalhost", "evillocalhost", .refused),
        ("http://127.0.0.1.evil.example", "127.0.0.1.evil.example", .refused),
        ("null", "null", .refused), ("", "", .refused), ("http://", "", .refused), ("file://", "", .refused),
        ("http://localhost/", "localhost", .refused), ("http://user@localhost", "user@localhost", .refused),
    ]

    @Test(
        "a page of the gateway itself may call, when nobody else can have its name",
        arguments: pages)
    func own(origin: String, host: String?, expected: CrossOriginPolicy.Verdict) throws {
        #expect(verdict(try policy(), origin, host) == expected)
    }

    @Test("over TLS pages are of https; the name it listens at is its own")
    func ownName() throws {
        #expect(verdict(try policy(tls: true), "https://localhost", "localhost") == .own)
        #expect(verdict(try policy(tls: true), "http://localhost", "localhost") == .refused)
        #expect(verdict(try policy(listen: "gate.internal"), "http://gate.internal", "gate.internal") == .own)
        #expect(verdict(try policy(listen: "gate.internal"), "http://gate", "gate") == .refused)
    }

    @Test("configured origins may call, and no others")
    func configured() throws {
        let some = try policy(["https://app.example", "HTTPS://Other.example:443"])
        #expect(verdict(some, "https://app.example", "x") == .allowed)
        #expect(verdict(some, "https://other.example", "x") == .allowed)
        for origin in [
            "http://app.example", "https://app.example:8443", "https://app.example.evil", "https://evil.app.example",
            "https://app.exampl", "null", "*",
        ] { #expect(verdict(some, origin, "x") == .refused) }
        #expect(verdict(try policy(["*"]), "https://any.example", "x") == .allowed)
        #expect(verdict(try policy(["*"]), "null", "x") == .refused)
        #expect(verdict(try policy(["null"]), "null", "x") == .allowed)
    }

    @Test(
        "what is no origin is an error",
        arguments: [
            "https://app.example/", "app.example", "https://", "https://*.example", "", "https://a.example,https://b",
            "https://a b",
        ])
    func faults(origin: String) {
        var configuration = GatewayConfiguration()
        configuration.cors.origins = [origin]
        configuration.cors.headers = ["X-Fine", "not fine"]
        var problems: [ConfigurationError] = []
        _ = CrossOriginPolicy(configuration, &problems)
        #expect(problems.map(\.source) == ["cors.origins", "cors.headers"])
    }

    // MARK: Over HTTP

    private static let page = "https://app.example"

    private func with(_ body: (TestGateway) async throws -> Void) async throws {
        let folder = try SecretFolder()
        let keys = try folder.write("keys", APIKeyTests.key)
        try await TestGateway.with(configure: { configuration in
            configuration.cors.origins = [Self.page]
            configuration.cors.headers = ["X-Trace"]
            configuration.limits.body = 1000
            configuration.services[1].authentication = .init()
            configuration.services[1].authentication?.apiKeys = keys
        }) {
            try $0.answer("greet") { _ in .returns("Hello") }
            try await body($0)
        }
    }

    private func fields(_ answer: HTTPAnswer, _ name: String) -> Set<String> {
        Set(
            (answer.headers[name] ?? "").split(separator: ",").map {
                $0.trimmingCharacters(in: .whitespaces).lowercased()
            })
    }

    @Test("a preflight is answered with what its path takes, without credentials")
    func preflight() async throws {
        try await with { gateway in
            let ask = ["Origin": Self.page, "Access-Control-Request-Method": "POST"]
            let answer = try await gateway.client.send("OPTIONS", "/shop/greet", headers: ask)
            #expect(answer.status == 204)
            #expect(answer.body.isEmpty)
            #expect(answer.headers["access-control-allow-origin"] == Self.page)
            #expect(answer.headers["access-control-allow-methods"] == "POST")
            #expect(answer.headers["access-control-max-age"] == "600")
            #expect(answer.headers["access-control-allow-credentials"] == nil)
            let taken = fields(answer, "access-control-allow-headers")
            #expect(taken.isSuperset(of: ["content-type", "ice-timeout-ms", "prefer", "idempotency-key", "x-trace"]))
            #expect(!taken.contains("authorization"))
            let closed = try await gateway.client.send("OPTIONS", "/nobody/greet", headers: ask)
            #expect(closed.status == 204)
            #expect(fields(closed, "access-control-allow-headers").isSuperset(of: ["authorization", "x-api-key"]))
            // An invocation's page is as its service; nobody knows whose an unknown id is.
            let started = try await StartedInvocation.start(gateway, "/shop/greet", #"{"name":"x"}"#)
            let own = try await gateway.client.send("OPTIONS", started.location, headers: ask)
            #expect(own.headers["access-control-allow-methods"] == "GET, HEAD, DELETE")
            #expect(!fields(own, "access-control-allow-headers").contains("authorization"))
            let unknown = try await gateway.client.send("OPTIONS", "/invocations/x", headers: ask)
            #expect(fields(unknown, "access-control-allow-headers").contains("authorization"))
            let page = try await gateway.client.send("OPTIONS", "/livez", headers: ask)
            #expect(page.headers["access-control-allow-methods"] == "GET, HEAD")
            let missing = try await gateway.client.send("OPTIONS", "/shop/nothing", headers: ask)
            #expect(missing.status == 404)
            // Neither a preflight of another origin nor an OPTIONS that is none is answered like that.
            let evil = ["Origin": "https://evil.example", "Access-Control-Request-Method": "POST"]
            let refused = try await gateway.client.send("OPTIONS", "/shop/greet", headers: evil)
            #expect(refused.status == 403)
            #expect(refused.headers["access-control-allow-origin"] == nil)
            for headers in [[:], ["Origin": Self.page]] {
                let options = try await gateway.client.send("OPTIONS", "/shop/greet", headers: headers)
                #expect(options.headers["allow"] == "POST")
                #expect(options.headers["access-control-allow-methods"] == nil)
            }
        }
    }

    @Test("answers and errors alike can be read by the page")
    func answers() async throws {
        try await with { gateway in
            let headers = ["Origin": Self.page]
            let big = String(repeating: "x", count: 2000)
            for (path, body, status) in [
                ("/shop/greet", #"{"name":"a"}"#, 200), ("/shop/greet", "{", 400), ("/shop/nothing", "{}", 404),
                ("/nobody/greet", "{}", 401), ("/facet/greet", #"{"name":"a"}"#, 404), ("/shop/greet", big, 413),
            ] {
                let answer = try await gateway.client.post(path, body, headers: headers)
                #expect(answer.status == status, "\(path)")
                #expect(answer.headers["access-control-allow-origin"] == Self.page, "\(status)")
                #expect(fields(answer, "vary").contains("origin"))
                #expect(
                    fields(answer, "access-control-expose-headers").isSuperset(
                        of: ["location", "retry-after", "ice-timeout-ms", "preference-applied"]))
                // Without the field, and of a page of its own, nothing of the kind is said.
                let plain = try await gateway.client.post(path, body)
                #expect(plain.headers["access-control-allow-origin"] == nil)
            }
            let page = try await gateway.client.send("GET", "/livez")
            #expect(fields(page, "vary") == ["origin"])
            let refused = try await gateway.client.post(
                "/shop/greet", #"{"name":"a"}"#, headers: ["Origin": "https://evil.example"])
            #expect(refused.status == 403)
            #expect(try ReceivedProblem(refused).code == "origin_not_allowed")
            #expect(refused.headers["access-control-allow-origin"] == nil)
        }
    }
}
