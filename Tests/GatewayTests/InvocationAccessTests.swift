import IceTesting
import Testing

@testable import Gateway

@Suite(.timeLimit(.minutes(5))) struct InvocationAccessTests {
    private static let alice = ["X-API-Key": "0123456789abcdef-alice"]
    private static let bob = ["X-API-Key": "0123456789abcdef-bob"]

    /// A gateway whose service `shop` wants keys.
    private func with(_ body: (TestGateway) async throws -> Void) async throws {
        let folder = try SecretFolder()
        var authentication = ServiceConfiguration.Authentication()
        authentication.apiKeys = try folder.write(
            "keys", "alice:0123456789abcdef-alice\nalice:0123456789abcdef-alice-2\nbob:0123456789abcdef-bob\n")
        try await TestGateway.with(configure: { [authentication] in $0.services[0].authentication = authentication }) {
            try $0.answer("greet") { .returns("Hello, \($0["name"]?.string ?? "")!") }
            try await body($0)
        }
    }

    @Test("an invocation is for those who may call its service")
    func invocations() async throws {
        try await with { gateway in
            let started = try await StartedInvocation.start(
                gateway, "/shop/greet", #"{"name":"x"}"#, headers: Self.alice)
            for (method, path) in [
                ("GET", started.location), ("GET", "\(started.location)/result"), ("DELETE", started.location),
            ] {
                let refused = try await gateway.client.send(method, path)
                #expect(refused.status == 401)
            }
            let headers = Self.bob.merging(["Prefer": "wait=3600"]) { $1 }
            let result = try await gateway.client.send("GET", "\(started.location)/result", headers: headers)
            #expect(result.status == 200 && result.body == #"{"returnValue":"Hello, x!"}"#)
        }
    }

    @Test("a client's keys are its own, whatever it authenticates with")
    func keys() async throws {
        try await with { gateway in
            func greet(_ credentials: [String: String]) async throws -> HTTPAnswer {
                let headers = credentials.merging(["Idempotency-Key": "k"]) { $1 }
                return try await gateway.client.post("/shop/greet", #"{"name":"x"}"#, headers: headers)
            }
            for (credentials, isReplay) in [
                (Self.alice, nil), (Self.bob, nil), (["X-API-Key": "0123456789abcdef-alice-2"], "true"),
                (["Authorization": "Bearer 0123456789abcdef-bob"], "true"), ([:], nil),
            ] as [([String: String], String?)] {
                let answer = try await greet(credentials)
                #expect(answer.status == (credentials.isEmpty ? 401 : 200))
                #expect(answer.headers["idempotent-replayed"] == isReplay, "\(credentials)")
            }
            #expect(gateway.servant.callCount("greet") == 2)
        }
    }

    @Test("other methods are refused with Allow, OPTIONS tells them, pages of allowed origins may ask")
    func methods() async throws {
        try await TestGateway.with(configure: { $0.cors.origins = ["https://shop.example"] }) { gateway in
            try gateway.answer("greet") { _ in .returns("x") }
            let started = try await StartedInvocation.start(gateway, "/shop/greet", #"{"name":"x"}"#)
            let options = try await gateway.client.send("OPTIONS", started.location)
            #expect(options.status == 204 && options.headers["allow"] == "GET, HEAD, DELETE")
            let origin = ["Origin": "https://shop.example"]
            let preflight = try await gateway.client.send(
                "OPTIONS", started.location, headers: origin.merging(["Access-Control-Request-Method": "DELETE"]) { $1 }
            )
            #expect(preflight.headers["access-control-allow-methods"]?.contains("DELETE") == true)
            // What is kept was for another page, or none; the answer is for this one.
            let wait = origin.merging(["Prefer": "wait=3600"]) { $1 }
            let result = try await gateway.client.send("GET", "\(started.location)/result", headers: wait)
            #expect(result.status == 200)
            #expect(result.headers["access-control-allow-origin"] == "https://shop.example")
        }
    }
}
