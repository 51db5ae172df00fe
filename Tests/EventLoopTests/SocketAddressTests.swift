import EventLoop
import Glibc
import Testing

@Suite("Socket addresses")
struct SocketAddressTests {
    @Test(
        "parse, print and come back the same",
        arguments: [
            ("127.0.0.1", 8080, "127.0.0.1:8080", AF_INET), ("0.0.0.0", 0, "0.0.0.0:0", AF_INET),
            ("255.255.255.255", 65535, "255.255.255.255:65535", AF_INET), ("::1", 4061, "[::1]:4061", AF_INET6),
            ("::", 1, "[::]:1", AF_INET6), ("2001:db8::ff00:42:8329", 443, "[2001:db8::ff00:42:8329]:443", AF_INET6),
            ("::ffff:192.0.2.1", 80, "[::ffff:192.0.2.1]:80", AF_INET6),
        ] as [(String, UInt16, String, Int32)])
    func roundTrip(host: String, port: UInt16, text: String, family: Int32) throws {
        let address = try #require(SocketAddress(numeric: host, port: port))
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.description == text)
        #expect(address.family == family)
        #expect(address.withSockaddr { pointer, _ in SocketAddress(pointer) } == address)
        #expect(SocketAddress(numeric: address.host, port: port) == address)
    }

    @Test("one address has one value and one hash, however it was spelt")
    func equality() throws {
        let long = try #require(SocketAddress(numeric: "0:0:0:0:0:0:0:1", port: 7))
        let short = try #require(SocketAddress(numeric: "::1", port: 7))
        #expect(long == short)
        #expect(long.hashValue == short.hashValue)
        let others = try [("::1", 8), ("::2", 7), ("127.0.0.1", 7), ("127.0.0.2", 7), ("100::", 7)].map {
            try #require(SocketAddress(numeric: $0.0, port: $0.1))
        }
        #expect(Set([long, short] + others).count == 6)
    }

    @Test("a link-local address keeps its scope")
    func scope() throws {
        let plain = try #require(SocketAddress(numeric: "fe80::1", port: 1))
        let scoped = try #require(SocketAddress(numeric: "fe80::1%lo", port: 1))
        #expect(plain != scoped)
        #expect(scoped.description == "[fe80::1%lo]:1")
        #expect(SocketAddress(numeric: scoped.host, port: 1) == scoped)
    }

    @Test(
        "what is no numeric address is none",
        arguments: [
            "", " ", "localhost", "127.0.0.1 ", "127.0.0.1:80", "[::1]", "256.0.0.1", "1.2.3.4.5", ":::", "::1::",
            "g::1",
        ])
    func notNumeric(host: String) {
        #expect(SocketAddress(numeric: host, port: 1) == nil)
    }

    @Test("a NUL does not hide the rest of a name")
    func embeddedNul() {
        #expect(SocketAddress(numeric: "127.0.0.1\0", port: 1) == nil)
        #expect(SocketAddress(numeric: "127.0.0.1\0.example.com", port: 1) == nil)
        #expect(throws: Resolver.Failure.self) { try Resolver.systemLookUp("localhost\0.example.com").get() }
    }

    @Test("tells both ends of a connection, and nothing of what has no such end", arguments: ["127.0.0.1", "::1"])
    func ends(host: String) throws {
        let any = try #require(SocketAddress(numeric: host, port: 0))
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let (listener, client) = (socket(any.family, kind, 0), socket(any.family, kind, 0))
        defer {
            close(listener)
            close(client)
        }
        try #require(any.withSockaddr { bind(listener, $0, $1) } == 0)
        try #require(listen(listener, 1) == 0)
        let server = try #require(SocketAddress(localOf: listener))
        #expect(server.host == host)
        #expect(server.port != 0)
        #expect(SocketAddress(peerOf: listener) == nil)
        try #require(server.withSockaddr { connect(client, $0, $1) } == 0)
        #expect(SocketAddress(peerOf: client) == server)
        #expect(SocketAddress(localOf: client)?.host == host)
        let pair = try SocketPair()
        #expect(SocketAddress(localOf: pair.near) == nil, "a Unix socket has no address of this kind")
        #expect(SocketAddress(localOf: -1) == nil)
    }

    @Test("a failed call tells its name and the system's text")
    func systemError() {
        #expect("\(SystemError("connect", code: ECONNREFUSED))" == "connect: Connection refused")
        #expect("\(SystemError("connect", code: 99_999))".contains("99999"))
        errno = EBADF
        #expect(SystemError("read") == SystemError("read", code: EBADF))
    }
}
