import Ice
import IceEncoding
import IceTesting
import Synchronization
import Testing

@testable import Gateway

@Suite("Templated services", .timeLimit(.minutes(5))) struct TemplatedServiceTests {
    /// Runs `body` with a gateway whose service `servers/{id}` has the objects of the category `s`, and `pairs/{a}/{b}` all of
    /// the others.
    private func withServers(
        configure: @escaping (inout GatewayConfiguration) -> Void = { _ in },
        _ body: (TestGateway, SliceServant) async throws -> Void
    ) async throws {
        let servant = try SliceServant(interface: "::Test::Shop", in: try LoadedSlice(source: TestGateway.slice))
        try servant.on("greet") { .returns(.string("\($0.identity.category)|\($0.identity.name)")) }
        let communicator = try Communicator()
        do {
            let adapter = try communicator.createObjectAdapterWithEndpoints(
                name: "Servers", endpoints: "tcp -h 127.0.0.1 -p 0")
            try adapter.addDefaultServant(servant: servant, category: "")
            try adapter.activate()
            let endpoints = "\(try adapter.createProxy(Identity(name: "x")))".dropFirst("x".count)
            try await TestGateway.with(
                proxies: ["servers/{id}": "s/{id}\(endpoints)", "pairs/{a}/{b}": "{b}/x-{a}\(endpoints)"],
                configure: configure
            ) { try await body($0, servant) }
        } catch {
            await communicator.destroy()
            throw error
        }
        await communicator.destroy()
    }

    static let hostileValues: [String] = [
        "1", "a b", ":tcp -h evil -p 1", "x:tcp -h 127.0.0.1 -p 1", "x @ Adapter", "-f facet", "/", "a/b", "..", "%2F",
        "%", "\"",
        "'", "\\", "\"x\" -f y", "\\u0041", "é", "e\u{301}", "日本", "👍", "\u{0}", "a\u{0}b", "\n", "\u{7F}", "{id}", "{",
        "+", "?a=b#c",
        String(repeating: "x", count: 255), String(repeating: "ü", count: 600),
    ]

    @Test("the servant sees exactly the value, whatever it is", arguments: TemplatedServiceTests.hostileValues)
    func values(_ value: String) async throws {
        try await withServers { gateway, servant in
            let one = PercentEncoding.encode(value)
            let first = try await gateway.client.post("/servers/\(one)/greet", #"{"name":"x"}"#)
            #expect(first.status == 200, "\(first.body)")
            let second = try await gateway.client.post("/pairs/\(one)/b%2F%20/greet", #"{"name":"x"}"#)
            #expect(second.status == 200, "\(second.body)")
            let seen = servant.calls.map(\.identity)
            #expect(seen == [Identity(name: value, category: "s"), Identity(name: "x-\(value)", category: "b/ ")])
        }
    }

    @Test(
        "what is no value, and what is another path",
        arguments: [
            ("/servers//greet", 404), ("/servers/greet", 404), ("/servers", 404), ("/servers/", 404),
            ("/servers/a/b/greet", 404), ("/servers/1/greet/", 404), ("/servers/1/nothing", 404),
            ("/servers/1%2Fgreet", 404),
            ("/servers/%/greet", 400), ("/servers/%1/greet", 400), ("/servers/%zz/greet", 400),
            ("/servers/%FF/greet", 400),
            ("/servers/%C3/greet", 400), ("/servers/%ED%A0%80/greet", 400), ("/pairs/1//greet", 404),
        ])
    func refused(_ path: String, _ status: Int) async throws {
        try await withServers { gateway, servant in
            let answer = try await gateway.client.post(path, #"{"name":"x"}"#)
            #expect(answer.status == status, "\(answer.body)")
            let problem = try ReceivedProblem(answer)
            #expect(problem.dispatched == "no")
            #expect(servant.calls.isEmpty)
        }
    }

    @Test("a failure tells the object that was called")
    func failures() async throws {
        try await withServers { gateway, servant in
            try servant.on("greet") { _ in .status(.unknownException, "") }
            let problem = try ReceivedProblem(try await gateway.client.post("/servers/a%20b/greet", #"{"name":"x"}"#))
            #expect(problem.members["identity"] as? String == "s/a b")
            let bad = try ReceivedProblem(try await gateway.client.post("/servers/1/greet", "{}"))
            #expect(bad.members["identity"] as? String == "s/1")
        }
    }

    @Test("readiness asks none of its objects")
    func readiness() async throws {
        try await withServers { gateway, servant in
            let answer = try await gateway.readiness()
            #expect(
                answer.body.contains(#""servers/{id}":{"state":"not asked""#), "\(answer.body)")
            #expect(servant.calls.isEmpty)
        }
    }

    @Test("the document has its paths with their variables")
    func document() async throws {
        try await withServers { gateway, _ in
            let document = try await gateway.client.send("GET", "/openapi.json").body
            #expect(document.contains(#""/servers/{id}/greet""#) && document.contains(#""/pairs/{a}/{b}/greet""#))
        }
    }

    @Test("an object's proxy is a link, and the link is taken back")
    func links() async throws {
        try await withServers {
            $0.proxies = ProxyPolicy(out: .link, accept: .link)
        } _: { gateway, servant in
            try gateway.answer("forward") { .returns($0["target"] ?? .null) }
            let answer = try await gateway.client.post("/shop/forward", #"{"target":{"href":"/servers/a%20b"}}"#)
            #expect(answer.body == #"{"returnValue":{"@proxy":"\"s/a b\"","href":"/servers/a%20b"}}"#, "\(answer.body)")
            let pair = try await gateway.client.post("/shop/forward", #"{"target":{"href":"/pairs/1/2"}}"#)
            #expect(pair.body == #"{"returnValue":{"@proxy":"2/x-1","href":"/pairs/1/2"}}"#, "\(pair.body)")
            for href in [
                "/servers/", "/servers/1/", "/servers", "/servers/1?x", "/servers/1#x", "/servers/%", "/servers/%FF",
                "/serv%65rs/1", "/servers/a b",
            ] {
                let refused = try await gateway.client.post("/shop/forward", #"{"target":{"href":"\#(href)"}}"#)
                #expect(refused.status == 400, "\(href): \(refused.body)")
            }
        }
    }

    @Test("a link leads back to its object or is not given out")
    func foreignLinks() throws {
        let proxies = ServiceProxies(
            try [("servers/{id}", "s/{id} -t:tcp -h h -p 1"), ("x/{id}", "s/{id} -f f"), ("servers", "s/servers")].map {
                ($0.0, try #require(try ProxyContent.parse($0.1)))
            })
        func href(_ name: String, facet: String = "", category: String = "s") -> String? {
            proxies.href(of: ProxyContent(identity: Identity(name: name, category: category), facet: facet))
        }
        #expect(href("1") == "/servers/1" && href("1", facet: "f") == "/x/1" && href("servers") == "/servers")
        #expect(href("/%") == "/servers/%2F%25")
        // Clients would take them for ways up.
        #expect(href(".") == nil && href("..") == nil && href("...") == "/servers/...")
        #expect(href("1", category: "t") == nil && href("1", facet: "g") == nil)
        #expect(href(String(repeating: "x", count: 3000)) == nil)
        for value in Self.hostileValues where value != ".." {
            let link = try #require(href(value), "\(value)")
            #expect(proxies.proxy(at: link)?.identity == Identity(name: value, category: "s"))
        }
    }

    @Test("objects without endpoints are looked for one by one")
    func wellKnown() async throws {
        let asked = Mutex<[String]>([])
        let servant = try SliceServant(interface: "::Test::Shop", in: try LoadedSlice(source: TestGateway.slice))
        try servant.on("greet") { .returns(.string($0.identity.name)) }
        let communicator = try Communicator()
        do {
            let adapter = try communicator.createObjectAdapterWithEndpoints(
                name: "A", endpoints: "tcp -h 127.0.0.1 -p 0")
            try adapter.addDefaultServant(servant: servant, category: "s")
            let locator = MockServant(["::Ice::Locator"])
            let located = try adapter.createProxy(Identity(name: "x", category: "s"))
            locator.on("findObjectById") { request in
                let identity = try request.inEncaps.withUnsafeBytes { bytes in
                    var cursor = InputCursor(bytes)
                    var payload = try cursor.readEncapsulation().payload
                    return Identity(name: try payload.readString(), category: try payload.readString())
                }
                asked.withLock { $0.append(identity.name) }
                return OutgoingResponse(
                    outEncaps: Encapsulation.make(request.current.encoding) { buffer in
                        buffer.appendProxy(located.ice_identity(identity).content, encoding: .v1_1)
                    })
            }
            let proxy = try adapter.add(servant: locator, identity: Identity(name: "Locator"))
            try adapter.activate()
            try await TestGateway.with(
                proxies: ["servers/{id}": "s/{id}"], ice: ["Ice.Default.Locator": "\(proxy)"]
            ) { gateway in
                for id in ["1", "2", "1"] {
                    let answer = try await gateway.client.post("/servers/\(id)/greet", #"{"name":"x"}"#)
                    #expect(answer.body == #"{"returnValue":"\#(id)"}"#, "\(answer.body)")
                }
            }
            #expect(asked.withLock { $0 } == ["1", "2"])
        } catch {
            await communicator.destroy()
            throw error
        }
        await communicator.destroy()
    }
}
