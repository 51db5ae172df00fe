import Foundation
import Ice
import IceEncoding
import IceTesting
import Testing

/// bzip2 with real peers on the other side, who decide by `-z` and by requests as we do.
@Suite("Compression with real Ice peers")
struct CompressionTests {
    private static let request: UInt8 = 0
    private static let reply: UInt8 = 2

    @Test("icegate calls a real server", .timeLimit(.minutes(5)), arguments: Peer.allCases)
    func gateway(peer: Peer) async throws {
        try await peer.withServer { server in
            let headers = try await Relay.headers(to: try Self.port(server.endpoint)) { port in
                try await GatewayProcess.withGateway(for: "tcp -h 127.0.0.1 -p \(port) -z") { gateway in
                    for name in ["alice", String(repeating: "compressed ", count: 30_000), Self.noise] {
                        let answer = try await gateway.post("greeter/greet", #"{"name":"\#(name)"}"#)
                        #expect(answer.status == 200, "\(answer.body.prefix(300))")
                        #expect(answer.body == #"{"returnValue":"Hello, \#(name)!"}"#)
                    }
                    let failed = try await gateway.post("echo/failUnknown", "{}")
                    #expect(failed.status >= 400)
                }
            }
            for type in [Self.request, Self.reply] {
                for compression in 1...2 as ClosedRange<UInt8> {
                    #expect(headers.contains(Relay.Header(type: type, compression: compression)))
                }
            }
            #expect(!headers.contains(Relay.Header(type: Self.request, compression: 0)))
        }
    }

    @Test("a real server's replies to requests without compression have none", arguments: Peer.allCases)
    func withoutCompression(peer: Peer) async throws {
        try await peer.withServer { server in
            let headers = try await Relay.headers(to: try Self.port(server.endpoint)) { port in
                try await GatewayProcess.withGateway(for: "tcp -h 127.0.0.1 -p \(port)") { gateway in
                    let name = String(repeating: "x", count: 3_000)
                    let answer = try await gateway.post("greeter/greet", #"{"name":"\#(name)"}"#)
                    #expect(answer.status == 200)
                }
            }
            #expect(headers.filter { $0.type <= Self.reply }.allSatisfy { $0.compression == 0 })
        }
    }

    @Test("real clients call our servant", .timeLimit(.minutes(5)), arguments: Peer.allCases)
    func servant(peer: Peer) async throws {
        let communicator = try Communicator(["Ice.Compression.Level": "9"])
        do {
            let adapter = try communicator.createObjectAdapterWithEndpoints(
                name: "Greeter", endpoints: "tcp -h 127.0.0.1 -p 0")
            let proxy = try adapter.add(servant: Greeter.servant(), identity: Identity(name: "greeter"))
            try adapter.activate()
            let headers = try await Relay.headers(to: try Self.port("\(proxy)")) { port in
                let lines = try await peer.runClient("greeter:tcp -h 127.0.0.1 -p \(port) -z")
                let checks = try lines.map { line in
                    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? NSDictionary, "\(line)")
                }
                #expect(checks == ServantTests.expected.map { $0 as NSDictionary })
            }
            for type in [Self.request, Self.reply] {
                for compression in 1...2 as ClosedRange<UInt8> {
                    #expect(headers.contains(Relay.Header(type: type, compression: compression)))
                }
            }
            // Exceptions of the dispatch.
            #expect(headers.contains(Relay.Header(type: Self.reply, compression: 0)))
        } catch {
            await communicator.destroy()
            throw error
        }
        await communicator.destroy()
    }

    /// A short text that bzip2 makes longer.
    private static let noise = String((0..<90).map { Character(UnicodeScalar(UInt8(40 + $0 * 37 % 50))) })

    private static func port(_ endpoint: String) throws -> UInt16 {
        let words = endpoint.split(separator: " ")
        guard let option = words.firstIndex(of: "-p"), option + 1 < words.count, let port = UInt16(words[option + 1])
        else { throw HarnessError("no port in '\(endpoint)'") }
        return port
    }
}
