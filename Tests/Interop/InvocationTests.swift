import Testing

/// Ways to invoke other than the plain twoway call.
@Suite("Oneway calls, categories and facets")
struct InvocationTests {
    @Test("oneway calls are 202 and arrive", .timeLimit(.minutes(5)), arguments: Peer.allCases)
    func oneway(peer: Peer) async throws {
        try await peer.withServer { server in
            let always = "always=echo -o:\(server.endpoint)@::Interop::Echo"
            try await GatewayProcess.withGateway(for: server.endpoint, services: [always]) { gateway in
                #expect(try await gateway.post("echo/resetTicks", "{}").body == "{}")
                for path in ["echo/tick", "always/tick", "echo/tick"] {
                    let headers = path.hasPrefix("always") ? [:] : ["Ice-Mode": "oneway"]
                    let answer = try await gateway.post(path, "{}", headers)
                    #expect(answer.status == 202, "\(answer.body)")
                    #expect(answer.body == #"{"sent":true}"#)
                }
                #expect(try await gateway.post("echo/awaitTicks", #"{"count":3}"#).body == #"{"returnValue":3}"#)
            }
        }
    }

    @Test("an operation with a result can't be called oneway", .timeLimit(.minutes(5)), arguments: Peer.allCases)
    func twowayOnly(peer: Peer) async throws {
        try await peer.withServer { server in
            try await GatewayProcess.withGateway(for: server.endpoint) { gateway in
                let answer = try await gateway.post("echo/echoInt", #"{"value":1}"#, ["Ice-Mode": "oneway"])
                let expected = ProblemDocument(status: 400, code: "twoway_only", dispatched: "no", retryable: false)
                #expect(try answer.problem() == expected)
            }
        }
    }

    @Test("the servant sees category and facet of the proxy", .timeLimit(.minutes(5)), arguments: Peer.allCases)
    func categoryAndFacet(peer: Peer) async throws {
        try await peer.withServer { server in
            let configuration = """
                slice: {files: ["\(Repository.peers)/Interop.ice"]}
                services:
                  second: {proxy: "echo -f second:\(server.endpoint)", interface: "::Interop::Echo"}
                  seven: {proxy: "echo/7:\(server.endpoint)", interface: "::Interop::Echo"}
                """
            try await GatewayProcess.withConfiguration(configuration) { gateway in
                let second = try await gateway.post("second/describe", "{}")
                #expect(
                    second.body.hasPrefix(#"{"returnValue":{"name":"echo","category":"","facet":"second","#),
                    "\(second.body)")
                let seven = try await gateway.post("seven/describe", "{}")
                #expect(
                    seven.body.hasPrefix(#"{"returnValue":{"name":"7","category":"echo","facet":"","#), "\(seven.body)")
            }
        }
    }
}
