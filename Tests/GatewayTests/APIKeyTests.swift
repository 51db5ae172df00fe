import Foundation
import Ice
import IceTesting
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5))) struct APIKeyTests {
    static let key = "0123456789abcdef-alice"

    /// A gateway whose service `shop` wants keys; `facet` and `nobody` are open.
    private func with(
        _ keys: String = "# clients\nalice:\(key)\n", jwks: String? = nil, _ body: (TestGateway) async throws -> Void
    ) async throws {
        let folder = try SecretFolder()
        var authentication = ServiceConfiguration.Authentication()
        authentication.apiKeys = try folder.write("keys", keys)
        authentication.jwt = try jwks.map { ServiceConfiguration.JWT(jwks: try folder.write("jwks.json", $0)) }
        try await TestGateway.with(configure: { [authentication] in $0.services[0].authentication = authentication }) {
            try $0.answer("greet") { _ in .returns("Hello") }
            try await body($0)
        }
    }

    @Test(
        "a key is taken in each of its places",
        arguments: [
            ["X-API-Key": key], ["x-api-key": key], ["Authorization": "Bearer \(key)"],
            ["Authorization": "bearer   \(key)"], ["Authorization": "ApiKey \(key)"],
            // Authorization may be for somebody else then.
            ["X-API-Key": key, "Authorization": "Basic eDp5"],
        ])
    func taken(headers: [String: String]) async throws {
        try await with { gateway in
            let answer = try await gateway.client.post("/shop/greet", #"{"name":"a"}"#, headers: headers)
            #expect(answer.status == 200, "\(answer.body)")
        }
    }

    @Test("whatever is no key is 401, and the servant is not called")
    func refused() async throws {
        let refused: [[String: String]] = [
            [:], ["X-API-Key": ""], ["X-API-Key": String(Self.key.dropLast())], ["X-API-Key": Self.key + "x"],
            ["X-API-Key": "alice"], ["X-API-Key": "alice:" + Self.key], ["X-API-Key": "Bearer " + Self.key],
            ["X-API-Key": String(repeating: "x", count: 5000)], ["X-API-Key": Self.key.uppercased()],
            ["X-API-Key": "\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}\u{E9}"],
            ["X-API-Key": "wrong-wrong-wrong", "Authorization": "Bearer \(Self.key)"],
            ["Authorization": ""], ["Authorization": "Bearer"], ["Authorization": "Bearer "],
            ["Authorization": Self.key], ["Authorization": "Basic \(Self.key)"],
            ["Authorization": "Bearer\(Self.key)"], ["Authorization": "Bearer \(Self.key) x"],
        ]
        try await with { gateway in
            for headers in refused {
                let answer = try await gateway.client.post("/shop/greet", #"{"name":"a"}"#, headers: headers)
                #expect(answer.status == 401, "\(headers)")
                let problem = try ReceivedProblem(answer)
                #expect(problem.code == "unauthenticated")
                #expect(problem.dispatched == "no")
                #expect(problem.retryable == false)
                #expect(answer.headers["www-authenticate"] != nil)
                #expect(!answer.body.contains(Self.key))
            }
            // Before anything of the request is looked at.
            let answer = try await gateway.client.post("/shop/greet", "{", headers: ["Content-Type": "text/x"])
            #expect(answer.status == 401)
        }
    }

    @Test("a credential that is there twice is nobody's")
    func twice() async throws {
        try await with { gateway in
            for name in ["X-API-Key", "Authorization"] {
                let value = name == "Authorization" ? "Bearer \(Self.key)" : Self.key
                let answer = try await gateway.client.raw(
                    Array(
                        "POST /shop/greet HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\(name): \(value)\r\n\(name): \(value)\r\nContent-Length: 12\r\n\r\n{\"name\":\"a\"}"
                            .utf8))
                #expect(answer.status == 400)
                #expect(try ReceivedProblem(answer).code == "invalid_header")
            }
        }
    }

    @Test("other services and the gateway's own pages stay open")
    func open() async throws {
        try await with { gateway async throws in
            #expect(try await gateway.client.post("/nobody/greet", #"{"name":"a"}"#).status == 404)
            for page in ["/livez", "/readyz", "/openapi.json"] {
                #expect(try await gateway.client.send("GET", page).status != 401)
            }
            // What there is not, and what the path doesn't take, are told before.
            #expect(try await gateway.client.post("/shop/nothing", "{}").status == 404)
            #expect(try await gateway.client.send("PUT", "/shop/greet", "{}").status == 405)
        }
    }

    @Test("with both kinds a client needs one of them")
    func either() async throws {
        let end = Int(Date().timeIntervalSince1970) + 3600
        let token = try await JWTTests.maker.token(#"{"sub":"bob","exp":\#(end)}"#)
        let old = try await JWTTests.maker.token(#"{"sub":"bob","exp":1}"#)
        try await with(jwks: #"{"keys":[\#(JWTTests.key)]}"#) { gateway in
            for credential in [Self.key, token, token] {
                let headers = ["Authorization": "Bearer \(credential)"]
                #expect(
                    try await gateway.client.post("/shop/greet", #"{"name":"a"}"#, headers: headers).status == 200)
            }
            let answer = try await gateway.client.post(
                "/shop/greet", #"{"name":"a"}"#, headers: ["Authorization": "Bearer \(old)"])
            #expect(answer.status == 401)
            #expect(try ReceivedProblem(answer).code == "invalid_token")
            let challenge = try #require(answer.headers["www-authenticate"])
            #expect(challenge.hasPrefix(#"Bearer realm="shop", error="invalid_token", error_description="the token"#))
        }
    }

    @Test(
        "a file that can't be right is an error with its line",
        arguments: [
            ("short", 1, "16 bytes at least"), ("# only\n\n", 1, "no key"),
            ("\(key)\n\(key)\n", 2, "there already"), ("a b:\(key)\n", 1, "a key's name"),
            (":\(key)\n", 1, "a key's name"), ("\n\nalice:\(key) x\n", 3, "without blanks"),
            (String(repeating: "x", count: 513), 1, "at most"), ("alice:\n", 1, "16 bytes at least"),
            ("p\u{E4}ssw\u{F6}rter-p\u{E4}ssw\u{F6}rter", 1, "visible ASCII"),
        ])
    func files(text: String, line: Int, message: String) {
        do {
            _ = try APIKeys(Array(text.utf8))
            Issue.record("taken: \(text)")
        } catch {
            #expect(error.line == line)
            #expect(error.message.contains(message), "\(error.message)")
        }
    }

    @Test("names are told, keys aren't")
    func names() throws {
        let keys = try APIKeys(Array("\r\n  alice : \(Self.key)\r\n# c\nfedcba9876543210\n".utf8))
        let client = { (key: String) in Array(key.utf8).withUnsafeBytes { keys.client($0) } }
        #expect(client(Self.key)?.description == "key:alice")
        #expect(client("fedcba9876543210")?.description == "key:line-4")
        #expect(!String(reflecting: keys).contains("fedcba9876543210"))
    }

    @Test("a file that everybody may read is warned of; one that is not there is an error")
    func permissions() throws {
        let folder = try SecretFolder()
        func load(_ path: String) throws -> (errors: [ConfigurationError], warnings: [String]) {
            var configuration = GatewayConfiguration()
            var service = ServiceConfiguration(name: "a", proxy: "a")
            service.authentication = .init()
            service.authentication?.apiKeys = path
            configuration.services = [service]
            var (errors, warnings): ([ConfigurationError], [String]) = ([], [])
            _ = GatewaySecurity(configuration, &errors, &warnings)
            return (errors, warnings)
        }
        let good = try load(try folder.write("good", Self.key, permissions: 0o640))
        #expect(good.errors.isEmpty && good.warnings.isEmpty)
        let open = try load(try folder.write("open", Self.key, permissions: 0o644))
        #expect(open.errors.isEmpty)
        #expect(open.warnings.count == 1)
        let missing = try load(folder.path + "/missing")
        #expect(missing.errors.map(\.description) == ["\(folder.path)/missing: error: No such file or directory"])
        #expect(try load(folder.path).errors.map(\.message) == ["it is a folder"])
    }

    @Test("keys may stand in the configuration, and are in no text of it")
    func list() throws {
        var configuration = GatewayConfiguration()
        let text = "services: {a: {proxy: a, auth: {api_keys: ['alice:${KEY}', 'short']}}}"
        let faults = ConfigurationFile.apply(
            text, file: "f.yaml", environment: ["KEY": Self.key], to: &configuration)
        #expect(faults.isEmpty)
        #expect(!String(reflecting: configuration).contains(Self.key))
        var (errors, warnings): ([ConfigurationError], [String]) = ([], [])
        _ = GatewaySecurity(configuration, &errors, &warnings)
        #expect(
            errors.map(\.description) == [
                "service 'a': error: auth.api_keys, entry 2: a key has 16 bytes at least"
            ])
        configuration.services[0].authentication?.apiKeyList = APIKeyList(["alice:\(Self.key)"])
        errors = []
        let security = GatewaySecurity(configuration, &errors, &warnings)
        #expect(errors.isEmpty)
        let keys = try #require(security.authenticators["a"]?.keys)
        #expect(Array(Self.key.utf8).withUnsafeBytes { keys.client($0) }?.name == "alice")
    }
}
