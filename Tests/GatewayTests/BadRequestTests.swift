import Gateway
import Ice
import IceTesting
import SliceJSON
import Testing

@Suite(.timeLimit(.minutes(5))) struct BadRequestTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var method = "POST"
        var path = "/shop/buy"
        var body: String? = #"{"sku":"a","qty":1}"#
        var headers: [String: String] = [:]
        var status = 400
        var code: String
        var pointer: String?

        var testDescription: String { "\(method) \(path) \(body?.prefix(40) ?? "") \(headers): \(code)" }
    }

    static let cases: [Case] = [
        Case(body: #"{"sku":"a","qty":"#, code: "malformed_json"),
        Case(body: "", code: "malformed_json"),
        Case(body: #"{"sku":"a","qty":1}x"#, code: "malformed_json"),
        Case(body: #"{"sku":"a","qty":"1"}"#, code: "wrong_type", pointer: "/qty"),
        Case(body: #"{"sku":null,"qty":1}"#, code: "wrong_type", pointer: "/sku"),
        Case(body: #"[[]]"#, code: "wrong_type"),
        Case(body: #"{"sku":"a","qty":2147483648}"#, code: "out_of_range", pointer: "/qty"),
        Case(body: #"{"sku":"a"}"#, code: "missing_member", pointer: "/qty"),
        Case(body: #"{"sku":"a","qty":1,"x":0}"#, code: "unknown_member", pointer: "/x"),
        Case(body: #"{"sku":"a","qty":1,"qty":1}"#, code: "duplicate_member", pointer: "/qty"),
        Case(
            path: "/shop/echoItems", body: #"{"items":[{"sku":"","qty":0,"price":0,"color":"pink"}]}"#,
            code: "invalid_value", pointer: "/items/0/color"),
        Case(
            path: "/shop/echoItems", body: #"{"items":[{"sku":"","qty":0,"price":1e999,"color":"red"}]}"#,
            code: "out_of_range", pointer: "/items/0/price"),
        Case(body: String(repeating: "[", count: 100), code: "too_deep"),
        Case(path: "/shop/nothing", status: 404, code: "unknown_path"),
        Case(path: "/", status: 404, code: "unknown_path"),
        Case(path: "/shop", status: 404, code: "unknown_path"),
        Case(path: "/shop/buy/", status: 404, code: "unknown_path"),
        Case(path: "/shop%2Fbuy", status: 404, code: "unknown_path"),
        Case(path: "/shop/%zz", status: 404, code: "unknown_path"),
        Case(method: "GET", body: nil, status: 405, code: "method_not_allowed"),
        Case(method: "DELETE", body: nil, status: 405, code: "method_not_allowed"),
        Case(method: "POST", path: "/livez", status: 405, code: "method_not_allowed"),
        Case(headers: ["Content-Type": "text/plain"], status: 415, code: "unsupported_media_type"),
        Case(
            headers: ["Content-Type": "application/json; charset=latin1"], status: 415, code: "unsupported_media_type"),
        Case(headers: ["Content-Encoding": "gzip"], status: 415, code: "unsupported_media_type"),
        Case(headers: ["Accept": "text/html"], status: 406, code: "not_acceptable"),
        Case(headers: ["Ice-Timeout-Ms": "soon"], code: "invalid_header"),
        Case(headers: ["Ice-Timeout-Ms": "0"], code: "invalid_header"),
        Case(headers: ["Ice-Mode": "sideways"], code: "invalid_header"),
        Case(headers: ["Ice-Context": "a=b"], code: "context_key_not_allowed"),
        Case(headers: ["Ice-Facet": "f"], code: "facet_not_allowed"),
        Case(headers: ["Origin": "https://evil.example"], status: 403, code: "origin_not_allowed"),
        Case(
            body: #"{"sku":""# + String(repeating: "x", count: 70_000) + #"","qty":1}"#, status: 413,
            code: "body_too_large"),
    ]

    @Test("every bad request gets its row of the table and reaches no servant", arguments: cases)
    func refused(_ bad: Case) async throws {
        try await TestGateway.with(configure: { $0.limits.body = 65_536 }) { gateway in
            let answer = try await gateway.client.send(bad.method, bad.path, bad.body, headers: bad.headers)
            let problem = try ReceivedProblem(answer)
            #expect(answer.status == bad.status && problem.code == bad.code, "\(answer.body)")
            #expect(problem.dispatched == "no" && problem.retryable == false)
            if let pointer = bad.pointer { #expect(problem.pointer == pointer) }
            if answer.status == 405 { #expect(answer.headers["allow"] != nil) }
            #expect(gateway.servant.calls == [])
        }
    }

    @Test("a body larger than an Ice message may be is 413")
    func messageTooLarge() async throws {
        try await TestGateway.with(configure: { $0.ice["Ice.MessageSizeMax"] = "1" }) { gateway in
            let name = String(repeating: "x", count: 2000)
            let answer = try await gateway.client.post("/shop/greet", "{\"name\":\"\(name)\"}")
            #expect(try ReceivedProblem(answer).code == "request_too_large" && answer.status == 413)
            #expect(gateway.servant.calls == [])
        }
    }

    @Test("a chunked body over the limit is 413")
    func chunkedTooLarge() async throws {
        try await TestGateway.with(configure: { $0.limits.body = 1000 }) { gateway in
            var request =
                "POST /shop/greet HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            for _ in 0..<40 { request += "64\r\n" + String(repeating: "x", count: 100) + "\r\n" }
            request += "0\r\n\r\n"
            let answer = try await gateway.client.raw(Array(request.utf8))
            #expect(try ReceivedProblem(answer).code == "body_too_large" && answer.status == 413)
        }
    }

    @Test("JSON nested too deeply is refused")
    func depth() async throws {
        try await TestGateway.with(configure: { $0.json.depth = 2 }) { gateway in
            let answer = try await gateway.client.post(
                "/shop/echoItems", #"{"items":[{"sku":"","qty":0,"price":0,"color":"red"}]}"#)
            #expect(try ReceivedProblem(answer).code == "too_deep" && answer.status == 400)
        }
    }

    @Test("an unknown path names the page that shows what there is, then its document")
    func unknownPath() async throws {
        try await TestGateway.with { gateway in
            let problem = try ReceivedProblem(try await gateway.client.send("GET", "/nothing"))
            #expect(
                problem.detail == "there is nothing at /nothing; /docs shows what there is, /openapi.yaml describes it")
        }
    }
}
