import Ice
import IceEncoding
import IceTesting
import Logging
import Testing

@Suite("Properties of object adapters", .timeLimit(.minutes(5)))
struct AdapterPropertyTests {
    @Test("unknown ones are named in a warning, known ones without effect in another")
    func unknown() async throws {
        let recorder = LogRecorder()
        let properties = [
            "A.Endpoint": "tcp", "A.ThreadPool.Size": "4", "A.ThreadPool.SizeMax": "8", "A.Connection.Idle": "1",
            "A.AdapterId": "", "A.ProxyOptions": "-o", "A.Locator": "l:tcp -h 127.0.0.1 -p 1",
            "A.Locator.InvocationTimeout": "100", "A.Connection.IdleTimeout": "30", "AB.C": "",
        ]
        try await AdapterScene.run(properties, logger: recorder.logger) { scene in
            let found = recorder.all.filter { !$0["ice-adapter"].isEmpty }
            #expect(found.map(\.message) == ["properties without effect", "unknown properties of an object adapter"])
            #expect(
                found.map { $0["ice-properties"] } == [
                    #"["A.ThreadPool.Size", "A.ThreadPool.SizeMax"]"#, #"["A.Connection.Idle", "A.Endpoint"]"#,
                ])
            #expect(scene.adapter.getLocator()?.ice_getInvocationTimeout() == 100)
        }
    }

    @Test("proxy options", arguments: ["-o", "-O -e 1.0", "-d", "-f facet"])
    func proxyOptions(options: String) async throws {
        try await AdapterScene.run(["A.ProxyOptions": options]) { scene in
            let id = Identity(name: "o")
            let proxy = try scene.adapter.createProxy(id)
            let text = options.hasPrefix("-f") ? "o" : "o \(options)"
            let endpoint = try #require(scene.adapter.getPublishedEndpoints().first)
            #expect("\(proxy)" == "\(text):\(endpoint)")
            let facet = try scene.adapter.addFacet(servant: MockServant(), id: id, facet: "g")
            #expect(facet.ice_getFacet() == "g")
        }
    }

    @Test(
        "what can't be is an error",
        arguments: [
            ("ProxyOptions", "-x", "Initialization"), ("ProxyOptions", "-o:tcp", "Initialization"),
            ("ProxyOptions", "@ a", "Initialization"), ("MessageSizeMax", "many", "Property"),
            ("MaxConnections", "few", "Property"), ("Connection.IdleTimeout", "soon", "Property"),
            ("Connection.MaxDispatches", "x", "Property"), ("AllowedOrigins", "https://example.org", "Property"),
            ("PublishedEndpoints", "tcp -q", "Parse"), ("PublishedEndpoints", "tcp -h * -p 1", "Parse"),
            ("Locator", "a b", "Parse"), ("Endpoints", "tcp -h 127.0.0.1:", "Parse"),
        ])
    func errors(_ name: String, _ value: String, _ code: String) async throws {
        let properties = Properties([("A.Endpoints", "tcp -h 127.0.0.1"), ("A.\(name)", value)])
        try await withCommunicator(properties) { communicator in
            let error = #expect(throws: LocalException.self) { try communicator.createObjectAdapter("A") }
            #expect(error.map { "\($0.code)" } == code)
        }
    }

    @Test("larger messages than the adapter takes end the connection; other adapters take them")
    func messageSizeMax() async throws {
        try await AdapterScene.run(["A.MessageSizeMax": "1", "B.Endpoints": "tcp -h 127.0.0.1"]) { scene in
            let other = try scene.server.createObjectAdapter("B")
            for (adapter, isTaken) in [(scene.adapter, false), (other, true)] {
                let text = "\(try adapter.add(servant: Greeter.servant(), id: Identity(name: "greeter")))"
                try adapter.activate()
                let proxy = try #require(try scene.client.makeProxy(text))
                let name = String(repeating: "x", count: 2000)
                if isTaken {
                    #expect(try await Greeter.greet(name, proxy) == "Hello, \(name)!")
                } else {
                    await #expect(throws: LocalException(.connectionLost, "")) { try await Greeter.greet(name, proxy) }
                }
            }
        }
    }

    @Test("connections beyond the largest number are closed at once; each endpoint counts its own")
    func maxConnections() async throws {
        let endpoints = "tcp -h 127.0.0.1:tcp -h 127.0.0.1"
        try await AdapterScene.run(["A.MaxConnections": "1", "A.Endpoints": endpoints]) { scene in
            try scene.adapter.activate()
            let ports = scene.adapter.getEndpoints().compactMap { endpoint in
                if case .ip(let ip) = endpoint { ip.port } else { nil }
            }
            #expect(ports.count == 2)
            for port in ports {
                try await RawConnection.run(port: port) { first in
                    try first.receiveValidation()
                    let second = try RawConnection.connect(port: port)
                    #expect(try second.receiveToEnd() == [])
                }
            }
        }
    }

    @Test("dispatches of a connection are limited by the adapter's own property")
    func maxDispatches() async throws {
        try await AdapterScene.run(["A.Connection.MaxDispatches": "1", "Ice.Connection.Server.MaxDispatches": "0"]) {
            scene in
            let servant = MockServant()
            let (stream, go) = AsyncStream<Void>.makeStream()
            servant.on("wait") { request in
                #expect(servant.callCount("fast") == 0)
                for await _ in stream { break }
                #expect(servant.callCount("fast") == 0)
                return OutgoingResponse(emptyFor: request.current.encoding)
            }
            servant.on("fast") { OutgoingResponse(emptyFor: $0.current.encoding) }
            try scene.adapter.add(servant: servant, id: Identity(name: "o"))
            try scene.adapter.activate()
            let proxy = try scene.proxy(Identity(name: "o"))
            let first = try proxy.ice_invokeAsync(operation: "wait", mode: .normal)
            let second = try proxy.ice_invokeAsync(operation: "fast", mode: .normal)
            await servant.waitForCalls("wait", count: 1)
            _ = try await second.sent()
            go.yield()
            _ = try await first.value
            _ = try await second.value
            servant.removeOperations()
        }
    }

    @Test("what is published is what the properties say, and read again when asked for")
    func published() async throws {
        let endpoint = "tcp -h example.org -p 4061"
        try await AdapterScene.run(["A.PublishedEndpoints": "\(endpoint):ssl -h example.org -p 4062"]) { scene in
            let adapter = scene.adapter
            func texts() -> [String] { adapter.getPublishedEndpoints().map { "\($0)" } }
            #expect(texts() == [endpoint, "ssl -h example.org -p 4062"])
            let bound = try #require(adapter.getEndpoints().first)
            let properties = scene.server.getProperties()
            properties.setProperty(key: "A.PublishedEndpoints", value: "")
            properties.setProperty(key: "A.PublishedHost", value: "example.com")
            try await adapter.refreshPublishedEndpoints()
            #expect(texts() == ["\(bound)".replacing("127.0.0.1", with: "example.com")])
            try await adapter.setPublishedEndpoints([bound])
            #expect(adapter.getPublishedEndpoints() == [bound] && adapter.endpoints == [bound])
            #expect(try adapter.createProxy(Identity(name: "o")).ice_getEndpoints() == [bound])
            await #expect(throws: LocalException(.noEndpoint, "")) { try await adapter.setPublishedEndpoints([]) }
            properties.setProperty(key: "A.PublishedEndpoints", value: "tcp -q")
            await #expect(throws: LocalException(.parse, "")) { try await adapter.refreshPublishedEndpoints() }
            #expect(adapter.getPublishedEndpoints() == [bound])
        }
    }

    @Test(
        "proxies of an adapter with an id are indirect",
        arguments: [
            (["A.AdapterId": "Shop-1"], ["o @ Shop-1", "o @ Shop-1"]),
            (["A.AdapterId": "Shop-1", "A.ReplicaGroupId": "Shops"], ["o @ Shops", "o @ Shop-1"]),
            (["A.PublishedEndpoints": "tcp -h a -p 1"], ["o:tcp -h a -p 1", "o"]),
        ])
    func indirect(_ properties: [String: String], _ texts: [String]) async throws {
        try await AdapterScene.run(properties) { scene in
            let id = Identity(name: "o")
            let (proxy, indirect) = (try scene.adapter.createProxy(id), try scene.adapter.createIndirectProxy(id))
            #expect([proxy, indirect].map { $0.ice_toString() } == texts)
            let direct = try scene.adapter.createDirectProxy(id)
            #expect(direct.ice_getEndpoints() == scene.adapter.getPublishedEndpoints())
        }
    }
}
