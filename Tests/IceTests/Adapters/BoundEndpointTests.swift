import EventLoop
@testable import Ice
import IceEncoding
import Testing

@Suite("What object adapters publish")
struct BoundEndpointTests {
    private static func bound(
        _ text: String, _ address: String, _ port: UInt16 = 4061, forItself: Bool = true
    ) throws -> BoundEndpoint {
        guard case .ip(let endpoint)? = try Endpoint.parseList(text, defaults: ProxyDefaults()).first else {
            throw LocalException(.parse, text)
        }
        return BoundEndpoint(
            configured: endpoint, address: try #require(SocketAddress(numeric: address, port: port)),
            hasHostForItself: forItself)
    }

    private static func published(_ bound: [BoundEndpoint], host: String? = nil) -> [String] {
        BoundEndpoint.published(bound, host: host, everywhere: ["192.0.2.1", "2001:db8::1"]).map { "\($0)" }
    }

    @Test("the configured name, with the port that the system chose")
    func name() throws {
        let bound = [try Self.bound("tcp -h example.org -z -t 5000", "192.0.2.9")]
        #expect(Self.published(bound) == ["tcp -h example.org -p 4061 -t 5000 -z"])
        #expect(bound.map { "\($0.listening)" } == ["tcp -h 192.0.2.9 -p 4061 -t 5000 -z"])
    }

    @Test("a name with several addresses once, unless each has a port of its own")
    func several() throws {
        let same = [try Self.bound("tcp -h a -p 1", "192.0.2.9", 1), try Self.bound("tcp -h a -p 1", "192.0.2.8", 1)]
        #expect(Self.published(same) == ["tcp -h a -p 1"])
        let own = [
            try Self.bound("tcp -h a", "192.0.2.9", 7, forItself: false),
            try Self.bound("tcp -h a", "2001:db8::9", 8, forItself: false),
        ]
        #expect(Self.published(own) == ["tcp -h 192.0.2.9 -p 7", #"tcp -h "2001:db8::9" -p 8"#])
    }

    @Test("everywhere is every address", arguments: ["tcp", "tcp -h *"])
    func everywhere(text: String) throws {
        let bound = [try Self.bound(text, "::")]
        #expect(Self.published(bound) == ["tcp -h 192.0.2.1 -p 4061", #"tcp -h "2001:db8::1" -p 4061"#])
        #expect(bound.map { "\($0.listening)" } == ["tcp -p 4061"])
    }

    @Test("loopback and multicast addresses are published only without others")
    func loopback() throws {
        let loopback = try Self.bound("tcp -h localhost", "127.1.2.3")
        let loopback6 = try Self.bound(#"tcp -h "::1""#, "::1")
        let group = try Self.bound("udp -h 239.1.1.1 --interface lo --ttl 2", "239.1.1.1")
        let real = try Self.bound("ssl -h 192.0.2.9", "192.0.2.9")
        #expect(Self.published([loopback, real, group, loopback6]) == ["ssl -h 192.0.2.9 -p 4061"])
        #expect(
            Self.published([loopback, group, loopback6])
                == ["tcp -h localhost -p 4061", "udp -h 239.1.1.1 -p 4061", #"tcp -h "::1" -p 4061"#])
    }

    @Test("a published host stands for all, and nothing is published twice")
    func publishedHost() throws {
        let bound = [
            try Self.bound("tcp", "::"), try Self.bound("tcp -h 192.0.2.9", "192.0.2.9"),
            try Self.bound("wss -h 192.0.2.9 -r /ice", "192.0.2.9", 443), try Self.bound(#"tcp -h "::1""#, "::1"),
        ]
        #expect(
            Self.published(bound, host: "example.org") == [
                "tcp -h example.org -p 4061", "wss -h example.org -p 443 -r /ice",
            ])
    }

    @Test("a source address is not published")
    func sourceAddress() throws {
        let bound = try Self.bound("tcp -h a --sourceAddress 192.0.2.3", "192.0.2.9")
        #expect(Self.published([bound]) == ["tcp -h a -p 4061"])
    }

    @Test("addresses by protocol and preference")
    func protocols() throws {
        let mixed = ["::1", "127.0.0.1", "2001:db8::1", "192.0.2.1"].compactMap { SocketAddress(numeric: $0, port: 0) }
        func hosts(_ properties: Properties) throws -> [String] {
            try NetworkProtocols(properties).ordered(mixed).map(\.host)
        }
        #expect(try hosts([:]) == ["127.0.0.1", "192.0.2.1", "::1", "2001:db8::1"])
        #expect(try hosts(["Ice.PreferIPv6Address": "1"]) == ["::1", "2001:db8::1", "127.0.0.1", "192.0.2.1"])
        #expect(try hosts(["Ice.IPv6": "0"]) == ["127.0.0.1", "192.0.2.1"])
        #expect(try hosts(["Ice.IPv4": "0"]) == ["::1", "2001:db8::1"])
        #expect(throws: LocalException(.property, "")) { try hosts(["Ice.IPv4": "0", "Ice.IPv6": "0"]) }
        let linkLocal = ["fe80::1", "169.254.1.1"].compactMap { SocketAddress(numeric: $0, port: 0) }
        #expect(linkLocal.map(\.isLinkLocal) == [true, true])
        #expect(mixed.map(\.isLoopback) == [true, true, false, false] && !mixed.contains(where: \.isLinkLocal))
    }
}
