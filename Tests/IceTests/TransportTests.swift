import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Client and server over TLS and WebSocket", .timeLimit(.minutes(5)))
struct TransportTests {
    static let transports = ["ssl", "ws", "wss"]

    @Test("a greeter greets, large and small", arguments: transports)
    func greets(transport: String) async throws {
        let authority = try TestAuthority()
        try await withSecureGreeter(transport, authority) { proxy in
            for count in [0, 5, 125, 126, 16_000, 65_536, 900_000] {
                let name = String(repeating: "x", count: count)
                let answer = try await Greeter.greet(name, proxy)
                #expect(answer == "Hello, \(name)!")
            }
        }
    }

    @Test("many calls at once from many threads each get their own answer", arguments: transports)
    func concurrently(transport: String) async throws {
        let authority = try TestAuthority()
        try await withSecureGreeter(transport, authority) { proxy in
            try await withThrowingTaskGroup(of: (Int, String).self) { group in
                for number in 0..<300 {
                    group.addTask { (number, try await Greeter.greet("\(number)", proxy)) }
                }
                for try await (number, answer) in group { #expect(answer == "Hello, \(number)!") }
            }
        }
    }

    @Test("large messages in both directions at once don't wait for each other", arguments: transports)
    func largeConcurrently(transport: String) async throws {
        let authority = try TestAuthority()
        try await withSecureGreeter(transport, authority) { proxy in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<16 {
                    let name = String(repeating: "\(number % 10)", count: 800_000)
                    group.addTask { try await Greeter.greet(name, proxy) == "Hello, \(name)!" }
                }
                for try await isRight in group { #expect(isRight) }
            }
        }
    }

    @Test("an adapter's graceful end reaches the client", arguments: transports)
    func gracefulEnd(transport: String) async throws {
        let authority = try TestAuthority()
        let server = try Communicator(patient(properties(authority, "server")))
        let client = try Communicator(patient(properties(authority, "client")))
        let adapter = try server.createObjectAdapterWithEndpoints(
            name: "Greeter", endpoints: "\(transport) -h 127.0.0.1 -p 0")
        let proxy = try adapter.add(servant: Greeter.servant(), identity: Identity(name: "greeter"))
        try adapter.activate()
        let remote = try #require(try client.makeProxy("\(proxy)"))
        let answer = try await Greeter.greet("alice", remote)
        #expect(answer == "Hello, alice!")
        // Ends only when the client has closed its side too.
        adapter.deactivate()
        await adapter.waitForDeactivate()
        let failure = await #expect(throws: LocalException.self) { _ = try await Greeter.greet("bob", remote) }
        #expect(failure?.code == .connectionRefused)
        await client.destroy()
        await server.destroy()
    }

    @Test("TLS of one version", arguments: ["TLS1_2", "tlsv1.3"])
    func versions(name: String) async throws {
        let authority = try TestAuthority()
        let clientProperties = try properties(authority, "client")
        clientProperties["IceSSL.Protocols"] = name
        try await withGreeter(
            endpoint: "ssl -h 127.0.0.1 -p 0", serverProperties: try properties(authority, "server"),
            clientProperties: clientProperties
        ) { proxy, _ in
            let answer = try await Greeter.greet("alice", proxy)
            #expect(answer == "Hello, alice!")
        }
    }

    @Test("certificates of each form", arguments: ["pem", "p12", "crt", "locked"])
    func forms(form: String) async throws {
        let authority = try TestAuthority()
        try authority.issue("client")
        let clientProperties: Properties = ["IceSSL.DefaultDir": authority.folder, "IceSSL.CAs": TestAuthority.file]
        switch form {
        case "locked":
            clientProperties["IceSSL.CertFile"] = "client.crt"
            clientProperties["IceSSL.KeyFile"] = "client-locked.key"
            clientProperties["IceSSL.Password"] = TestAuthority.password
        case "crt":
            clientProperties["IceSSL.CertFile"] = "client.crt"
            clientProperties["IceSSL.KeyFile"] = "client.key"
        default:
            clientProperties["IceSSL.CertFile"] = "client.\(form)"
            clientProperties["IceSSL.Password"] = TestAuthority.password
        }
        try await withGreeter(
            endpoint: "ssl -h 127.0.0.1 -p 0", serverProperties: try properties(authority, "server"),
            clientProperties: clientProperties
        ) { proxy, _ in
            let answer = try await Greeter.greet("alice", proxy)
            #expect(answer == "Hello, alice!")
        }
    }

    private func withSecureGreeter(
        _ transport: String, _ authority: TestAuthority, _ body: (ObjectPrx) async throws -> Void
    ) async throws {
        try await withGreeter(
            endpoint: "\(transport) -h 127.0.0.1 -p 0 \(transport == "ssl" ? "" : "-r /greeter")",
            serverProperties: properties(authority, "server"), clientProperties: properties(authority, "client")
        ) { proxy, _ in try await body(proxy) }
    }
}

/// Properties of a side with a certificate of its own, issued here.
func properties(_ authority: TestAuthority, _ name: String) throws -> Properties {
    try authority.issue(name)
    return [
        "IceSSL.DefaultDir": authority.folder, "IceSSL.CAs": TestAuthority.file, "IceSSL.CertFile": "\(name).pem",
        "IceSSL.CheckCertName": "1",
    ]
}
