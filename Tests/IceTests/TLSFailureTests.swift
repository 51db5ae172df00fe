import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("What TLS refuses, and why", .timeLimit(.minutes(5)))
struct TLSFailureTests {
    @Test("a server of an unknown authority")
    func unknownAuthority() async throws {
        let (authority, other) = (try TestAuthority(), try TestAuthority("Other"))
        let exception = try await failure(
            server: try properties(authority, "server"),
            client: with(try properties(authority, "client"), "IceSSL.CAs", "\(other.folder)/\(TestAuthority.file)"))
        #expect(exception.code == .security)
        #expect(exception.message.contains("its authority is not among IceSSL.CAs"), "\(exception.message)")
    }

    @Test("a client without any authority")
    func noAuthority() async throws {
        let authority = try TestAuthority()
        let exception = try await failure(server: try properties(authority, "server"), client: [:])
        #expect(exception.code == .security)
        #expect(exception.message.contains("its authority is not among IceSSL.CAs"), "\(exception.message)")
    }

    @Test("a server whose certificate's time is over")
    func expired() async throws {
        let authority = try TestAuthority()
        let server = try properties(authority, "server")
        try authority.issue("old", isExpired: true)
        let exception = try await failure(
            server: with(server, "IceSSL.CertFile", "old.pem"), client: try properties(authority, "client"))
        #expect(exception.code == .security)
        #expect(exception.message.contains("certificate has expired"), "\(exception.message)")
    }

    @Test("a server for another host, when names are checked", arguments: [["example.org"], ["127.0.0.2"], []])
    func wrongHost(hosts: [String]) async throws {
        let authority = try TestAuthority()
        let server = try properties(authority, "server")
        try authority.issue("other", hosts: hosts)
        let client = try properties(authority, "client")
        let exception = try await failure(server: with(server, "IceSSL.CertFile", "other.pem"), client: client)
        #expect(exception.code == .security)
        #expect(exception.message.contains("it is not for host '127.0.0.1'"), "\(exception.message)")
        try await withGreeter(
            endpoint: "ssl -h 127.0.0.1 -p 0", serverProperties: with(server, "IceSSL.CertFile", "other.pem"),
            clientProperties: with(client, "IceSSL.CheckCertName", "0")
        ) { proxy, _ in
            let answer = try await Greeter.greet("alice", proxy)
            #expect(answer == "Hello, alice!")
        }
    }

    @Test("a client without certificate, unless it may", arguments: ["TLS1_2", "TLS1_3"])
    func noClientCertificate(version: String) async throws {
        let authority = try TestAuthority()
        let server = with(try properties(authority, "server"), "IceSSL.Protocols", version)
        let client = with(try properties(authority, "client"), "IceSSL.CertFile", "")
        let exception = try await failure(server: server, client: client)
        #expect(exception.code == .security)
        #expect(exception.message.contains("the peer refused"), "\(exception.message)")
        for level in ["0", "1"] {
            try await withGreeter(
                endpoint: "ssl -h 127.0.0.1 -p 0", serverProperties: with(server, "IceSSL.VerifyPeer", level),
                clientProperties: client
            ) { proxy, _ in
                let answer = try await Greeter.greet("alice", proxy)
                #expect(answer == "Hello, alice!")
            }
        }
    }

    @Test("a client of an unknown authority, also where it may have no certificate", arguments: ["1", "2"])
    func unknownClient(level: String) async throws {
        let (authority, other) = (try TestAuthority(), try TestAuthority("Other"))
        try other.issue("client")
        let exception = try await failure(
            server: with(try properties(authority, "server"), "IceSSL.VerifyPeer", level),
            client: with(
                try properties(authority, "client"), "IceSSL.CertFile", "\(other.folder)/client.pem"))
        #expect(exception.code == .security)
        #expect(exception.message.contains("unknown ca"), "\(exception.message)")
    }

    @Test("a server that doesn't speak TLS")
    func plainServer() async throws {
        let authority = try TestAuthority()
        let peer = try RawPeer { connection, _ in
            try connection.send(RawConnection.validation)
            try connection.receiveToEnd()
        }
        let client = try Communicator(patient(properties(authority, "client")))
        let proxy = try #require(try client.makeProxy("greeter:ssl -h 127.0.0.1 -p \(peer.port)"))
        let exception = await #expect(throws: LocalException.self) { _ = try await Greeter.greet("alice", proxy) }
        #expect(exception?.code == .security)
        #expect(exception?.message.contains("does not speak TLS") == true)
        await client.destroy()
        try await peer.end()
        #expect(peer.failures.isEmpty)
    }

