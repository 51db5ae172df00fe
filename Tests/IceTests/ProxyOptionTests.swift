// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are Ice's own.

import Ice
import IceEncoding
import IceTesting
import Testing

/// Proxies are values that say how an object is called.
@Suite("Proxies: what they say", .timeLimit(.minutes(5)))
struct ProxyOptionTests {
    @Test("each factory method changes what its getter says, and equality; changing back makes them equal again")
    func factories() async throws {
        try await withCommunicator { communicator in
            let proxy = try #require(try communicator.makeProxy("o -f f:tcp -h h -p 1"))
            let locator = try #require(try communicator.makeProxy("locator:tcp -h h -p 2"))
            typealias Change = (name: String, make: (ObjectPrx) -> ObjectPrx, undo: (ObjectPrx) -> ObjectPrx)
            let changes: [Change] = [
                ("identity", { $0.ice_identity(Identity(name: "p")) }, { $0.ice_identity(Identity(name: "o")) }),
                ("facet", { $0.ice_facet("g") }, { $0.ice_facet("f") }),
                ("adapter id", { $0.ice_adapterId("a") }, { $0.ice_endpoints(proxy.ice_getEndpoints()) }),
                ("endpoints", { $0.ice_endpoints([]) }, { $0.ice_endpoints(proxy.ice_getEndpoints()) }),
                ("encoding", { $0.ice_encodingVersion(.v1_0) }, { $0.ice_encodingVersion(.v1_1) }),
                ("oneway", { $0.ice_oneway() }, { $0.ice_twoway() }),
                ("batch oneway", { $0.ice_batchOneway() }, { $0.ice_twoway() }),
                ("datagram", { $0.ice_datagram() }, { $0.ice_twoway() }),
                ("batch datagram", { $0.ice_batchDatagram() }, { $0.ice_twoway() }),
                ("context", { $0.ice_context(["k": "v"]) }, { $0.ice_context([:]) }),
                ("timeout", { $0.ice_invocationTimeout(7) }, { $0.ice_invocationTimeout(-9) }),
                ("connection id", { $0.ice_connectionId("c") }, { $0.ice_connectionId("") }),
                ("cached", { $0.ice_connectionCached(false) }, { $0.ice_connectionCached(true) }),
                ("selection", { $0.ice_endpointSelection(.ordered) }, { $0.ice_endpointSelection(.random) }),
                ("secure", { $0.ice_secure(true) }, { $0.ice_secure(false) }),
                ("locator", { $0.ice_locator(locator) }, { $0.ice_locator(nil) }),
                ("locator cache", { $0.ice_locatorCacheTimeout(3) }, { $0.ice_locatorCacheTimeout(-1) }),
                ("router", { $0.ice_router(locator) }, { $0.ice_router(nil) }),
                ("collocation", { $0.ice_collocationOptimized(false) }, { $0.ice_collocationOptimized(true) }),
            ]
            for change in changes {
                let changed = change.make(proxy)
                #expect(changed != proxy, "\(change.name)")
                #expect(change.make(proxy) == changed, "\(change.name)")
                #expect(Set([changed, change.make(changed), proxy]).count == 2, "\(change.name)")
                #expect(change.undo(changed) == proxy, "\(change.name)")
            }
            let compressed = proxy.ice_compress(true)
            #expect(compressed.ice_getCompress() == true && proxy.ice_getCompress() == nil && compressed != proxy)
        }
    }

    @Test("a change to a text that looks the same is a change")
    func lookAlikes() async throws {
        try await withCommunicator { communicator in
            let (one, two) = ("\u{e9}", "e\u{301}")
            let proxy = try #require(try communicator.makeProxy("o -f \(one):tcp -h h -p 1"))
            #expect(Array(proxy.ice_facet(two).ice_getFacet().utf8) == Array(two.utf8))
            let context = proxy.ice_context([one: one])
            #expect(context.ice_context([two: one]).ice_getContext().keys.first?.utf8.count == two.utf8.count)
            #expect(context.ice_context([one: two]).ice_getContext().values.first?.utf8.count == two.utf8.count)
        }
    }

