import Foundation
import Ice
import IceTesting
import Testing

private let shopSlice = """
    module Demo {
        struct Item { string name; double price; }
        sequence<Item> Items;
        exception OutOfStock { string item; int left; }
        interface Shop {
            idempotent Items list();
            double buy(string item, int count, out int left) throws OutOfStock;
        }
    }
    module VisitorCenter { interface Greeter { string greet(string name); } }
    """

/// The code and the answers of docs/testing.md, run.
@Suite("docs/testing.md", .timeLimit(.minutes(5))) struct DocumentTests {
    @Test("servants made of Slice")
    func servants() async throws {
        let slice = try LoadedSlice(source: shopSlice)
        let servant = try SliceServant(interface: "::Demo::Shop", in: slice)
        try servant.on("buy") { call in
            guard let count = call["count"]?.integer, count < 10 else {
                return .throw(["@type": "::Demo::OutOfStock", "item": "tea", "left": 10])
            }
            return .result(["returnValue": 7, "left": 1])
        }
        try servant.on("list", .returns([["name": "tea", "price": 7]]))
        try await withInMemoryServant(servant, identity: Identity(name: "shop")) { (proxy, transport) async throws in
            let shop = try SliceCaller(proxy, interface: "::Demo::Shop", in: slice)
            let outcome = try await shop.call("buy", ["item": "tea", "count": 2])
            #expect(outcome == .result(["returnValue": 7.0, "left": 1]))
            #expect(servant.calls.map(\.operation) == ["buy"])
            #expect(servant.calls[0]["item"] == "tea")
            #expect(try await shop.replay(servant.calls[0]) == outcome)
        }
        try await withInMemoryServant(servant) { (proxy, _) async throws in
            let shop = try SliceCaller(proxy, interface: "::Demo::Shop", in: slice)
            let event = MockEvent()
            try servant.on("list") { _ in
                await event.wait()
                return .example
            }
            async let answer = shop.call("list")
            await servant.waitForCalls("list")
            event.happen()
            _ = try await answer
        }
    }

    @Test("in-memory connections")
    func wire() async throws {
        try await withInMemoryServant(Greeter.servant()) { (proxy, transport) async throws in
            transport.wire.pause(.toClient)
            let greeting = Task { try await Greeter.greet("alice", proxy) }
            await transport.wire.waitForHeldBytes(.toClient)
            transport.wire.pass(20, .toClient)
            await transport.wire.waitForBytes(34, .toClient)
            transport.wire.cut()
            await #expect(throws: LocalException(.connectionLost, "")) { try await greeting.value }
            #expect(transport.wire.messages(.toServer).count == 1)
        }
    }

    @Test("raw peers")
    func raw() async throws {
        let communicator = try Communicator()
        try await RawPeer.run { connection, _ in
            try connection.send(RawConnection.validation)
            try connection.answerRequests { request, message in
                guard request.current.operation == "greet" else {
                    return RawMessages.reply(to: message, status: .unknownException, text: "no")
                }
                return RawMessages.reply(to: message, body: Encapsulation.make { $0.appendString("raw") })
            }
        } _: { peer in
            let proxy = try #require(try communicator.makeProxy(peer.proxy("greeter")))
            #expect(try await Greeter.greet("alice", proxy) == "raw")
            #expect(peer.failures == [])
        }
        let adapter = try communicator.createObjectAdapterWithEndpoints(
            name: "Raw", endpoints: "tcp -h 127.0.0.1 -p 0")
        let served = try adapter.add(servant: Greeter.servant(), identity: Identity(name: "greeter"))
        try adapter.activate()
        guard case .ip(let endpoint)? = served.ice_getEndpoints().first else {
            Issue.record("no endpoint")
            return
        }
        let port = endpoint.port
        let reply = try await RawConnection.run(port: port) { connection in
            try connection.receiveValidation()
            return try connection.call(RawMessages.request(id: 7, identity: "greeter", operation: "greet"))
        }
        #expect(reply.id == 7 && reply.status == .ok)
        await communicator.destroy()
    }

    @Test("every block of Swift and JSON is taken: this file has it, the reader reads it")
    func blocks() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        let page = try String(contentsOf: root.appending(path: "docs/testing.md"), encoding: .utf8)
        let source = Self.lines(try String(contentsOf: URL(filePath: #filePath), encoding: .utf8))
        let parts = page.components(separatedBy: "```")
        let slice = try LoadedSlice(source: shopSlice)
        var counts: [String: Int] = [:]
        for index in stride(from: 1, to: parts.count, by: 2) {
            let language = String(parts[index].prefix { $0 != "\n" })
            counts[language, default: 0] += 1
            let code = String(parts[index].dropFirst(language.count))
            if language == "swift" { #expect(source.contains(Self.lines(code)), "\(code)") }
            if language == "json" { _ = try AnswerFile(code, for: slice) }
        }
        #expect(counts == ["": 1, "swift": 6, "json": 1])
    }

    /// Lines without their indentation, and without empty ones.
    private static func lines(_ text: String) -> String {
        text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
            .joined(separator: "\n")
    }
}
