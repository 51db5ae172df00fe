import Foundation
import Testing

/// The reverse direction: real Ice clients call the Greeter servant on our runtime.
@Suite("Real Ice clients against our servant")
struct ServantTests {
    @Test("a client's checks all go as with a real server", .timeLimit(.minutes(5)), arguments: Peer.allCases)
    func greeter(peer: Peer) async throws {
        try await withDemoServant { proxy in
            let lines = try await peer.runClient(proxy)
            let checks = try lines.map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? NSDictionary, "\(line)")
            }
            try #require(checks.count == Self.expected.count)
            for (check, expected) in zip(checks, Self.expected) {
                #expect(check == expected as NSDictionary)
            }
        }
    }

    @Test("icegate demo answers the request that it prints", .timeLimit(.minutes(5)))
    func demo() async throws {
        try await GatewayProcess.with(["demo"]) { gateway in
            let answer = try await gateway.post("greeter/greet", #"{"name":"alice"}"#)
            #expect(answer.status == 200)
            #expect(answer.body == #"{"returnValue":"Hello, alice!"}"#)
            _ = try await gateway.process.line(
                containing: "curl -X POST localhost:\(gateway.client.port)/greeter/greet")
        }
    }

    private func withDemoServant(_ body: (String) async throws -> Void) async throws {
        let process = try ChildProcess.launch([Repository.icegate, "demo", "--servant-only"], endsWithInput: false)
        try await ending(process) {
            let line = try await process.line(containing: "Ice servant: ")
            try await body(String(line.dropFirst("Ice servant: ".count)))
        }
    }

    static var expected: [[String: Any]] {
        let names = ["alice", "", "Zoë 🙂 \0 é", "'\"\\\n"]
        return names.map { ["check": "greet", "argument": $0, "returnValue": "Hello, \($0)!"] } + [
            ["check": "greet large", "length": 300_008],
            ["check": "greet concurrently", "returnValue": (0..<100).map { "Hello, \($0)!" }],
            ["check": "ping", "returnValue": NSNull()],
            ["check": "id", "returnValue": "::VisitorCenter::Greeter"],
            ["check": "ids", "returnValue": ["::Ice::Object", "::VisitorCenter::Greeter"]],
            ["check": "isA", "returnValue": true],
            ["check": "isA other", "returnValue": false],
            ["check": "oneway ping", "returnValue": NSNull()],
            ["check": "missing object", "exception": "::Ice::ObjectNotExistException"],
            ["check": "missing facet", "exception": "::Ice::FacetNotExistException"],
            ["check": "missing operation", "exception": "::Ice::OperationNotExistException"],
            ["check": "greet after failures", "returnValue": "Hello, bob!"],
            ["check": "done"],
        ]
    }
}
