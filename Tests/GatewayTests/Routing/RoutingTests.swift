import Testing

@testable import Gateway

@Suite struct RoutingTests {
    private func found(_ table: PathTable<Int>, _ path: String) -> Int? {
        Array(path.utf8).withUnsafeBytes { table.find($0) }
    }

    @Test("a thousand paths are found, others are not")
    func many() {
        var table = PathTable<Int>()
        for index in 0..<1000 {
            let isNew = table.insert("/service/operation\(index)", index)
            #expect(isNew)
        }
        for index in 0..<1000 { #expect(found(table, "/service/operation\(index)") == index) }
        #expect(found(table, "/service/operation1000") == nil)
        #expect(found(table, "") == nil)
        let isNew = table.insert("/service/operation7", 0)
        #expect(!isNew)
    }

    @Test(
        "percent-decoding",
        arguments: [("a%62c", "abc"), ("%2F", "/"), ("100%25", "100%"), ("plain", "plain")])
    func decoding(_ text: String, _ expected: String) {
        #expect(Array(text.utf8).withUnsafeBytes { PercentEncoding.decode($0) } == Array(expected.utf8))
    }

    @Test("broken escapes are refused", arguments: ["%", "%1", "%zz", "a%2"])
    func broken(_ text: String) {
        #expect(Array(text.utf8).withUnsafeBytes { PercentEncoding.decode($0) } == nil)
    }

    @Test(
        "media types of JSON bodies",
        arguments: [
            ("application/json", true), ("Application/JSON; charset=UTF-8", true), ("application/problem+json", true),
            ("application/json; charset=latin1", false), ("text/plain", false), ("", true),
            ("application/x-www-form-urlencoded", true), ("+json", false), ("application/json;charset=\"utf-8\"", true),
        ])
    func contentTypes(_ type: String, _ accepted: Bool) {
        let type = Array(type.utf8)
        let body = Array(" {\"name\":1}".utf8)
        let result = type.withUnsafeBytes { type in body.withUnsafeBytes { MediaType.acceptsJSON(type, body: $0) } }
        #expect(result == accepted)
    }

    @Test("a form is not JSON")
    func form() {
        let type = Array("application/x-www-form-urlencoded".utf8)
        let body = Array("name=alice".utf8)
        #expect(!type.withUnsafeBytes { type in body.withUnsafeBytes { MediaType.acceptsJSON(type, body: $0) } })
    }

    @Test(
        "what answers may be",
        arguments: [
            ("*/*", true), ("application/json", true), ("text/html, application/*;q=0.5", true), ("text/html", false),
            ("application/json;q=0", false), ("application/json;q=0.0, */*", true), ("application/vnd.api+json", true),
        ])
    func accept(_ field: String, _ accepted: Bool) {
        #expect(Array(field.utf8).withUnsafeBytes { MediaType.accepted($0) } == accepted)
    }
}
