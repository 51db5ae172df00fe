import IceEncoding
import Testing

@Suite("Proxies and their bytes")
struct ProxyTests {
    private func read(_ hex: String, _ encoding: EncodingVersion = .v1_1) throws -> ProxyContent? {
        try withCursor(bytes(hex)) { cursor throws(MarshalError) in try cursor.readProxy(encoding) }
    }

    private func fault(_ hex: String, _ encoding: EncodingVersion = .v1_1) throws -> MarshalError.Code? {
        try code(bytes(hex)) { cursor throws(MarshalError) in _ = try cursor.readProxy(encoding) }
    }

    @Test("Identities that only look alike are different ones")
    func similar() {
        let composed = Identity(name: "\u{e9}")
        let decomposed = Identity(name: "e\u{301}")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed, Identity(name: "\u{e9}")]).count == 2)
        #expect(Set([Identity(name: "ab"), Identity(name: "b", category: "a")]).count == 2)
    }

    @Test(
        "bytes that are no proxy",
        arguments: [
            // A category without a name.
            ("00 0161", MarshalError.Code.malformed),
            // A facet of two elements, one of 255 and more.
            ("0161 00 02 0162 0163 00 00 01000101 00 00", .malformed), ("0161 00 ff00000001 00", .malformed),
            ("0161 00 ffffffffff", .badSize),
            // Mode 5.
            ("0161 00 00 05 00 01000101 00 00", .malformed), ("0161 00 00 00 00 00000101 00 00", .malformed),
            ("0161 00 00 00 00 01000001 00 00", .malformed),
            ("0161 00 00 00 00 01000101 01 6300 06000000 0001", .malformed),
            ("0161 00 00 00 00 01000101 01 ffff 06000000 0101", .malformed),
            // More endpoints than bytes.
            ("0161 00 00 00 00 01000101 02 0100 06000000 0101 0000", .badSize),
            ("0161 00 00 00 00 01000101 ffffffff7f 00", .badSize),
            // Encapsulations of 5, −1 and too many bytes.
            ("0161 00 00 00 00 01000101 01 6300 05000000 0101", .badEncapsulation),
            ("0161 00 00 00 00 01000101 01 6300 ffffffff 0101", .badEncapsulation),
            ("0161 00 00 00 00 01000101 01 6300 07000000 0101", .badEncapsulation),
            // tcp: port −1 and 65536, a byte too many, a byte too few.
            ("0161 00 00 00 00 01000101 01 0100 11000000 0101 0168 ffffffff 60ea0000 00", .malformed),
            ("0161 00 00 00 00 01000101 01 0100 11000000 0101 0168 00000100 60ea0000 00", .malformed),
            ("0161 00 00 00 00 01000101 01 0100 12000000 0101 0168 01000000 60ea0000 00 00", .badEncapsulation),
            ("0161 00 00 00 00 01000101 01 0100 10000000 0101 0168 01000000 60ea0000", .truncated),
            // Text that is not UTF-8: name, category, facet, adapter id, host.
            ("01ff 00 00 00 00 01000101 00 00", .badString), ("0161 01ff 00 00 00 01000101 00 00", .badString),
            ("0161 00 01 01ff 00 00 01000101 00 00", .badString), ("0161 00 00 00 00 01000101 00 01ff", .badString),
            ("0161 00 00 00 00 01000101 01 0100 11000000 0101 01ff 01000000 60ea0000 00", .badString),
        ])
    func faults(hex: String, expected: MarshalError.Code) throws {
        #expect(try fault(hex) == expected)
    }

    @Test("the facet's count is checked before its strings are believed")
    func manyFacets() throws {
        #expect(throws: MarshalError(.malformed, "facet path of 2147483647 elements at offset 3")) {
            try read("0161 00 ffffffff7f")
        }
    }

    @Test("secure is read, whatever it is, and written as false, as Ice 3.8 does")
    func secure() throws {
        for secure in ["00", "01", "ff"] {
            let proxy = try #require(try read("0161 00 00 00 \(secure) 01000101 00 00"))
            #expect(try written { $0.appendProxy(proxy, encoding: .v1_1) } == bytes("0161 00 00 00 00 01000101 00 00"))
        }
    }

    @Test("an empty element of the facet path is the default facet")
    func emptyFacet() throws {
        #expect(try read("0161 00 01 00 00 00 01000101 00 00") == ProxyContent(identity: Identity(name: "a")))
    }

    @Test("versions we do not know are kept, the proxy's and the protocol's")
    func versions() throws {
        let proxy = try #require(try read("0161 00 00 00 00 0203 0405 00 00"))
        #expect(proxy.protocolVersion.description == "2.3" && proxy.encoding.description == "4.5")
        #expect(proxy.text() == "a -p 2.3 -e 4.5")
        #expect(try written { $0.appendProxy(proxy, encoding: .v1_1) } == bytes("0161 00 00 00 00 0203 0405 00 00"))
    }

    @Test(
        "unknown kinds and known ones in an unknown encoding stay as they are",
        arguments: [
            ("6300 09000000 0101 010203", "opaque -t 99 -e 1.1 -v AQID"),
            ("6300 06000000 0203", #"opaque -t 99 -e 2.3 -v """#),
            ("0100 07000000 0200 ff", "opaque -t 1 -e 2.0 -v /w=="),
            ("0500 07000000 0102 ff", "opaque -t 5 -e 1.2 -v /w=="),
            ("0000 07000000 0100 ff", "opaque -t 0 -e 1.0 -v /w=="),
        ])
    func opaque(endpoint: String, text: String) throws {
        for (encoding, head) in [
            (EncodingVersion.v1_1, "0161 00 00 00 00 01000101 01"), (.v1_0, "0161 00 00 00 00 01"),
        ] {
            let proxy = try #require(try read("\(head) \(endpoint)", encoding))
            #expect(proxy.endpoints.map(\.description) == [text])
            #expect(try written { $0.appendProxy(proxy, encoding: encoding) } == bytes("\(head) \(endpoint)"))
            #expect(try ProxyContent.parse(proxy.text()) == proxy)
        }
    }

    @Test("an endpoint is read in its own encoding and written in that of the bytes around it")
    func endpointEncoding() throws {
        let proxy = try #require(
            try read("0161 00 00 00 00 01000101 01 0300 11000000 0100 0168 09000000 01000100 00"))
        #expect(proxy.text() == "a:udp -h h -p 9")
        #expect(
            try written { $0.appendProxy(proxy, encoding: .v1_1) }
                == bytes("0161 00 00 00 00 01000101 01 0300 0d000000 0101 0168 09000000 00"))
    }

    @Test("a facet that starts with a hyphen is text again", arguments: ["-x", "-", "a b", "a:b", "\"", "-\""])
    func facets(facet: String) throws {
        let proxy = ProxyContent(identity: Identity(name: facet, category: facet), facet: facet, adapterId: facet)
        #expect(try ProxyContent.parse(proxy.text()) == proxy)
    }

    @Test(
        "hosts and resources of hostile peers make no other endpoints of the text",
        arguments: [
            #"h" -p 1:tcp -h evil -p 2"#, #"h"#, #"\"#, #"\\""#, "'", #"""#, "-p", "a b", "a:b", "\u{0}", "a\nb",
            "é", #"a\" "#, "*",
        ])
    func hostileHosts(text: String) throws {
        for transport in [IPEndpoint.Transport.tcp, .ssl, .udp, .ws, .wss] {
            var endpoint = IPEndpoint(transport, host: text, port: 7)
            if transport == .ws || transport == .wss { endpoint.resource = text }
            let proxy = ProxyContent(identity: Identity(name: "o"), endpoints: [.ip(endpoint)])
            #expect(try ProxyContent.parse(proxy.text()) == proxy, "\(proxy)")
        }
    }

    @Test("many options of an endpoint are refused before they are compared with each other")
    func manyOptions() {
        let options = (0..<100_000).map { "-x\($0)" }.joined(separator: " ")
        #expect(throws: ParseError.self) { try ProxyContent.parse("o:tcp \(options)") }
    }

    @Test("a source address is numeric", arguments: ["::1", "fe80::1%eth0", "10.0.0.1"])
    func sourceAddress(address: String) throws {
        let proxy = try #require(try ProxyContent.parse("o:tcp -h h -p 1 --sourceAddress \"\(address)\""))
        guard case .ip(let endpoint)? = proxy.endpoints.first else {
            Issue.record("no endpoint")
            return
        }
        #expect(endpoint.sourceAddress == address)
    }

    @Test(
        "a source address that is none",
        arguments: ["localhost", "1.2.3", "fe80::1%", "10.0.0.1%x", "127.0.0.1\u{0}x", "%1"])
    func noSourceAddress(address: String) {
        #expect(throws: ParseError.self) {
            try ProxyContent.parse("o:tcp -h h -p 1 --sourceAddress \"\(address)\"")
        }
    }
}
