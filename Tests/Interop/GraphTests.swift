import Testing

/// Instances of classes, optional values and proxies make the way through real Ice servers unchanged.
@Suite("Graphs through real Ice servers")
struct GraphTests {
    @Test("every graph comes back as it went in", .timeLimit(.minutes(5)), arguments: Peer.allCases)
    func echo(peer: Peer) async throws {
        try await peer.withServer { server in
            try await GatewayProcess.withGateway(for: server.endpoint) { gateway in
                for (operation, value) in Self.values {
                    let answer = try await gateway.post("graphs/\(operation)", #"{"value":\#(value)}"#)
                    #expect(answer.status == 200, "\(operation) \(value): \(answer.body)")
                    #expect(answer.body == #"{"returnValue":\#(value)}"#, "\(operation)")
                }
                let shared = try await gateway.post("graphs/echoAnimal", #"{"value":\#(Self.dog)}"#)
                let first = Self.dog.replacing(#"::Interop::Dog","#, with: #"::Interop::Dog","@id":"1","#)
                #expect(shared.body == #"{"returnValue":\#(first),"copy":{"@ref":"1"}}"#)
            }
        }
    }

    private static let hare = #"{"@type":"::Interop::Animal","name":"hare","friend":null}"#
    private static let dog = #"{"@type":"::Interop::Dog","name":"Rex","friend":\#(hare),"age":7,"loud":true}"#

    private static let values: [(operation: String, value: String)] = [
        ("echoNode", "null"), ("echoNode", #"{"@type":"::Interop::Node","name":"a","next":null}"#),
        ("echoNode", #"{"@type":"::Interop::Node","@id":"1","name":"a","next":{"@ref":"1"}}"#),
        (
            "echoNode",
            #"{"@type":"::Interop::Node","@id":"1","name":"a","next":{"@type":"::Interop::Node","name":"b","next":{"@ref":"1"}}}"#
        ),
        ("echoAnimalSeq", "[]"), ("echoAnimalSeq", "[null,\(dog),\(hare)]"),
        (
            "echoCage",
            #"{"left":{"@type":"::Interop::Animal","@id":"1","name":"x","friend":null},"right":{"@ref":"1"}}"#
        ),
        ("echoAny", dog), ("echoAny", #"{"@type":"::Interop::Node","name":"","next":null}"#), ("echoAnimalSliced", dog),
        ("echoProxy", "null"),
    ]

    @Test("optional values, set and not", .timeLimit(.minutes(5)), arguments: Peer.allCases)
    func optional(peer: Peer) async throws {
        try await peer.withServer { server in
            try await GatewayProcess.withGateway(for: server.endpoint) { gateway in
                for (arguments, result) in [
                    ("{}", "{}"), (#"{"value":null}"#, "{}"), (#"{"value":7}"#, #"{"returnValue":7}"#),
                    (#"{"where":{"x":1,"y":2}}"#, #"{"there":{"x":1,"y":2}}"#),
                    (#"{"value":0,"where":{"x":1,"y":2}}"#, #"{"returnValue":0,"there":{"x":1,"y":2}}"#),
                ] {
                    #expect(try await gateway.post("graphs/echoOptional", arguments).body == result)
                }
                let result = try await gateway.post("graphs/echoOptional", "")
                #expect(result.status == 200 && result.body == "{}", "no body is needed where nothing is")
            }
            let old = "old=graphs -e 1.0:\(server.endpoint)@::Interop::Graphs"
            try await GatewayProcess.withGateway(for: server.endpoint, services: [old]) { gateway in
                let answer = try await gateway.post("old/echoOptional", #"{"value":7}"#)
                #expect(answer.status == 400 && answer.body.contains("encoding 1.0"))
                #expect(try await gateway.post("old/echoOptional", "{}").body == "{}")
                let graph = #"{"@type":"::Interop::Node","@id":"1","name":"a","next":{"@ref":"1"}}"#
                #expect(
                    try await gateway.post("old/echoNode", #"{"value":\#(graph)}"#).body
                        == #"{"returnValue":\#(graph)}"#)
            }
        }
    }

    @Test("what the gateway doesn't know comes back unharmed", .timeLimit(.minutes(5)), arguments: Peer.allCases)
    func stranger(peer: Peer) async throws {
        try await peer.withServer { server in
            try await GatewayProcess.withGateway(for: server.endpoint) { gateway in
                let answer = try await gateway.post("graphs/stranger", "{}")
                #expect(answer.status == 200)
                let known =
                    #"{"returnValue":{"@type":"::Interop::Dog","@id":"1","name":"grey","friend":{"@ref":"1"},"age":7,"loud":true,"@slices":["#
                #expect(answer.body.hasPrefix(known), "\(answer.body)")
                let value = answer.body.dropFirst(#"{"returnValue":"#.count).dropLast()
                let same = try await gateway.post("graphs/unmask", #"{"value":\#(value)}"#)
                #expect(same.body == #"{"returnValue":"grey hungry hare 3 True"}"#)
                // A client changes what it understands, in the stranger and behind it.
                let changed = value.replacing("grey", with: "white").replacing("hare", with: "deer")
                let other = try await gateway.post("graphs/unmask", #"{"value":\#(changed)}"#)
                #expect(other.body == #"{"returnValue":"white hungry deer 3 True"}"#)
                let plain = try await gateway.post("graphs/unmask", #"{"value":\#(Self.dog)}"#)
                #expect(plain.body == #"{"returnValue":"no stranger: Rex"}"#)
            }
        }
    }

    @Test("an exception with an instance and an optional member", .timeLimit(.minutes(5)), arguments: Peer.allCases)
    func exception(peer: Peer) async throws {
        try await peer.withServer { server in
            try await GatewayProcess.withGateway(for: server.endpoint) { gateway in
                let answer = try await gateway.post("graphs/bite", #"{"by":\#(Self.dog)}"#)
                #expect(answer.status == 422)
                let members = #""reason":"as asked","by":\#(Self.dog),"where":"leg"}"#
                #expect(
                    answer.body.contains(#""exception":{"@type":"::Interop::Bitten",\#(members)"#), "\(answer.body)")
            }
        }
    }
}
