import COpenSSL
import EventLoop
import Gateway
import GatewayHTTP
import Glibc
import IceTesting
import Synchronization
import Testing

@Suite("HTTPS", .blocking, .timeLimit(.minutes(5)), .serialized)
struct TLSFrontTests {
    private let authority: TestAuthority
    private let options: TLSClientSession.Options

    init() throws {
        authority = try TestAuthority()
        try authority.issue("server")
        options = TLSClientSession.Options(authority: "\(authority.folder)/\(TestAuthority.file)")
    }

    private func credentials(_ name: String = "server", clientCA: String? = nil) throws -> TLSCredentials {
        var warnings: [String] = []
        let folder = authority.folder
        return try TLSCredentials(
            FrontCertificate(
                .init(certificate: "\(folder)/\(name).crt", key: "\(folder)/\(name).key", clientCA: clientCA), &warnings
            ))
    }

    @Test("a connection takes request after request", arguments: ["/now", "/later"], [TLS1_2_VERSION, TLS1_3_VERSION])
    func keepAlive(path: String, version: Int32) throws {
        let server = try TestServer(tls: try credentials())
        var options = options
        options.version = version
        let client = try TestClient(server, tls: options)
        for number in 0..<100 {
            let answer = try client.post(path, "body \(number)")
            #expect(answer.status == 200)
            #expect(answer.text == "body \(number)")
        }
        try server.stop()
    }

    @Test("nothing older than TLS 1.2 is spoken", arguments: [TLS1_VERSION, TLS1_1_VERSION])
    func old(version: Int32) throws {
        let server = try TestServer(tls: try credentials())
        var options = options
        options.version = version
        #expect(throws: TLSClientSession.Failure.self) { try TestClient(server, tls: options) }
        try server.stop()
    }

    @Test("large bodies go both ways, and the next request follows", arguments: ["/now", "/later"])
    func large(path: String) throws {
        let server = try TestServer(tls: try credentials())
        let client = try TestClient(server, tls: options)
        // Sizes around those of records and of buffers.
        for size in [1, 8191, 8192, 16_383, 16_384, 16_385, 32_768, 1 << 20, 5 << 20] {
            let body = String(repeating: "x", count: size)
            let answer = try client.post(path, body)
            #expect(answer.status == 200)
            #expect(answer.body.count == size)
            #expect(try client.post("/now", "next").text == "next")
        }
        #expect(try client.post("/big?7000000").body.count == 7_000_000)
        try server.stop()
    }

