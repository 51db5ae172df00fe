import Gateway
import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Services with datagram proxies", .timeLimit(.minutes(5)))
struct DatagramServiceTests {
    /// Runs `body` with a gateway whose service `notes` sends datagrams to the servant.
    private func withNotes(_ body: (TestGateway, MockServant) async throws -> Void) async throws {
        let servant = MockServant(operations: ["note": { OutgoingResponse(emptyFor: $0.current.encoding) }])
        let communicator = try Communicator()
        do {
            let adapter = try communicator.createObjectAdapterWithEndpoints(
                name: "Notes", endpoints: "udp -h 127.0.0.1 -p 0")
            let proxy = try adapter.add(servant: servant, identity: Identity(name: "notes")).ice_datagram()
            try adapter.activate()
            try await TestGateway.with(proxies: ["notes": "\(proxy)"]) { try await body($0, servant) }
        } catch {
            await communicator.destroy()
            throw error
        }
        await communicator.destroy()
    }

    @Test("an operation without answer is a datagram, and 202 when it is sent")
    func sent() async throws {
        try await withNotes { gateway, servant in
            for mode in [[:], ["Ice-Mode": "oneway"]] {
                let answer = try await gateway.client.post("/notes/note", #"{"text":"x"}"#, headers: mode)
                #expect(answer.status == 202 && answer.body == #"{"sent":true}"#)
            }
            await servant.waitForCalls("note", count: 2)
        }
    }

    @Test("what has an answer, and what no datagram can carry, is refused and not sent")
    func refused() async throws {
        try await withNotes { gateway, servant in
            let twoway = try await gateway.client.post("/notes/greet", #"{"name":"x"}"#)
            #expect(twoway.status == 400 && twoway.body.contains(#""code":"twoway_only""#))
            let text = String(repeating: "x", count: 66_000)
            let long = try await gateway.client.post("/notes/note", #"{"text":"\#(text)"}"#)
            #expect(long.status == 413 && long.body.contains(#""code":"request_too_large""#))
            #expect(long.body.contains(#""dispatched":"no""#) && long.body.contains("::Ice::DatagramLimitException"))
            _ = try await gateway.client.post("/notes/note", #"{"text":"last"}"#)
            await servant.waitForCalls("note", count: 1)
            #expect(servant.calls == ["note"])
        }
    }

    @Test("it is not asked whether it is ready")
    func readiness() async throws {
        try await withNotes { gateway, servant in
            let answer = try await gateway.readiness()
            #expect(answer.body.contains(#""state":"not asked""#))
            #expect(answer.body.contains(#""detail":"datagrams are not answered""#))
            #expect(servant.calls.isEmpty)
        }
    }
}
