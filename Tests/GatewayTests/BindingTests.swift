import IceTesting
import Testing

@testable import Gateway

@Suite("Parameters from path, query and body", .timeLimit(.minutes(5))) struct BindingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var method = "GET"
        var path: String
        var body: String?
        var headers: [String: String] = [:]
        var operation: String
        var arguments: String
        var answer = MockAnswer.example
        var status = 200
        var type: String? = "application/json"
        var result: String?

        var testDescription: String { "\(method) \(path) \(body ?? "")" }
    }

    static let book = #"{"title":"t","year":1984,"copies":"2"}"#
    static let bookValue: JSONValue = ["title": "t", "year": 1984, "copies": "2"]

    static let cases: [Case] = [
        Case(
            path: "/v1/books/7", operation: "find", arguments: #"{"id":"7"}"#, answer: .returns(bookValue),
            result: "{\"returnValue\":\(book)}"),
        Case(path: "/v1/books/%2D7", operation: "find", arguments: #"{"id":"-7"}"#),
        Case(
            path: "/v1/books?filter.text=a+b&filter.years.high=3&filter.tags=x&filter.tags=y&order=byYear&exact=true",
            operation: "search",
            arguments:
                #"{"filter":{"text":"a b","years":{"low":1,"high":3},"tags":["x","y"]},"order":"byYear","exact":true}"#),
        Case(
            path: "/v1/books?filter.text=&order=byTitle&exact=false&limit=3", operation: "search",
            arguments:
                #"{"filter":{"text":"","years":{"low":1,"high":9},"tags":[]},"order":"byTitle","limit":3,"exact":false}"#
        ),
        Case(
            method: "PUT", path: "/v1/books/7?note=hi", body: book, operation: "store",
            arguments: "{\"id\":\"7\",\"book\":\(book),\"note\":\"hi\"}"),
        Case(
            method: "POST", path: "/v1/shelves/a%2Fb/books", body: "{\"book\":\(book),\"counts\":{\"x\":1}}",
            operation: "add", arguments: "{\"shelf\":\"a/b\",\"book\":\(book),\"counts\":{\"x\":1}}",
            answer: .result(["returnValue": bookValue, "total": 3]), status: 201, result: book),
        Case(
            method: "DELETE", path: "/v1/books/7", operation: "remove", arguments: #"{"id":"7"}"#, status: 204,
            type: nil, result: ""),
        Case(
            method: "DELETE", path: "/v1/books/7?reason=old", operation: "remove",
            arguments: #"{"id":"7","reason":"old"}"#, status: 204, type: nil, result: ""),
        Case(
            method: "DELETE", path: "/v1/books/7", body: #"{"reason":"old"}"#, operation: "remove",
            arguments: #"{"id":"7","reason":"old"}"#, status: 204, type: nil, result: ""),
        Case(
            method: "PUT", path: "/v1/books/7/cover?kind=png", body: "bytes", headers: ["Content-Type": "image/png"],
            operation: "setCover", arguments: #"{"id":"7","image":"Ynl0ZXM=","kind":"png"}"#),
        Case(
            path: "/v1/books/7/cover", headers: ["Accept": "application/octet-stream"], operation: "cover",
            arguments: #"{"id":"7"}"#, answer: .result(["returnValue": "Ynl0ZXM=", "kind": "png"]),
            type: "application/octet-stream", result: "bytes"),
        Case(
            path: "/v1/titles?n=1", operation: "title", arguments: #"{"n":1}"#, answer: .returns("x"), result: "\"x\""),
        Case(path: "/v1/titles?n=1", operation: "title", arguments: #"{"n":1}"#, answer: .nothing, result: "null"),
        Case(method: "HEAD", path: "/v1/titles?n=1", operation: "title", arguments: #"{"n":1}"#, result: ""),
        Case(method: "POST", path: "/v1/raw", body: "{}", operation: "raw", arguments: #"{"data":"e30="}"#),
        Case(
            method: "POST", path: "/shelf/raw", body: #"{"data":"AAE="}"#, operation: "raw",
            arguments: #"{"data":"AAE="}"#, result: "{}"),
        Case(
            method: "POST", path: "/shelf/count", body: #"{"n":5}"#, operation: "count", arguments: #"{"n":5}"#,
            answer: .returns(6), result: #"{"returnValue":6}"#),
        Case(
            method: "POST", path: "/shelf/mixed?a=x&b=1&b=2", body: #"{"c":{}}"#, operation: "mixed",
            arguments: #"{"a":"x","b":["1","2"],"c":{}}"#),
        Case(method: "POST", path: "/shelf/tidy", operation: "tidy", arguments: "{}", result: "{}"),
        Case(
            method: "POST", path: "/shelf/tidy?reason=x", operation: "tidy", arguments: #"{"reason":"x"}"#,
            result: "{}"),
        Case(
            method: "POST", path: "/shelf/mixed?", body: #"{"a":"x","b":[],"c":{}}"#, operation: "mixed",
            arguments: #"{"a":"x","b":[],"c":{}}"#),
    ]

    @Test("arguments arrive, results come as the route says", arguments: cases)
    func bound(_ good: Case) async throws {
        try await LibraryGateway.with { gateway in
            try gateway.shelf.on(good.operation, good.answer)
            let answer = try await gateway.client.send(good.method, good.path, good.body, headers: good.headers)
            #expect(answer.status == good.status, "\(answer.body)")
            #expect(gateway.arguments(good.operation) == good.arguments)
            #expect(answer.headers["content-type"] == good.type)
            if let result = good.result { #expect(answer.body == result) }
        }
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        var method = "GET"
        var path: String
        var body: String?
        var headers: [String: String] = [:]
        var status = 400
        var code: String
        var names: String
        var pointer: String?

        var testDescription: String { "\(method) \(path) \(body ?? ""): \(code)" }
    }

    static let search = "/v1/books?filter.text=x&order=byYear&exact=true"

    static let refusals: [Refused] = [
        Refused(path: "/v1/books/x", code: "wrong_type", names: "'id'"),
        Refused(path: "/v1/books/9223372036854775808", code: "out_of_range", names: "'id'"),
        Refused(path: "/v1/books/7?id=8", code: "duplicate_member", names: "'id'"),
        Refused(path: "/v1/books/7?x=8", code: "unknown_member", names: "'x'"),
        Refused(path: "/v1/books/7", body: "{}", code: "bad_request", names: "body"),
        Refused(path: search + "&limit=1&limit=2", code: "duplicate_member", names: "'limit'"),
        Refused(path: search + "&limit=1.5", code: "wrong_type", names: "'limit'"),
        Refused(path: search + "&filter.years.low=x", code: "wrong_type", names: "'filter.years.low'"),
        Refused(path: search + "&filter=x", code: "unknown_member", names: "'filter'"),
        Refused(path: search + "&limit=%F", code: "bad_request", names: "limit"),
        Refused(path: search + "&filter.tags=%FF", code: "invalid_string", names: "'filter.tags"),
        Refused(path: "/v1/books?order=byYear&exact=true", code: "missing_member", names: "'filter.text'"),
        Refused(path: "/v1/books?filter.text=x&exact=true", code: "missing_member", names: "'order'"),
        Refused(path: "/v1/books?filter.text=x&order=x&exact=true", code: "invalid_value", names: "'order'"),
        Refused(
            method: "PUT", path: "/v1/books/7", body: #"{"title":"t","year":"x","copies":1}"#, code: "wrong_type",
            names: "integer", pointer: "/year"),
        Refused(method: "PUT", path: "/v1/books/7", code: "missing_member", names: "'book'"),
        Refused(method: "PUT", path: "/v1/books/7?book=x", body: book, code: "duplicate_member", names: "'book'"),
        Refused(
            method: "POST", path: "/v1/shelves/a/books", body: "{\"book\":\(book),\"counts\":{},\"shelf\":\"b\"}",
            code: "duplicate_member", names: "'shelf'"),
        Refused(
            method: "POST", path: "/v1/shelves/a/books", body: "{\"book\":\(book)}", code: "missing_member",
            names: "missing", pointer: "/counts"),
        Refused(
            method: "POST", path: "/shelf/mixed?c=x", body: #"{"a":"x","b":[]}"#, code: "unknown_member", names: "'c'"),
        // Of a batch: a parameter belongs to no element.
        Refused(
            method: "POST", path: "/shelf/mixed?c=x", body: #"[{"a":"x","b":[]}]"#, code: "unknown_member", names: "'c'"
        ),
        Refused(
            method: "POST", path: "/shelf/mixed?a=x", body: #"[{"b":[],"c":{}},{"b":1,"c":{}}]"#, code: "wrong_type",
            names: "array", pointer: "/1/b"),
        Refused(
            method: "PUT", path: "/v1/books/7", body: book, headers: ["Content-Type": "text/plain"], status: 415,
            code: "unsupported_media_type", names: "text/plain"),
        Refused(
            method: "PUT", path: "/v1/books/7/cover", body: "x", headers: ["Content-Encoding": "gzip"], status: 415,
            code: "unsupported_media_type", names: "Content-Encoding: gzip"),
        Refused(
            path: "/v1/books/7/cover", headers: ["Accept": "application/json"], status: 406, code: "not_acceptable",
            names: "octet-stream"),
    ]

    @Test("what does not fit is refused, its name is said, and no servant is called", arguments: refusals)
    func refused(_ bad: Refused) async throws {
        try await LibraryGateway.with { gateway in
            let answer = try await gateway.client.send(bad.method, bad.path, bad.body, headers: bad.headers)
            let problem = try ReceivedProblem(answer)
            #expect(answer.status == bad.status && problem.code == bad.code, "\(answer.body)")
            #expect(problem.detail.contains(bad.names), "\(problem.detail)")
            #expect(problem.pointer == bad.pointer)
            #expect(problem.dispatched == "no" && problem.retryable == false)
            #expect(gateway.shelf.calls.isEmpty)
        }
    }

    @Test("routes of the configuration bind bodies, results and fixed values, too")
    func configured() async throws {
        var route = RouteConfiguration(
            method: "POST", path: "/shelves/{shelf}", service: "shelf", operation: "add")
        route.body = "book"
        route.responseBody = "total"
        route.arguments = ["counts": #"{"a":1}"#]
        try await LibraryGateway.with(configure: { $0.routes = [route] }) { gateway in
            try gateway.shelf.on("add", .result(["returnValue": Self.bookValue, "total": 3]))
            let answer = try await gateway.client.post("/shelves/s", Self.book)
            // The status is the operation's.
            #expect(answer.status == 201 && answer.body == "3", "\(answer.body)")
            #expect(gateway.arguments("add") == "{\"shelf\":\"s\",\"book\":\(Self.book),\"counts\":{\"a\":1}}")
            let refused = try await gateway.client.post("/shelves/s?counts=1", Self.book)
            #expect(try ReceivedProblem(refused).code == "duplicate_member")
        }
    }

    @Test(
        "what can't be bound is an error at the start",
        arguments: [
            (#"["http:get:/v1/x"] void f(Counts c);"#, "'c' can't come from a query"),
            (#"["http:get:/v1/x/{c}"] void f(Counts c);"#, "'c'"),
            (#"["http:get:/v1/x/{s}"] void f(Strings s);"#, "'s' is a sequence"),
            (#"["http:get:/v1/x", "http:body:a"] void f(int a);"#, "GET has no body"),
            (#"["http:post:/v1/x", "http:body:a"] void f(int a, Counts c);"#, "'c' can't come from a query"),
            (#"["http:status:204"] int f();"#, "204"),
            (#"["http:raw-body:a"] void f(int a);"#, "not a sequence<byte>"),
            (#"["http:raw-body:returnValue"] int f();"#, "not a sequence<byte>"),
            (#"["http:response-body:x"] int f();"#, "'x'"),
        ])
    func errors(operation: String, text: String) async throws {
        let slice = """
            module M { sequence<string> Strings; dictionary<string, int> Counts; interface I { \(operation) } }
            """
        let errors = try await LibraryGateway.errors(slice: slice)
        #expect(errors.contains(text), "\(errors)")
    }

    @Test("no query and no body makes the gateway fail")
    func hostile() async throws {
        try await LibraryGateway.with { gateway in
            var random = SplitMix64(seed: 42)
            let paths = [
                "/v1/books/7", "/v1/books", "/v1/shelves/a/books", "/v1/books/7/cover", "/v1/titles", "/v1/raw",
                "/shelf/mixed", "/shelf/scalars", "/shelf/count",
            ]
            let pieces = [
                "a", "b", "c", "n", "id", "book", "filter", ".", "text", "years", "low", "tags", "order", "=", "&", "+",
                "%", "%00", "%22", "%7B", "%ff", "1", "-", "e9", "byYear", "true", "null", "{", "}", "[", "]", ":", ",",
                "\"",
            ]
            func text(_ count: Int) -> String {
                (0..<Int.random(in: 0...count, using: &random)).map { _ in
                    pieces.randomElement(using: &random) ?? ""
                }.joined()
            }
            for _ in 0..<250 {
                let method = ["GET", "POST", "PUT", "DELETE"].randomElement(using: &random) ?? "GET"
                let path = (paths.randomElement(using: &random) ?? "/") + "?" + text(12)
                let body = Bool.random(using: &random) ? text(20) : nil
                let answer = try await gateway.client.send(method, path, body)
                #expect(answer.status < 500, "\(method) \(path) \(body ?? ""): \(answer.body)")
            }
        }
    }
}
