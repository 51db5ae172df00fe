import Foundation
import Glibc
import Testing

/// The error table of the contract, each row caused by a real Ice server.
@Suite("Failures of real Ice servers")
struct FailureTests {
    @Test("user exceptions are 422 with all their members", .timeLimit(.minutes(5)), arguments: Peer.allCases)
    func userExceptions(peer: Peer) async throws {
        try await peer.withServer { server in
            try await GatewayProcess.withGateway(for: server.endpoint) { gateway in
                for (path, arguments, exception) in Self.exceptions {
                    let answer = try await gateway.post(path, arguments)
                    #expect(answer.status == 422, "\(path) \(arguments): \(answer.body)")
                    let expected = ProblemDocument(
                        status: 422, code: "user_exception", dispatched: "yes", retryable: false)
                    #expect(try answer.problem() == expected, "\(path) \(arguments)")
                    #expect(answer.body.contains(#""exception":\#(exception)"#), "\(answer.body)")
                }
            }
        }
    }

    @Test("what the server says went wrong", .timeLimit(.minutes(5)), arguments: Peer.allCases)
    func serverFailures(peer: Peer) async throws {
        try await peer.withServer { server in
            let nobody = "nobody=nobody:\(server.endpoint)@::Interop::Echo"
            // A Greeter asked for what only Echo can do.
            let wrong = "wrong=greeter:\(server.endpoint)@::Interop::Echo"
            let nowhere = "nowhere=echo -f nowhere:\(server.endpoint)@::Interop::Echo"
            try await GatewayProcess.withGateway(for: server.endpoint, services: [nobody, wrong, nowhere]) { gateway in
                for (path, status, code, dispatched) in Self.failures {
                    let answer = try await gateway.post(path, "{}")
                    #expect(answer.status == status, "\(path): \(answer.body)")
                    let expected = ProblemDocument(
                        status: status, code: code, dispatched: dispatched, retryable: false)
                    #expect(try answer.problem() == expected, "\(path)")
                    #expect(!answer.body.contains("not an Ice exception"), "the server's text is withheld")
                }
            }
        }
    }

    @Test("a call that takes too long is 504 and may have run", .timeLimit(.minutes(5)), arguments: Peer.allCases)
    func timeout(peer: Peer) async throws {
        try await peer.withServer { server in
            try await GatewayProcess.withGateway(for: server.endpoint) { gateway in
                let answer = try await gateway.post(
                    "echo/sleep", #"{"milliseconds":60000}"#, ["Ice-Timeout-Ms": "2000"])
                #expect(answer.status == 504, "\(answer.body)")
                #expect(answer.headers["ice-timeout-ms"] == "2000")
                let expected = ProblemDocument(
                    status: 504, code: "invocation_timeout", dispatched: "maybe", retryable: false)
                #expect(try answer.problem() == expected)
                // The connection is still good.
                #expect(try await gateway.post("echo/echoInt", #"{"value":1}"#).status == 200)
            }
        }
    }

    @Test("a server killed during a call is 502, after that 503", .timeLimit(.minutes(5)), arguments: Peer.allCases)
    func killed(peer: Peer) async throws {
        try await peer.withServer { server in
            try await GatewayProcess.withGateway(for: server.endpoint) { gateway in
                async let pending = gateway.post("echo/sleep", #"{"milliseconds":60000}"#)
                _ = try await server.process.line(containing: "SLEEP")
                try await server.process.end()
                let answer = try await pending
                let lost = ProblemDocument(status: 502, code: "connection_lost", dispatched: "maybe", retryable: false)
                #expect(try answer.problem() == lost, "\(answer.body)")

                let next = try await gateway.post("echo/echoInt", #"{"value":1}"#)
                let refused = ProblemDocument(
                    status: 503, code: "connection_refused", dispatched: "no", retryable: true)
                #expect(try next.problem() == refused, "\(next.body)")
                #expect(next.headers["retry-after"] != nil)
            }
        }
    }

    @Test("a server that comes back is found again", .timeLimit(.minutes(5)), arguments: Peer.allCases)
    func restarted(peer: Peer) async throws {
        // A loopback address of its own: no other test can take the port while nobody listens on it.
        let own = ["python38": 2, "python37": 3, "cpp37": 4][peer.rawValue, default: 5]
        let endpoint = try await peer.withServer(endpoint: "tcp -h 127.0.0.\(own) -p 0") { $0.endpoint }
        try await GatewayProcess.withGateway(for: endpoint) { gateway in
            #expect(try await gateway.post("greeter/greet", #"{"name":"x"}"#).status == 503)
            try await peer.withServer(endpoint: endpoint) { _ in
                let answer = try await gateway.post("greeter/greet", #"{"name":"x"}"#)
                #expect(answer.body == #"{"returnValue":"Hello, x!"}"#)
            }
        }
    }

    // MARK: Tables

    private static let exceptions: [(path: String, arguments: String, exception: String)] = [
        ("echo/fail", #"{"kind":"base"}"#, #"{"@type":"::Interop::InteropError","reason":"as asked"}"#),
        (
            "echo/fail", #"{"kind":"division"}"#,
            #"{"@type":"::Interop::DivisionByZero","reason":"as asked","dividend":-7}"#
        ),
        (
            "echo/fail", #"{"kind":"range"}"#,
            #"{"@type":"::Interop::OutOfRange","reason":"as asked","where":{"x":1,"y":-2},"#
                + #""allowed":["Green","Violet"],"limit":2.5}"#
        ),
        (
            "echo/fail", #"{"kind":"far"}"#,
            #"{"@type":"::Interop::FarOutOfRange","reason":"as asked","where":{"x":3,"y":-4},"#
                + #""allowed":["Green","Violet"],"limit":0.1}"#
        ),
        (
            "echo/divide", #"{"dividend":1,"divisor":0}"#,
            #"{"@type":"::Interop::DivisionByZero","reason":"division by zero","dividend":1}"#
        ),
        // Sliced to the nearest type that our Slice knows.
        ("echo/failSliced", "{}", #"{"@type":"::Interop::InteropError","reason":"known part"}"#),
    ]

    private static let failures: [(path: String, status: Int, code: String, dispatched: String)] = [
        ("echo/failUndeclared", 500, "unknown_user_exception", "yes"),
        ("echo/failUnknown", 500, "unknown_exception", "yes"),
        ("echo/failNotExist", 404, "object_not_exist", "maybe"),
        ("nobody/describe", 404, "object_not_exist", "maybe"),
        ("nowhere/describe", 404, "facet_not_exist", "maybe"),
        ("wrong/describe", 501, "operation_not_exist", "maybe"),
        ("echo/doesNotExist", 404, "unknown_path", "no"),
    ]
}