    @Test("getters say what was given")
    func getters() async throws {
        try await withCommunicator { communicator in
            let proxy = try #require(try communicator.makeProxy("c/o:tcp -h h -p 1"))
            #expect(proxy.ice_getIdentity() == Identity(name: "o", category: "c") && proxy.ice_getFacet() == "")
            #expect(proxy.ice_isTwoway() && !proxy.ice_isOneway() && !proxy.ice_isBatchOneway())
            #expect(proxy.ice_datagram().ice_isDatagram() && proxy.ice_batchDatagram().ice_isBatchDatagram())
            #expect(proxy.ice_batchOneway().ice_isBatchOneway() && proxy.ice_oneway().ice_isOneway())
            #expect(
                proxy.ice_getInvocationTimeout() == -1 && proxy.ice_invocationTimeout(5).ice_getInvocationTimeout() == 5
            )
            #expect(proxy.ice_getLocator() == nil && proxy.ice_getRouter() == nil)
            #expect(
                proxy.ice_locator(proxy).ice_getLocator() == proxy && proxy.ice_router(proxy).ice_getRouter() == proxy)
            #expect(proxy.ice_getLocatorCacheTimeout() == -1)
            #expect(proxy.ice_isConnectionCached() && proxy.ice_isCollocationOptimized() && !proxy.ice_isSecure())
            #expect(proxy.ice_getEndpointSelection() == .random)
            #expect(
                proxy.ice_adapterId("a").ice_getAdapterId() == "a"
                    && proxy.ice_adapterId("a").ice_getEndpoints().isEmpty)
            #expect(proxy.ice_getEncodingVersion() == .v1_1 && proxy.ice_getCommunicator() === communicator)
            #expect(proxy.ice_toString() == "c/o:tcp -h h -p 1")
        }
    }

    @Test("Ice.Default.… say what new proxies start with")
    func defaults() async throws {
        let properties: Properties = [
            "Ice.Default.Host": "home", "Ice.Default.Protocol": "ws", "Ice.Default.SourceAddress": "127.0.0.2",
            "Ice.Default.EncodingVersion": "1.0", "Ice.Default.InvocationTimeout": "17",
            "Ice.Default.LocatorCacheTimeout": "3", "Ice.Default.CollocationOptimized": "0",
            "Ice.Default.EndpointSelection": "Ordered", "Ice.Default.Locator": "IceGrid/Locator:tcp -h grid -p 2",
            "Ice.Default.Router": "Glacier2/router:tcp -h gate -p 3", "Ice.ToStringMode": "ASCII",
        ]
        try await withCommunicator(properties) { communicator in
            let proxy = try #require(try communicator.makeProxy("é:default -p 1"))
            #expect(proxy.ice_toString() == #"\u00e9 -e 1.0:ws -h home -p 1 --sourceAddress 127.0.0.2 -r /"#)
            #expect(proxy.ice_getInvocationTimeout() == 17 && proxy.ice_getLocatorCacheTimeout() == 3)
            #expect(!proxy.ice_isCollocationOptimized() && proxy.ice_getEndpointSelection() == .ordered)
            let locator = try #require(communicator.getDefaultLocator())
            #expect(locator.ice_getIdentity() == Identity(name: "Locator", category: "IceGrid"))
            #expect(
                proxy.ice_getLocator() == locator && locator.ice_getLocator() == nil && locator.ice_getRouter() == nil)
            #expect(proxy.ice_getRouter() == communicator.getDefaultRouter() && proxy.ice_getRouter() != nil)
            communicator.setDefaultLocator(nil)
            communicator.setDefaultRouter(nil)
            let later = try #require(try communicator.makeProxy("o"))
            #expect(later.ice_getLocator() == nil && later.ice_getRouter() == nil && proxy.ice_getLocator() != nil)
        }
        for (name, value) in [
            ("Protocol", "smoke"), ("SourceAddress", "home"), ("EncodingVersion", "2.0"),
            ("EndpointSelection", "First"),
            ("InvocationTimeout", "soon"), ("Locator", ":::"), ("Router", ":"),
        ] {
            let code: LocalException.Code = name == "Locator" || name == "Router" ? .parse : .property
            #expect(throws: LocalException(code, ""), "\(name)") {
                _ = try Communicator(Properties([("Ice.Default.\(name)", value)]))
            }
        }
    }

    @Test("a proxy of properties and back")
    func properties() async throws {
        let properties: Properties = [
            "Hello": "hello:tcp -h h -p 1", "Hello.CollocationOptimized": "0", "Hello.ConnectionCached": "0",
            "Hello.EndpointSelection": "Ordered", "Hello.InvocationTimeout": "5", "Hello.LocatorCacheTimeout": "6",
            "Hello.Locator": "locator:tcp -h l -p 2", "Hello.Locator.InvocationTimeout": "7",
            "Hello.Router": "router:tcp -h r -p 3", "Hello.Context.key": "value", "Hello.Context.a.b": "c",
            "Bad": "bad:tcp -h h -p 1", "Bad.EndpointSelection": "First",
        ]
        try await withCommunicator(properties) { communicator in
            let proxy = try #require(try communicator.propertyToProxy("Hello"))
            #expect(proxy.ice_toString() == "hello:tcp -h h -p 1")
            #expect(!proxy.ice_isCollocationOptimized() && !proxy.ice_isConnectionCached())
            #expect(proxy.ice_getEndpointSelection() == .ordered && proxy.ice_getInvocationTimeout() == 5)
            #expect(proxy.ice_getLocatorCacheTimeout() == 6 && proxy.ice_getContext() == ["key": "value", "a.b": "c"])
            #expect(proxy.ice_getLocator()?.ice_getInvocationTimeout() == 7)
            #expect(proxy.ice_getRouter()?.ice_toString() == "router:tcp -h r -p 3")
            #expect(try communicator.propertyToProxy("Nothing") == nil)
            #expect(throws: LocalException(.property, "")) { try communicator.propertyToProxy("Bad") }
            let written = communicator.proxyToProperty(proxy, property: "Again")
            let again = try Communicator(Properties(written.map { ($0.key, $0.value) }))
            #expect(try again.propertyToProxy("Again") == proxy)
            await again.destroy()
        }
    }

    @Test("an uncached proxy chooses among its endpoints with every request, a cached one once")
    func uncached() async throws {
        try await withGreeter { first, firstServant in
            try await withGreeter { second, secondServant in
                let both = first.ice_endpoints(first.ice_getEndpoints() + second.ice_getEndpoints())
                let uncached = both.ice_connectionCached(false)
                // The chance that one of the two is never chosen is 2 in 2^100.
                for _ in 0..<100 { try await uncached.ice_ping() }
                for _ in 0..<20 { _ = try await Greeter.greet("x", uncached) }
                let counts = (firstServant.callCount("greet"), secondServant.callCount("greet"))
                #expect(counts.0 + counts.1 == 20)
                #expect(uncached.ice_getCachedConnection() == nil)
                let connections = try await (0..<100).asyncSet { _ in
                    ObjectIdentifier(try #require(try await uncached.ice_getConnection()))
                }
                #expect(connections.count == 2)
                let cached = try await (0..<20).asyncSet { _ in
                    ObjectIdentifier(try #require(try await both.ice_getConnection()))
                }
                #expect(cached.count == 1)
            }
        }
    }

    @Test("casts ask the object, or don't")
    func casts() async throws {
        try await withGreeter { proxy, _ in
            let object = try await checkedCast(prx: proxy, type: ObjectPrx.self)
            let greeter = try await checkedCast(prx: proxy, type: GreeterPrx.self)
            let stranger = try await checkedCast(prx: proxy, type: StrangerPrx.self)
            let elsewhere = try await checkedCast(prx: proxy, type: GreeterPrx.self, facet: "nowhere")
            #expect(object == proxy && greeter?.untyped == proxy && stranger == nil && elsewhere == nil)
            #expect(uncheckedCast(prx: proxy, type: StrangerPrx.self).untyped == proxy)
            #expect(uncheckedCast(prx: proxy, type: StrangerPrx.self, facet: "f").untyped == proxy.ice_facet("f"))
            let nobody = proxy.ice_identity(Identity(name: "nobody"))
            await #expect(throws: LocalException.self) { _ = try await checkedCast(prx: nobody, type: GreeterPrx.self) }
        }
    }
}

private struct GreeterPrx: Proxy {
    static let ice_staticId = Greeter.typeId
    let untyped: ObjectPrx
    var description: String { "\(untyped)" }
}

private struct StrangerPrx: Proxy {
    static let ice_staticId = "::Stranger"
    let untyped: ObjectPrx
    var description: String { "\(untyped)" }
}

extension Sequence where Self: Sendable {
    /// The distinct results, one call after the other.
    fileprivate func asyncSet<Value: Hashable>(_ body: (Element) async throws -> Value) async throws -> Set<Value> {
        var values: Set<Value> = []
        for element in self { values.insert(try await body(element)) }
        return values
    }
}
