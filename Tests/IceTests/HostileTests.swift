import EventLoop
import IceEncoding
import IceTesting
import Synchronization
import Testing

@testable import Ice

@Suite("Hostile peers", .timeLimit(.minutes(1)))
struct HostileTests {
    @Test("a proxy with more endpoints than a stack has frames is tried to its end")
    func manyEndpoints() async throws {
        try await withCommunicator { communicator in
            // The system refuses at once to connect to a broadcast address.
            let endpoint = Endpoint.ip(IPEndpoint(.tcp, host: "255.255.255.255", port: 1))
            let proxy = try #require(try communicator.makeProxy("o:tcp -h 127.0.0.1 -p 1"))
                .ice_endpoints(Array(repeating: endpoint, count: 50_000))
            await #expect(throws: LocalException(.connectFailed, "")) { try await proxy.ice_ping() }
        }
    }
}
