import Foundation
import Ice
import IceEncoding
import IceTesting
import Testing

/// TLS with certificates on both sides and WebSocket, with real peers on the other side.
@Suite("Transports of real Ice peers")
struct TransportTests {
    static let transports = ["ssl", "ws", "wss"]

    @Test("icegate calls a real server", .timeLimit(.minutes(5)), arguments: Peer.allCases, transports)
    func gateway(peer: Peer, transport: String) async throws {
        let authority = try authority()
        try await peer.withServer(
            endpoint: "\(transport) -h 127.0.0.1 -p 0", properties: Self.properties(authority, "server")
        ) { server in
            #expect(server.endpoint.hasPrefix("\(transport) "))
            try await Self.withGateway(server.endpoint, Self.properties(authority, "client")) { gateway in
                for name in ["alice", "Zoë 🙂", String(repeating: "x", count: 300_000)] {
                    let answer = try await gateway.post("greeter/greet", #"{"name":"\#(name)"}"#)
                    #expect(answer.status == 200, "\(answer.body.prefix(300))")
                    #expect(answer.body == #"{"returnValue":"Hello, \#(name)!"}"#)
                }
                try await withThrowingTaskGroup(of: (Int, HTTPAnswer).self) { group in
                    for number in 0..<50 {
                        group.addTask { (number, try await gateway.post("greeter/greet", #"{"name":"\#(number)"}"#)) }
                    }
                    for try await (number, answer) in group {
                        #expect(answer.body == #"{"returnValue":"Hello, \#(number)!"}"#)
                    }
                }
            }
        }
    }

    @Test("real clients call our servant", .timeLimit(.minutes(5)), arguments: Peer.allCases, transports)
    func servant(peer: Peer, transport: String) async throws {
        let authority = try authority()
        let communicator = try Communicator(Properties(Self.properties(authority, "server").map { ($0, $1) }))
        do {
            let adapter = try communicator.createObjectAdapterWithEndpoints(
                name: "Greeter", endpoints: "\(transport) -h 127.0.0.1 -p 0")
            let proxy = try adapter.add(servant: Greeter.servant(), identity: Identity(name: "greeter"))
            try adapter.activate()
            let lines = try await peer.runClient("\(proxy)", properties: Self.properties(authority, "client"))
            let checks = try lines.map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? NSDictionary, "\(line)")
            }
            #expect(checks == ServantTests.expected.map { $0 as NSDictionary })
        } catch {
            await communicator.destroy()
            throw error
        }
        await communicator.destroy()
    }

    @Test("a certificate that a real server refuses", .timeLimit(.minutes(5)), arguments: Peer.allCases)
    func refusedClient(peer: Peer) async throws {
        let (authority, other) = (try authority(), try TestAuthority("Other"))
        try other.issue("client")
        var none = Self.properties(authority, "client")
        none["IceSSL.CertFile"] = nil
        var stranger = Self.properties(authority, "client")
        stranger["IceSSL.CertFile"] = "\(other.folder)/client.p12"
        let clients = [none, stranger]
        try await peer.withServer(
            endpoint: "ssl -h 127.0.0.1 -p 0", properties: Self.properties(authority, "server")
        ) { server in
            for client in clients {
                // Ice looks at certificates after the handshake, and then some versions close without an alert.
                try await Self.expect(
                    server.endpoint, client, ["the peer refused: ", "certificate (IceSSL.CertFile) may do so"])
            }
        }
    }

    @Test("a real server that we refuse", .timeLimit(.minutes(5)), arguments: Peer.allCases)
    func refusedServer(peer: Peer) async throws {
        let (authority, other) = (try authority(), try TestAuthority("Other"))
        try authority.issue("old", isExpired: true)
        try authority.issue("elsewhere", hosts: ["example.org"])
        let client = Self.properties(authority, "client")
        var stranger = client
        stranger["IceSSL.CAs"] = "\(other.folder)/\(TestAuthority.file)"
        let cases = [
            ("server", stranger, "its authority is not among IceSSL.CAs"), ("old", client, "certificate has expired"),
            ("elsewhere", client, "it is not for host '127.0.0.1'"),
        ]
        for (name, client, reason) in cases {
            try await peer.withServer(
                endpoint: "ssl -h 127.0.0.1 -p 0", properties: Self.properties(authority, name)
            ) { server in try await Self.expect(server.endpoint, client, [reason]) }
        }
    }

    // MARK: Helpers

    func authority() throws -> TestAuthority {
        let authority = try TestAuthority()
        try authority.issue("server")
        try authority.issue("client")
        return authority
    }

    static func properties(_ authority: TestAuthority, _ name: String) -> [String: String] {
        [
            "IceSSL.DefaultDir": authority.folder, "IceSSL.CAs": TestAuthority.file, "IceSSL.CertFile": "\(name).p12",
            "IceSSL.Password": TestAuthority.password, "IceSSL.CheckCertName": name == "client" ? "1" : "0",
        ]
    }

    private static func withGateway(
        _ endpoint: String, _ properties: [String: String], _ body: (GatewayProcess) async throws -> Void
    ) async throws {
        let ice = properties.map { #"\#($0): "\#($1)""# }.joined(separator: ", ")
        let configuration = """
            slice: {files: ["\(Repository.slice)/Greeter.ice"]}
            services:
              greeter: {proxy: "greeter:\(endpoint)", interface: "::VisitorCenter::Greeter"}
            ice: {\(ice)}
            """
        try await GatewayProcess.withConfiguration(configuration, body)
    }

    /// Expects a call to be answered with 503 and one of the reasons.
    private static func expect(_ endpoint: String, _ properties: [String: String], _ reasons: [String]) async throws {
        try await withGateway(endpoint, properties) { gateway in
            let answer = try await gateway.post("greeter/greet", #"{"name":"x"}"#)
            #expect(answer.status == 503)
            #expect(answer.body.contains(#""dispatched":"no""#), "\(answer.body)")
            #expect(reasons.contains { answer.body.contains($0) }, "\(answer.body)")
        }
    }
}
