import IceTesting
import Testing

@testable import Gateway

@Suite("REST routes", .timeLimit(.minutes(5))) struct RESTRouteTests {
    private func with(_ body: (TestGateway) async throws -> Void) async throws {
        try await TestGateway.with {
            var root = RouteConfiguration(method: "GET", path: "/v1/top", service: "shop", operation: "root")
            root.status = 203
            $0.routes = [
                root, RouteConfiguration(method: "DELETE", path: "/v1/top", service: "shop", operation: "hang"),
                RouteConfiguration(method: "PATCH", path: "/shop/root", service: "shop", operation: "root"),
            ]
        } _: { gateway in
            try gateway.answer("root") { _ in .returns(.null) }
            try await body(gateway)
        }
    }

    @Test("a route of the configuration is served beside POST /service/operation")
    func served() async throws {
        try await with { gateway in
            let answer = try await gateway.client.send("GET", "/v1/top")
            #expect(answer.status == 203 && answer.body == #"{"returnValue":null}"#, "\(answer)")
            let plain = try await gateway.client.post("/shop/root", "")
            #expect(plain.status == 200 && plain.body == #"{"returnValue":null}"#)
            let patched = try await gateway.client.send("PATCH", "/shop/root", "")
            #expect(patched.status == 200)
        }
    }

    @Test("HEAD answers as GET does, without the body")
    func head() async throws {
        try await with { gateway in
            let answer = try await gateway.client.send("HEAD", "/v1/top")
            #expect(answer.status == 203 && answer.body.isEmpty)
            #expect(answer.headers["content-length"] == "20")
            #expect(gateway.servant.calls == ["root"])
        }
    }

    @Test(
        "another method is 405 with those of the path",
        arguments: [
            ("POST", "/v1/top", "GET, HEAD, DELETE"), ("GET", "/shop/root", "POST, PATCH"),
            ("HEAD", "/shop/root", "POST, PATCH"), ("PUT", "/shop/greet", "POST"), ("BREW", "/shop/greet", "POST"),
            ("POST", "/livez", "GET, HEAD"),
        ])
    func otherMethod(_ method: String, _ path: String, _ allow: String) async throws {
        try await with { gateway in
            let answer = try await gateway.client.send(method, path)
            #expect(answer.status == 405 && answer.headers["allow"] == allow, "\(answer)")
            if method != "HEAD" { #expect(try ReceivedProblem(answer).code == "method_not_allowed") }
            #expect(gateway.servant.calls.isEmpty)
        }
    }

    @Test(
        "OPTIONS tells the methods of a path",
        arguments: [("/v1/top", "GET, HEAD, DELETE"), ("/shop/greet", "POST"), ("/livez", "GET, HEAD")])
    func options(_ path: String, _ allow: String) async throws {
        try await with { gateway in
            let answer = try await gateway.client.send("OPTIONS", path)
            #expect(answer.status == 204 && answer.headers["allow"] == allow && answer.body.isEmpty, "\(answer)")
        }
    }

    @Test("an unknown path is 404 to every method", arguments: ["GET", "POST", "OPTIONS", "DELETE", "BREW"])
    func unknown(_ method: String) async throws {
        try await with { gateway in
            for path in [
                "/", "/v1", "/v1/", "/v1/top/", "/v1//top", "/shop", "/shop/nothing", "/livez/x", "/v1%2Ftop",
            ] {
                let answer = try await gateway.client.send(method, path)
                #expect(answer.status == 404, "\(method) \(path)")
                #expect(try ReceivedProblem(answer).code == "unknown_path")
            }
        }
    }
}
