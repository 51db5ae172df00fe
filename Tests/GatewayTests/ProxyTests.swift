import Ice
import IceEncoding
import OpenAPI
import SliceJSON
import Slice
import Testing

@testable import Gateway

@Suite("Proxies through the gateway") struct ProxyTests {
    /// Two services, and a third for the same object as the first.
    private func proxies(_ out: ProxyPolicy.Output, _ accept: ProxyPolicy.Acceptance) throws -> GatewayProxies {
        let services = try [
            ("greeter", "greeter:tcp -h inside -p 4061"), ("admin", "greeter -f admin -o -e 1.0:tcp -h inside -p 4062"),
            ("again", "greeter:tcp -h other -p 1"), ("indirect", "demo/K @ Adapter"),
        ].map { ($0.0, try #require(try ProxyContent.parse($0.1))) }
        return GatewayProxies(
            ProxyPolicy(out: out, accept: accept), services: services, defaults: ProxyDefaults(host: "home"))
    }

    /// The JSON of a proxy.
    private func written(
        _ text: String, _ out: ProxyPolicy.Output, _ encoding: EncodingVersion = .v1_1
    ) throws -> String {
        var bytes = OutputBuffer()
        bytes.appendProxy(try ProxyContent.parse(text), encoding: encoding)
        bytes.append(0xEE as UInt8)
        var json = OutputBuffer()
        let proxies = try proxies(out, .none)
        var input = InputCursor(bytes.bytes)
        try proxies.write(&input, encoding: encoding, into: &json)
        #expect(input.remaining == 1)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// The proxy that a server gets, as text.
    private func taken(
        _ input: ProxyInput, _ accept: ProxyPolicy.Acceptance, _ encoding: EncodingVersion = .v1_1
    ) throws -> String? {
        var bytes = OutputBuffer()
        try proxies(.full, accept).read(input, encoding: encoding, into: &bytes)
        var cursor = InputCursor(bytes.bytes)
        let proxy = try cursor.readProxy(encoding)
        #expect(cursor.remaining == 0)
        return proxy?.text()
    }

    private func refusal(_ input: ProxyInput, _ accept: ProxyPolicy.Acceptance) throws -> String {
        var bytes = OutputBuffer()
        let proxies = try proxies(.full, accept)
        do throws(ProxyRefusal) {
            try proxies.read(input, encoding: .v1_1, into: &bytes)
        } catch {
            #expect(bytes.count == 0)
            #expect(error.reason.utf8.count < 700, "\(error.reason.prefix(100))")
            return error.reason
        }
        Issue.record("\(input) is taken by \(accept)")
        return ""
    }

    // MARK: Out

    @Test(
        "out, each policy",
        arguments: [
            (
                "greeter:tcp -h h -p 1:ssl -h h -p 2", #""greeter:tcp -h h -p 1:ssl -h h -p 2""#, #""greeter""#,
                #"{"@proxy":"greeter","href":"/greeter"}"#
            ),
            // The facet is part of the object, mode and encoding are not.
            (
                "greeter -f admin -O:tcp -h h -p 1", #""greeter -f admin -O:tcp -h h -p 1""#, #""greeter -f admin -O""#,
                #"{"@proxy":"greeter -f admin -O","href":"/admin"}"#
            ),
            (
                "greeter -f other:tcp -h h -p 1", #""greeter -f other:tcp -h h -p 1""#, #""greeter -f other""#,
                #""greeter -f other""#
            ),
            ("demo/K @ B", #""demo/K @ B""#, #""demo/K @ B""#, #"{"@proxy":"demo/K @ B","href":"/indirect"}"#),
            // KELVIN SIGN: Swift holds it equal to K, Ice does not.
            ("demo/\u{212A}", "\"demo/\u{212A}\"", "\"demo/\u{212A}\"", "\"demo/\u{212A}\""),
            ("nobody", #""nobody""#, #""nobody""#, #""nobody""#),
            (
                #""a\"b\n c/x":tcp -h "a b" -p 1"#, #""\"a\\\"b\\n c/x\":tcp -h \"a b\" -p 1""#,
                #""\"a\\\"b\\n c/x\"""#, #""\"a\\\"b\\n c/x\"""#
            ),
        ])
    func out(proxy: String, full: String, identity: String, link: String) throws {
        #expect(try written(proxy, .full) == full)
        #expect(try written(proxy, .identity) == identity)
        #expect(try written(proxy, .link) == link)
    }

    @Test("out, encoding 1.0 is part of the text, and links do not mind it")
    func outOldEncoding() throws {
        #expect(try written("greeter:tcp -h h -p 1", .full, .v1_0) == #""greeter -e 1.0:tcp -h h -p 1""#)
        #expect(try written("greeter:tcp -h h -p 1", .identity, .v1_0) == #""greeter -e 1.0""#)
        #expect(
            try written("greeter:tcp -h h -p 1", .link, .v1_0) == #"{"@proxy":"greeter -e 1.0","href":"/greeter"}"#)
    }

    @Test("out, bytes that are no proxy", arguments: ProxyPolicy.Output.allCases)
    func outFaults(out: ProxyPolicy.Output) throws {
        let proxies = try proxies(out, .none)
        for bytes: [UInt8] in [[1, 0x61, 0, 2], [0, 1, 0x61], [1, 0xFF, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0], [1]] {
            #expect(throws: MarshalError.self) {
                try bytes.withUnsafeBytes { bytes in
                    var input = InputCursor(bytes)
                    var json = OutputBuffer()
                    try proxies.write(&input, encoding: .v1_1, into: &json)
                }
            }
        }
    }

    @Test(
        "the OpenAPI document has links where they are given out or taken",
        arguments: ProxyPolicy.Output.allCases, ProxyPolicy.Acceptance.allCases)
    func document(out: ProxyPolicy.Output, accept: ProxyPolicy.Acceptance) async throws {
        let slice = "module Test { interface I { Object* find(Object* other); } }"
        let model = try #require(SliceCompiler.compile(source: slice, name: "I.ice").model)
        var configuration = GatewayConfiguration()
        configuration.services = [ServiceConfiguration(name: "i", proxy: "i:tcp -h localhost -p 1")]
        configuration.proxies = ProxyPolicy(out: out, accept: accept)
        let communicator = try Communicator()
        let result = GatewayLoader(communicator: communicator).load(configuration, model: model)
        await communicator.destroy()
        let document = try #require(result.gateway?.document, "\(result.errors)")
        #expect(document.json().contains(#""href""#) == (out == .link || accept == .link || accept == .identity))
    }

    // MARK: In

    @Test("none: nothing is taken")
    func none() throws {
        for input: ProxyInput in [
            .text("greeter"), .text(""), .text("greeter:tcp -h evil -p 1"), .link("/greeter"), .link("//evil"),
        ] {
            let reason = try refusal(input, .none)
            #expect(
                reason
                    == "no proxy but null is taken from clients (the gateway's configuration has 'proxies.accept: none')"
            )
        }
    }

    @Test(
        "identity: names are taken",
        arguments: [
            ("greeter", "greeter"), ("demo/x", "demo/x"), ("demo/x @ Adapter", "demo/x @ Adapter"), ("x@A", "x @ A"),
            (" x ", "x"), ("x -t -e 1.1 -p 1.0 @ A", "x @ A"), ("x -s", "x"), (#""a:b""#, #""a:b""#),
            (#"x @ "a:tcp -h evil""#, #"x @ "a:tcp -h evil""#), ("é/\u{212A}", "é/\u{212A}"),
        ])
    func identity(text: String, expected: String) throws {
        #expect(try taken(.text(text), .identity) == expected)
        #expect(try taken(.text(text), .any) == expected)
        #expect(try refusal(.text(text), .link).hasPrefix("only links to services of this gateway are taken"))
    }

    @Test(
        "identity: whatever gives an endpoint is refused",
        arguments: [
            "greeter:tcp -h evil -p 80", "x: tcp -h evil", "x :tcp -h evil", "x\t:\ttcp -h evil -p 1",
            "x\r\n:tcp -h evil", #""x":tcp -h evil"#, "'x':tcp -h evil", "x -t:tcp -h evil", #"x -f "":tcp -h evil"#,
            "x:default -h evil", "x:default", "x:ws -h evil -r /", "x:wss -h evil", "x:ssl -h evil", "x:udp -h evil",
            #"x\":tcp -h evil"#, #"x\ :tcp -h evil"#, #"x\72 :tcp -h evil"#,
            "x:opaque -t 1 -e 1.0 -v CTEyNy4wLjAuMRAnAABg6gAAAA==", "x:opaque -t 99 -v AA==",
            "x:unknown -h a:tcp -h evil", "x:tcp", "x:tcp -h a\u{0}b",
        ])
    func endpoints(text: String) throws {
        #expect(try refusal(.text(text), .identity).hasPrefix("endpoints are not taken from clients, only an identity"))
        #expect(try taken(.text(text), .any)?.contains(":") == true)
    }

    @Test(
        "identity: what cannot be read as names only is refused, with a reason",
        arguments: [
            ("x @ A:tcp -h evil", "unexpected text behind the adapter id"), ("x @ A @ B", "unexpected text"),
            ("x @ :tcp -h evil", "no adapter id"), ("x @", "no adapter id"), ("x @ A -f y", "unexpected text"),
            (#"x @ "A":tcp -h evil"#, "unexpected text"), (#"x @ """#, "no adapter id"), ("x:", "blank"),
            ("x::tcp -h evil", "blank"), (#"x\::tcp -h evil"#, "blank"), ("x:tcp -h evil:", "blank"),
            (":tcp -h evil", "no identity"),
            ("x:nothing -h evil", "invalid endpoint"), (#""x:tcp -h evil"#, "mismatched quotes"), ("x y", "'y'"),
            (#"x\u0000\ud800"#, "names no character"), ("x\u{0}:tcp", "control character"), ("a/b/c", "slashes"),
            ("a/", "empty name"), ("   ", "no identity"), ("x -q", "unknown proxy option"), ("x:tcp -h *", "host *"),
            ("x:tcp -h", "-h needs an argument"),
        ])
    func malformed(text: String, reason: String) throws {
        for accept in [ProxyPolicy.Acceptance.identity, .any] {
            let found = try refusal(.text(text), accept)
            #expect(found.hasPrefix("it is no proxy: ") && found.contains(reason), "\(found)")
        }
    }

    @Test(
        "identity: options are refused",
        arguments: ["x -f admin", "x -o", "x -O @ A", "x -d", "x -D", "x -e 1.0", "x -p 2.0"])
    func options(text: String) throws {
        let reason = try refusal(.text(text), .identity)
        #expect(reason.hasPrefix("facets, modes and versions are not taken from clients"))
        #expect(reason.hasSuffix("(the gateway's configuration has 'proxies.accept: identity')"))
        #expect(try taken(.text(text), .any) == text)
    }

    @Test(
        "links: the service's proxy as configured, in every mode but none",
        arguments: [ProxyPolicy.Acceptance.identity, .link, .any])
    func links(accept: ProxyPolicy.Acceptance) throws {
        #expect(try taken(.link("/greeter"), accept) == "greeter:tcp -h inside -p 4061")
        #expect(try taken(.link("/admin"), accept) == "greeter -f admin -o -e 1.0:tcp -h inside -p 4062")
        #expect(try taken(.link("/again"), accept) == "greeter:tcp -h other -p 1")
        #expect(try taken(.link("/indirect"), accept) == "demo/K @ Adapter")
        #expect(try taken(.link("/greeter"), accept, .v1_0) == "greeter -e 1.0:tcp -h inside -p 4061")
    }

    @Test(
        "links: what is not letter by letter the path of a service is refused and not repeated",
        arguments: [
            "", "/", "greeter", "//evil", "//greeter", "/greeter/", "/greeter/greet", "/greeter?x", "/greeter#x",
            "/a/../greeter", "/./greeter", "/gr%65eter", "/Greeter", " /greeter", "/greeter ", "/greeter\u{0}",
            "/greeter\n", "http://127.0.0.1:8080/greeter", "http://evil/greeter", "/greeter:tcp -h evil",
            "/\u{FF47}reeter",
            "/greeter\u{0301}", "\\greeter", "/livez", "/nobody",
        ])
    func badLinks(href: String) throws {
        for accept in [ProxyPolicy.Acceptance.identity, .link, .any] {
            #expect(
                try refusal(.link(href), accept)
                    == "the link's href is not the path of a service of this gateway, as /name")
        }
    }

    @Test("any: what parses is taken, endpoints without a host get the default one")
    func any() throws {
        #expect(
            try taken(.text("x -f f -o -e 1.0:tcp -p 1:opaque -t 99 -e 1.1 -v AQ=="), .any)
                == "x -f f -o -e 1.0:tcp -h home -p 1:opaque -t 99 -e 1.1 -v AQ==")
        #expect(try taken(.text("x:tcp -h a -p 1:unknown -h b"), .any) == "x:tcp -h a -p 1")
        #expect(try refusal(.text(""), .any) == "an empty text is no proxy; the nil proxy is null")
        #expect(try refusal(.text("\"\""), .identity) == "an empty text is no proxy; the nil proxy is null")
    }

    @Test("long texts are refused unread and not repeated")
    func long() throws {
        let name = String(repeating: "a", count: GatewayProxies.longestText)
        #expect(try taken(.text(name), .identity) == name)
        #expect(try refusal(.text(name + "a"), .any) == "it is longer than 16384 bytes")
        #expect(
            try refusal(.text(String(repeating: "x:tcp", count: 1 << 20)), .identity) == "it is longer than 16384 bytes"
        )
        for text in ["x -\(name.dropLast(9))", "x:\(name.dropLast(9))", "x:tcp -h h -p \(name.dropLast(99))"] {
            let reason = try refusal(.text(text), .any)
            #expect(reason.hasPrefix("it is no proxy: ") && reason.hasSuffix("aaa…"))
        }
    }

    @Test("identity: of random texts none reaches a server with an endpoint or an option")
    func random() throws {
        let pieces = [
            "x", "a/", ":", "@", " ", "\"", "'", "\\", "tcp", "-h", "evil", "-p 80", "-f", "-t", "-o", "-e 1.0", "\t",
            "A",
            "\\\"", "\\x3a", "\\72", "opaque -t 1", "-v AA==", "\n", "é",
        ]
        var generator = SplitMix64(seed: 4061)
        let proxies = try proxies(.full, .identity)
        var count = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...10, using: &generator))
                .compactMap { _ in pieces.randomElement(using: &generator) }.joined()
            var bytes = OutputBuffer()
            guard (try? proxies.read(.text(text), encoding: .v1_1, into: &bytes)) != nil else { continue }
            count += 1
            var cursor = InputCursor(bytes.bytes)
            let proxy = try #require(try cursor.readProxy(.v1_1))
            #expect(proxy == ProxyContent(identity: proxy.identity, adapterId: proxy.adapterId), "\(text)")
            // What a server prints and reads again is the same.
            #expect(try ProxyContent.parse(proxy.text()) == proxy, "\(text)")
        }
        #expect(count > 0)
    }
}
