import Ice
import IceEncoding
import Testing

/// Users name what proxies are made of by the runtime's module, by the encoding's or by none.
@Suite("Names of what proxies are made of")
struct NameTests {
    @Test("the runtime's names and the encoding's are the same types, and clash nowhere")
    func same() async throws {
        let communicator = try Communicator()
        let proxy = try #require(try communicator.makeProxy("o -o:tcp -h h -p 1:opaque -t 99 -v AQ=="))
        let mode: InvocationMode = .oneway
        #expect(mode == Ice.InvocationMode.oneway && proxy.ice_isOneway())
        let expected: [Endpoint] = [
            .ip(IPEndpoint(.tcp, host: "h", port: 1)),
            .opaque(Ice.OpaqueEndpoint(type: 99, encoding: .v1_0, bytes: [1])),
        ]
        #expect(proxy.ice_getEndpoints() as [Ice.Endpoint] == expected as [IceEncoding.Endpoint])
        let ascii: ToStringMode = .ascii
        #expect(proxy.ice_identity(Identity(name: "é")).ice_endpoints([]).text(ascii) == #"\u00e9 -o"#)
        await communicator.destroy()
    }

    @Test("what is no proxy, endpoint or identity is a ParseException with the text's fault")
    func exceptions() async throws {
        let communicator = try Communicator()
        func message(_ body: () throws -> Void) -> String? {
            do {
                try body()
                return nil
            } catch let error as LocalException where error.code == .parse {
                return error.message
            } catch {
                return "\(error)"
            }
        }
        #expect(message { _ = try communicator.makeProxy("o @") } == "no adapter id in proxy 'o @'")
        #expect(message { _ = try Identity(parsing: "a/b/c") } == "identity with two unescaped slashes")
        #expect(
            message { _ = try communicator.createObjectAdapterWithEndpoints(name: "A", endpoints: "tcp -q") }
                == "unknown option -q in endpoint 'tcp -q'")
        await communicator.destroy()
    }
}
