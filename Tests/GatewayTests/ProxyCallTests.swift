import Gateway
import Ice
import IceEncoding
import IceTesting
import Synchronization
import Testing

@Suite("Calls with proxies", .timeLimit(.minutes(5))) struct ProxyCallTests {
    /// A gateway whose servant answers with the proxy it gets, and the proxies it has got, as text.
    private func withEcho(
        _ policy: ProxyPolicy, _ body: (TestGateway, _ received: () -> [String]) async throws -> Void
    ) async throws {
        let received = Mutex<[String]>([])
        try await TestGateway.with(
            proxies: ["inside": "target -f f:tcp -h inside.example -p 4061"],
            configure: { configuration in
                configuration.proxies = policy
                for index in configuration.services.indices { configuration.services[index].interface = "::Test::Shop" }
            },
            { gateway in
                gateway.servant.on("forward") { request in
                    let proxy = try Encapsulation.read(request.inEncaps) { try $0.readProxy(.v1_1) }
                    received.withLock { $0.append(proxy?.text() ?? "nil") }
                    return OutgoingResponse(
                        outEncaps: Encapsulation.make(request.current.encoding) {
                            $0.appendProxy(proxy, encoding: .v1_1)
                        })
                }
                try await body(gateway) { received.withLock { $0 } }
            })
    }

    @Test("by default only null is taken, and the servant never hears of the rest")
    func closed() async throws {
        try await withEcho(ProxyPolicy()) { gateway, received in
            let null = try await gateway.client.post("/shop/forward", #"{"target":null}"#)
            #expect(null.status == 200 && null.body == #"{"returnValue":null}"#)
            for value in [#""x""#, #""x:tcp -h 127.0.0.1 -p 22""#, #"{"href":"/inside"}"#] {
                let answer = try await gateway.client.post("/shop/forward", "{\"target\":\(value)}")
                #expect(answer.status == 400)
                #expect(answer.body.contains(#""code":"proxy_not_allowed""#), "\(answer.body)")
                #expect(answer.body.contains(#""pointer":"/target""#) && answer.body.contains("proxies.accept: none"))
            }
            #expect(received() == ["nil"])
        }
    }

    @Test("a link of ours goes in as the service's proxy and comes back as a link")
    func links() async throws {
        try await withEcho(ProxyPolicy(out: .link, accept: .link)) { gateway, received in
            let link = #"{"@proxy":"target -f f","href":"/inside"}"#
            let answer = try await gateway.client.post("/shop/forward", "{\"target\":\(link)}")
            #expect(answer.status == 200 && answer.body == "{\"returnValue\":\(link)}", "\(answer.body)")
            let evil = try await gateway.client.post(
                "/shop/forward", #"{"target":{"@proxy":"x:tcp -h evil -p 1","href":"//evil"}}"#)
            #expect(evil.status == 400 && !evil.body.contains("evil"), "\(evil.body)")
            #expect(received() == ["target -f f:tcp -h inside.example -p 4061"])
        }
    }

    @Test("identities go in and out, endpoints only with any")
    func texts() async throws {
        let direct = "x -f f -o:tcp -h somewhere -p 1"
        try await withEcho(ProxyPolicy(out: .identity, accept: .identity)) { gateway, received in
            let answer = try await gateway.client.post("/shop/forward", #"{"target":"demo/x @ A"}"#)
            #expect(answer.status == 200 && answer.body == #"{"returnValue":"demo/x @ A"}"#)
            #expect(try await gateway.client.post("/shop/forward", "{\"target\":\"\(direct)\"}").status == 400)
            #expect(received() == ["demo/x @ A"])
        }
        try await withEcho(ProxyPolicy(out: .full, accept: .any)) { gateway, received in
            let answer = try await gateway.client.post("/shop/forward", "{\"target\":\"\(direct)\"}")
            #expect(answer.status == 200 && answer.body == "{\"returnValue\":\"\(direct)\"}")
            #expect(received() == [direct])
        }
        try await withEcho(ProxyPolicy(out: .identity, accept: .any)) { gateway, _ in
            let answer = try await gateway.client.post("/shop/forward", "{\"target\":\"\(direct)\"}")
            #expect(answer.status == 200 && answer.body == #"{"returnValue":"x -f f -o"}"#)
        }
    }
}