    @Test("a client that doesn't speak TLS, or nothing, is let go in time", arguments: [[], RawConnection.validation])
    func plainClient(bytes: [UInt8]) async throws {
        let authority = try TestAuthority()
        let server = with(try properties(authority, "server"), "Ice.Connection.Server.ConnectTimeout", "0.2")
        try await withGreeter(
            endpoint: "ssl -h 127.0.0.1 -p 0", serverProperties: server,
            clientProperties: try properties(authority, "client")
        ) { proxy, _ in
            let received = try await RawConnection.run(port: port(of: proxy)) { connection in
                try connection.send(bytes)
                return try connection.receiveToEnd()
            }
            // Nothing, or the record of an alert; never an Ice message.
            #expect(received.isEmpty || received.first == 21)
            // On a busy machine one that speaks TLS may be late, too; it comes again.
            var answer: String?
            while answer == nil {
                do {
                    answer = try await Greeter.greet("alice", proxy)
                } catch let error as LocalException where error.code == .connectionLost {}
            }
            #expect(answer == "Hello, alice!")
        }
    }

    @Test(
        "files that can't be used are named at the start",
        arguments: [
            ("IceSSL.CAs", "missing.pem"), ("IceSSL.CAs", "client.key"), ("IceSSL.CertFile", "missing.pem"),
            ("IceSSL.CertFile", "client.key"), ("IceSSL.CertFile", "client.p12"),
            ("IceSSL.KeyFile", "client-locked.key"),
            ("IceSSL.KeyFile", "other.key"), ("IceSSL.KeyFile", "missing.key"), ("IceSSL.Ciphers", "none-of-these"),
        ])
    func badFiles(name: String, value: String) throws {
        let authority = try TestAuthority()
        try authority.issue("other")
        let given = with(try properties(authority, "client"), name, value)
        let exception = #expect(throws: LocalException.self) { _ = try Communicator(given) }
        #expect(exception?.code == .security)
        #expect(exception?.message.contains(name) == true, "\(exception?.message ?? "")")
    }

    @Test(
        "properties that are not obeyed are not passed over",
        arguments: [
            ("IceSSL.TrustOnly", LocalException.Code.featureNotSupported),
            ("IceSSL.TrustOnly.Server.Greeter", .featureNotSupported), ("IceSSL.VerifyPeer", .property),
            ("IceSSL.Protocols", .property), ("IceSSL.CheckCertName", .property),
        ])
    func badProperties(name: String, code: LocalException.Code) throws {
        let exception = #expect(throws: LocalException.self) { _ = try Communicator(Properties([(name, "CN=x")])) }
        #expect(exception?.code == code)
    }

    @Test("an adapter without certificate doesn't listen", arguments: ["ssl", "wss"])
    func noServerCertificate(transport: String) async throws {
        let server = try Communicator(patient())
        let exception = #expect(throws: LocalException.self) {
            _ = try server.createObjectAdapterWithEndpoints(name: "A", endpoints: "\(transport) -h 127.0.0.1 -p 0")
        }
        #expect(exception?.code == .security)
        await server.destroy()
    }

    // MARK: Helpers

    private func with(_ properties: Properties, _ name: String, _ value: String) -> Properties {
        let properties = properties
        properties[name] = value
        return properties
    }

    /// How a call ends.
    private func failure(server: Properties, client: Properties) async throws -> LocalException {
        var caught: LocalException?
        try await withGreeter(
            endpoint: "ssl -h 127.0.0.1 -p 0", serverProperties: server, clientProperties: client
        ) { proxy, servant in
            caught = await #expect(throws: LocalException.self) { _ = try await Greeter.greet("alice", proxy) }
            #expect(servant.calls.isEmpty)
        }
        return try #require(caught)
    }
}

/// The port of a proxy's first endpoint.
func port(of proxy: ObjectPrx) throws -> UInt16 {
    guard case .ip(let endpoint)? = proxy.ice_getEndpoints().first else {
        throw LocalException(.noEndpoint, "\(proxy)")
    }
    return endpoint.port
}
