import Gateway
import IceTesting
import Testing

@Suite("Ice-Timeout-Ms", .timeLimit(.minutes(5)))
struct CallTimeoutTests {
    private static let note = #"{"text":"x"}"#

    @Test(
        "of any size is cut to the configured timeout",
        arguments: ["4294967296", "18446744073709551616", String(repeating: "9", count: 400), "000600000"])
    func large(_ text: String) async throws {
        try await TestGateway.with(configure: {
            $0.services[0].timeout = .seconds(500)
            $0.services[1].timeout = .zero
        }) { gateway in
            try gateway.answer("note") { _ in .nothing }
            let answer = try await gateway.client.post("/shop/note", Self.note, headers: ["Ice-Timeout-Ms": text])
            #expect(answer.status == 200 && answer.headers["ice-timeout-ms"] == "500000", "\(answer.body)")
            // Nothing is configured to cut it to.
            let endless = try await gateway.client.post("/nobody/note", Self.note, headers: ["Ice-Timeout-Ms": text])
            #expect(try ReceivedProblem(endless).code == "object_not_exist" && endless.status == 404)
        }
    }

    @Test("what is no number of milliseconds is 400", arguments: ["0", "000", "+5", "-1", "1.5", "5s", "0x10", "1 2"])
    func bad(_ text: String) async throws {
        try await TestGateway.with { gateway in
            let answer = try await gateway.client.post("/shop/note", Self.note, headers: ["Ice-Timeout-Ms": text])
            #expect(try ReceivedProblem(answer).code == "invalid_header" && answer.status == 400)
            #expect(gateway.servant.callCount("note") == 0)
        }
    }
}
