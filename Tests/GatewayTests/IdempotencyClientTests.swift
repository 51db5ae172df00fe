import IceTesting
import Testing

@testable import Gateway

/// Whose a key is, where the service authenticates and passes `Authorization` on.
@Suite(.timeLimit(.minutes(5))) struct IdempotencyClientTests {
    private func with(
        _ authentication: ServiceConfiguration.Authentication, _ body: (TestGateway) async throws -> Void
    ) async throws {
        try await TestGateway.with(configure: {
            $0.services[0].authentication = authentication
            $0.context.headers = ["Authorization": "token"]
        }) { gateway in
            try gateway.answer("greet") { .returns(.string($0.context["token"] ?? "")) }
            try await body(gateway)
        }
    }

    private func greet(_ gateway: TestGateway, _ headers: [String: String]) async throws -> HTTPAnswer {
        let headers = headers.merging(["Idempotency-Key": "k"]) { $1 }
        return try await gateway.client.post("/shop/greet", #"{"name":"x"}"#, headers: headers)
    }

    @Test("a client with a key that calls for many users gets nobody the answer of another")
    func users() async throws {
        var authentication = ServiceConfiguration.Authentication()
        authentication.apiKeyList = APIKeyList(["front:0123456789abcdef"])
        try await with(authentication) { gateway in
            let key = ["X-API-Key": "0123456789abcdef"]
            let alice = try await greet(gateway, key.merging(["Authorization": "Bearer alice"]) { $1 })
            #expect(alice.body == #"{"returnValue":"Bearer alice"}"#)
            let bob = try await greet(gateway, key.merging(["Authorization": "Bearer bob"]) { $1 })
            #expect(try ReceivedProblem(bob).code == "idempotency_key_reused" && !bob.body.contains("alice"))
            #expect(gateway.servant.callCount("greet") == 1)
        }
    }

    @Test("a client may renew its token between a request and its repeat; another subject has keys of its own")
    func renewedToken() async throws {
        let folder = try SecretFolder()
        var authentication = ServiceConfiguration.Authentication()
        authentication.jwt = ServiceConfiguration.JWT(
            jwks: try folder.write("jwks.json", #"{"keys":[\#(JWTTests.key)]}"#), issuer: nil, audience: nil)
        try await with(authentication) { gateway in
            func bearer(_ subject: String, _ expires: Int) async throws -> [String: String] {
                let token = try await JWTTests.maker.token(
                    #"{"sub":"\#(subject)","exp":\#(expires)}"#, header: #""kid":"one""#)
                return ["Authorization": "Bearer \(token)"]
            }
            let first = try await greet(gateway, try await bearer("alice", 9_000_000_000))
            #expect(first.status == 200, "\(first.body)")
            let again = try await greet(gateway, try await bearer("alice", 9_000_000_001))
            #expect(again.body == first.body && again.headers["idempotent-replayed"] == "true", "\(again.body)")
            let other = try await greet(gateway, try await bearer("bob", 9_000_000_000))
            #expect(other.status == 200 && other.body != first.body)
            #expect(gateway.servant.callCount("greet") == 2)
        }
    }
}
