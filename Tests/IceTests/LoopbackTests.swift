import Ice
import IceEncoding
import IceTesting
import Testing

@Suite("Client and server over loopback", .timeLimit(.minutes(5)))
struct LoopbackTests {
    @Test("a greeter greets")
    func greets() async throws {
        try await withGreeter { proxy, _ in
            let answer = try await Greeter.greet("alice", proxy)
            #expect(answer == "Hello, alice!")
        }
    }

    @Test("built-in operations are answered for a servant")
    func builtIns() async throws {
        try await withGreeter { proxy, _ in
            try await proxy.ice_ping()
            let id = try await proxy.ice_id()
            #expect(id == Greeter.typeId)
            let ids = try await proxy.ice_ids()
            #expect(ids == ["::Ice::Object", Greeter.typeId])
            let isGreeter = try await proxy.ice_isA(Greeter.typeId)
            #expect(isGreeter)
            let isOther = try await proxy.ice_isA("::Other")
            #expect(!isOther)
        }
    }

    @Test("operations whose names look alike are told apart by their bytes")
    func lookAlikes() async throws {
        // é as one character and as two.
        let names = ["\u{e9}", "e\u{301}"]
        let called = Notes<[UInt8]>()
        try await withGreeter { proxy, servant in
            for name in names {
                servant.on(name) { request in
                    called.add(Array(request.current.operation.utf8))
                    return OutgoingResponse(emptyFor: request.current.encoding)
                }
            }
            for name in names + names { _ = try await proxy.ice_invoke(operation: name, mode: .normal) }
        }
        #expect(called.all == (names + names).map { Array($0.utf8) })
    }
}

/// Runs a greeter and a client in communicators of their own; both are destroyed at the end.
func withGreeter(
    endpoint: String = "tcp -h 127.0.0.1 -p 0", serverProperties: Properties = [:], clientProperties: Properties = [:],
    _ body: (ObjectPrx, MockServant) async throws -> Void
) async throws {
    let server = try Communicator(patient(serverProperties))
    let client = try Communicator(patient(clientProperties))
    let servant = Greeter.servant()
    do {
        let adapter = try server.createObjectAdapterWithEndpoints(name: "Greeter", endpoints: endpoint)
        let proxy = try adapter.add(servant: servant, identity: Identity(name: "greeter"))
        try adapter.activate()
        try await body(#require(try client.makeProxy("\(proxy)")), servant)
    } catch {
        await client.destroy()
        await server.destroy()
        throw error
    }
    await client.destroy()
    await server.destroy()
}