    @Test(
        "pipelined requests, in one record or in one for each byte, are answered in order",
        arguments: ["/now", "/later"])
    func pipelined(path: String) throws {
        let server = try TestServer(tls: try credentials())
        let client = try TestClient(server, tls: options)
        let all = (0..<40).map { TestClient.post(path, "number \($0)") }.joined()
        client.send(all)
        for number in 0..<40 { #expect(try client.receive().text == "number \(number)") }
        for byte in Array((0..<5).map { TestClient.post(path, "single \($0)") }.joined().utf8) { client.send([byte]) }
        for number in 0..<5 { #expect(try client.receive().text == "single \(number)") }
        // So many that they don't fit into one record nor into the connection's memory.
        let body = String(repeating: "y", count: 3000)
        client.send((0..<100).map { TestClient.post(path, "\($0)" + body) }.joined())
        for number in 0..<100 { #expect(try client.receive().text == "\(number)" + body) }
        try server.stop()
    }

    @Test("a request that came while another waits is answered after it")
    func behindWaiting() throws {
        let server = try TestServer(tls: try credentials())
        let client = try TestClient(server, tls: options)
        for _ in 0..<20 {
            client.send(TestClient.post("/held", "first") + TestClient.post("/now", "second"))
            client.send(TestClient.post("/now", "third"))
            try server.release()
            for text in ["first", "second", "third"] { #expect(try client.receive().text == text) }
        }
        try server.stop()
    }

    @Test("a client that leaves is noticed", arguments: [true, false])
    func leaves(orderly: Bool) throws {
        let server = try TestServer(tls: try credentials())
        for _ in 0..<10 {
            let client = try TestClient(server, tls: options)
            client.send(TestClient.post("/held", "x"))
            try server.handler.await(.held)
            if orderly { client.close() } else { client.reset() }
            try server.handler.await(.gone)
        }
        // Also in the middle of a request and of a handshake.
        let client = try TestClient(server, tls: options)
        client.send("POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc")
        client.close()
        try TestClient(server).close()
        #expect(try TestClient(server, tls: options).post("/now", "alive").text == "alive")
        try server.stop()
    }

    /// What comes until the end, as it is on the wire.
    private static func rest(of client: TestClient) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(client.socket, &chunk, chunk.count, 0)
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }

    @Test(
        "what is no TLS gets no HTTP, and harms nobody",
        arguments: [
            "GET / HTTP/1.1\r\nHost: t\r\n\r\n", "\u{16}\u{3}\u{1}\u{7F}\u{7F}garbage", "\0\0\0\0\0\0\0\0",
            String(repeating: "\u{16}", count: 20_000),
        ])
    func garbage(text: String) throws {
        let server = try TestServer(tls: try credentials())
        let good = try TestClient(server, tls: options)
        let client = try TestClient(server)
        client.send(text)
        client.shutdownWriting()
        let bytes = Self.rest(of: client)
        // An alert record at most.
        #expect(bytes.isEmpty || bytes.first == 21)
        #expect(!bytes.starts(with: Array("HTTP".utf8)))
        #expect(try good.post("/now", "alive").text == "alive")
        #expect(server.handler.seen.withLock { $0.count } == 1)
        try server.stop()
    }

    static let refusedRequests: [(request: String, status: Int)] = [
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET /now HTTP/1.1\r\nHost: t\r\nX: \(String(repeating: "x", count: 20_000))\r\n\r\n", 431),
        ("GET /\(String(repeating: "u", count: 6000)) HTTP/1.1\r\nHost: t\r\n\r\n", 414),
        ("POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: x\r\n\r\n", 400),
    ]

    @Test("what the HTTP layer refuses is told inside TLS", arguments: refusedRequests, [0, 1])
    func refused(_ example: (request: String, status: Int), before: Int) throws {
        let server = try TestServer(tls: try credentials())
        let client = try TestClient(server, tls: options)
        for _ in 0..<before { #expect(try client.post("/now", "a").text == "a") }
        client.send(example.request)
        let answer = try client.receive()
        #expect(answer.status == example.status)
        #expect(answer.fields["content-type"] == "application/problem+json")
        #expect(try client.isClosedByServer())
        try server.stop()
    }

    @Test("a slow client is told so inside TLS")
    func slow() throws {
        let server = try TestServer(limits: HTTPLimits(slowClient: 1), tls: try credentials())
        let client = try TestClient(server, tls: options)
        client.send("POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc")
        #expect(try client.receive().status == 408)
        #expect(try client.isClosedByServer())
        // One that never shakes hands goes, too.
        // Nothing but an alert record comes.
        let bytes = Self.rest(of: try TestClient(server))
        #expect(bytes.isEmpty || bytes.first == 21)
        try server.stop()
    }

    @Test("clients need a certificate of the configured authority, that is theirs and holds")
    func clientCertificates() throws {
        let others = try TestAuthority("Other CA")
        try others.issue("client")
        try authority.issue("client", hosts: [])
        try authority.issue("old", hosts: [], isExpired: true)
        let server = try TestServer(tls: try credentials(clientCA: options.authority))
        func status(_ certificate: (file: String, key: String)?, _ version: Int32) throws -> Int? {
            var options = options
            options.certificate = certificate
            options.version = version
            do {
                let client = try TestClient(server, tls: options)
                // TLS 1.3 tells a client only after its handshake that it isn't wanted.
                client.send(TestClient.post("/now", "x"))
                return try client.isClosedByServer() ? nil : client.receive().status
            } catch is TLSClientSession.Failure {
                return nil
            }
        }
        func files(_ authority: TestAuthority, _ name: String) -> (file: String, key: String) {
            ("\(authority.folder)/\(name).crt", "\(authority.folder)/\(name).key")
        }
        for version in [TLS1_2_VERSION, TLS1_3_VERSION] {
            #expect(try status(files(authority, "client"), version) == 200)
            #expect(try status(nil, version) == nil)
            #expect(try status(files(others, "client"), version) == nil)
            #expect(try status(files(authority, "old"), version) == nil)
        }
        #expect(server.handler.seen.withLock { $0.count } == 2)
        try server.stop()
    }

    @Test("another certificate holds from the next connection on")
    func rotation() throws {
        try authority.issue("next")
        let server = try TestServer(tls: try credentials())
        let before = try TestClient(server, tls: options)
        #expect(before.serverName == "server")
        let next = try credentials("next")
        _ = try server.onLoop { $0.use(next) }
        let after = try TestClient(server, tls: options)
        #expect(after.serverName == "next")
        #expect(try before.post("/now", "old").text == "old")
        #expect(try after.post("/now", "new").text == "new")
        try server.stop()
    }

    @Test("files that don't do are errors that name them")
    func files() throws {
        try authority.issue("other")
        let folder = authority.folder
        func failure(_ certificate: String, _ key: String, _ clientCA: String? = nil) -> String {
            var warnings: [String] = []
            do throws(ConfigurationError) {
                _ = try FrontCertificate(
                    .init(
                        certificate: "\(folder)/\(certificate)", key: "\(folder)/\(key)",
                        clientCA: clientCA.map { "\(folder)/\($0)" }), &warnings)
                return "none"
            } catch {
                return error.description.replacing("\(folder)/", with: "")
            }
        }
        #expect(failure("server.crt", "server.key", TestAuthority.file) == "none")
        #expect(failure("server.pem", "server.pem") == "none")
        #expect(failure("missing", "server.key") == "missing: error: No such file or directory")
        #expect(failure("server.crt", "missing") == "missing: error: No such file or directory")
        #expect(failure("server.crt", "server.key", "missing") == "missing: error: No such file or directory")
        #expect(failure("server.key", "server.key") == "server.key: error: there is no certificate in PEM")
        #expect(failure("server.crt", "server.crt") == "server.crt: error: there is no private key in PEM")
        #expect(failure("server.crt", "server.p12") == "server.p12: error: there is no private key in PEM")
        #expect(
            failure("server.crt", "server.key", "server.key") == "server.key: error: there is no certificate in PEM")
        #expect(
            failure("server.crt", "other.key") == "other.key: error: it is not the key of the certificate in server.crt"
        )
        #expect(failure("server.crt", "server-locked.key").hasPrefix("server-locked.key: error: the key is encrypted"))
        var warnings: [String] = []
        try authority.issue("old", isExpired: true)
        chmod("\(folder)/old.key", 0o644)
        _ = try FrontCertificate(.init(certificate: "\(folder)/old.crt", key: "\(folder)/old.key"), &warnings)
        #expect(warnings.count == 2)
    }
}

extension TestClient {
    /// The name in the server's certificate.
    var serverName: String { session?.serverName ?? "" }
}
