import Gateway
import Ice
import IceTesting
import SliceJSON

extension Provocation {
    /// Your request: refused before anything is sent.
    static let requests: [Provocation] = [
        Provocation(.malformedJSON, body: #"{"sku":"a","qty":"#),
        Provocation(.wrongType, body: #"{"sku":"a","qty":"1"}"#),
        Provocation(.outOfRange, body: #"{"sku":"a","qty":2147483648}"#),
        Provocation(.unknownMember, body: #"{"sku":"a","qty":1,"x":0}"#),
        Provocation(.missingMember, body: #"{"sku":"a"}"#),
        Provocation(.duplicateMember, body: #"{"sku":"a","qty":1,"qty":1}"#),
        Provocation(.tooDeep, path: "/shop/echoItems", body: #"{"items":[{"sku":""}]}"#) { $0.json.depth = 2 },
        Provocation(.invalidString, body: #"{"sku":"\ud800","qty":1}"#),
        Provocation(
            .invalidValue, path: "/shop/echoItems",
            body: #"{"items":[{"sku":"","qty":0,"price":0,"color":"pink"}]}"#),
        Provocation(
            .proxyNotAllowed, path: "/shop/forward", body: #"{"target":"x:tcp -h 127.0.0.1 -p 1"}"#),
        Provocation(.invalidHeader, headers: ["Ice-Timeout-Ms": "soon"]),
        Provocation(.contextKeyNotAllowed, headers: ["Ice-Context": "a=b"]),
        Provocation(.facetNotAllowed, headers: ["Ice-Facet": "f"]),
        Provocation(.twowayOnly, path: "/shop/greet", body: #"{"name":"x"}"#, headers: ["Ice-Mode": "oneway"]),
        Provocation(.originNotAllowed, headers: ["Origin": "https://evil.example"]),
        Provocation(.unknownPath, path: "/shop/nothing"),
        Provocation(.methodNotAllowed, "DELETE", body: nil),
        Provocation(.notAcceptable, headers: ["Accept": "text/html"]),
        Provocation(.unsupportedMediaType, headers: ["Content-Type": "text/plain"]),
        Provocation(.requestTooLarge, body: #"{"sku":"\#(String(repeating: "x", count: 2000))","qty":1}"#) {
            $0.ice["Ice.MessageSizeMax"] = "1"
        },
        Provocation(.unsupportedOperation, path: "/shop/odd", body: ""),
    ]

    /// Your request: refused by the HTTP layer.
    static let http: [Provocation] = [
        Provocation(
            .badRequest, raw: "POST /shop/greet HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n"),
        Provocation(.slowClient, raw: "POST /shop/greet HTTP/1.1\r\nHost: t\r\nContent-Length: 12\r\n\r\n{\"na") {
            $0.limits.slowClient = .seconds(1)
        },
        Provocation(.bodyTooLarge, body: String(repeating: "x", count: 2000)) { $0.limits.body = 1000 },
        Provocation(.uriTooLong, path: "/" + String(repeating: "x", count: 1000)) { $0.limits.uri = 500 },
        Provocation(
            .headersTooLarge,
            raw: "GET /livez HTTP/1.1\r\nHost: t\r\nX: \(String(repeating: "x", count: 60_000))\r\n\r\n"),
        Provocation(
            .expectationFailed,
            raw: "POST /shop/greet HTTP/1.1\r\nHost: t\r\nExpect: tea\r\nContent-Length: 2\r\n\r\n{}"),
        Provocation(.tooManyRequests) { try await whileHeld { $0.limits.requestsPerClient = 1 } },
    ]

    /// A second call while the first is in its servant.
    static func whileHeld(_ configure: (inout GatewayConfiguration) -> Void) async throws -> HTTPAnswer {
        let gate = Gate()
        defer { gate.open() }
        return try await answer(configure: configure) { gateway in
            try gateway.answer("hang") { _ in
                await gate.wait()
                return .nothing
            }
            async let first = gateway.client.post("/shop/hang", "")
            await gateway.servant.waitForCalls("hang", count: 1)
            let second = try await gateway.client.post("/shop/hang", "")
            gate.open()
            _ = try await first
            return second
        }
    }
}
