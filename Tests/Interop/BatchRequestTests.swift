import Testing

/// Requests with several calls in them, and with options.
@Suite("Batches over HTTP", .timeLimit(.minutes(5)))
struct BatchRequestTests {
    @Test("a real server executes each request of a batch once", arguments: Peer.allCases)
    func together(peer: Peer) async throws {
        try await peer.withServer { server in
            let always = "always=echo -O:\(server.endpoint)@::Interop::Echo"
            try await GatewayProcess.withGateway(for: server.endpoint, services: [always]) { gateway in
                #expect(try await gateway.post("echo/resetTicks", "{}").body == "{}")
                let array = "[" + Array(repeating: "{}", count: 1000).joined(separator: ",") + "]"
                let lines = String(repeating: "{}\n", count: 1000)
                for (path, body, headers) in [
                    ("echo/tick", array, ["Ice-Mode": "batch-oneway"]), ("always/tick", array, [:]),
                    ("echo/tick", lines, ["Ice-Mode": "oneway", "Content-Type": "application/x-ndjson"]),
                ] {
                    let answer = try await gateway.post(path, body, headers)
                    #expect(answer.status == 202 && answer.body == #"{"sent":true,"count":1000}"#, "\(answer.body)")
                }
                let one = try await gateway.post("always/tick", "{}")
                #expect(one.body == #"{"sent":true,"count":1}"#)
                #expect(try await gateway.post("echo/awaitTicks", #"{"count":3001}"#).body == #"{"returnValue":3001}"#)
            }
        }
    }

    @Test("a twoway batch of many is answered in its order", arguments: Peer.allCases)
    func twoway(peer: Peer) async throws {
        try await peer.withServer { server in
            try await GatewayProcess.withGateway(for: server.endpoint) { gateway in
                let body = (0..<1000).map { #"{"value":\#($0)}"# }.joined(separator: ",")
                let answer = try await gateway.post("echo/echoInt", "[\(body)]")
                let results = (0..<1000).map { #"{"status":200,"body":{"returnValue":\#($0)}}"# }
                #expect(answer.status == 200 && answer.body == "[\(results.joined(separator: ","))]")
            }
        }
    }

    @Test("a real servant sees the context and the facet that a request asks for", arguments: Peer.allCases)
    func options(peer: Peer) async throws {
        try await peer.withServer { server in
            let configuration = """
                slice: {files: ["\(Repository.peers)/Interop.ice"]}
                services:
                  echo: {proxy: "echo:\(server.endpoint)", interface: "::Interop::Echo", facets: [second], context: {fixed: f}}
                context: {allow: [a], headers: {Authorization: token}}
                """
            try await GatewayProcess.withConfiguration(configuration) { gateway in
                let headers = ["Ice-Facet": "second", "Ice-Context": "a=%C3%A9%2C", "Authorization": "Bearer x"]
                let answer = try await gateway.post("echo/describe", "{}", headers)
                #expect(answer.body.contains(#""facet":"second""#), "\(answer.body)")
                for entry in [#""a":"é,""#, #""token":"Bearer x""#, #""fixed":"f""#] {
                    #expect(answer.body.contains(entry), "\(answer.body)")
                }
            }
        }
    }
}
