import IceEncoding
import IceTesting
import Testing

@testable import Ice

@Suite("Contexts of asynchronous calls", .timeLimit(.minutes(5)))
struct ContextTests {
    typealias Context = [String: String]

    /// Runs calls against a peer that answers everything with what every operation understands as empty, and returns
    /// the bytes after the operation mode, without the parameters.
    static func contexts(
        _ properties: Properties = [:], _ body: (ObjectPrx) async throws -> Void
    ) async throws -> [[UInt8]] {
        let received = Notes<[UInt8]>()
        try await withRawPeer(properties) { connection, _ in
            try connection.send(RawConnection.validation)
            while true {
                let message = try connection.receiveMessage()
                if message == RawConnection.closeConnection { return }
                let start = 30 + RawMessages.operation(of: message).utf8.count
                received.add(Array(message[start...]))
                try connection.send(
                    RawMessages.reply(to: message, body: Encapsulation.make { $0.append(0 as UInt8) }))
            }
        } _: { proxy, _ in
            try await body(proxy)
        }
        return received.all
    }

    static func starts(_ bytes: [UInt8], with context: Context) -> Bool {
        bytes.starts(with: RequestContext(context).bytes)
    }

    @Test("5, 6: every operation takes a context, in both forms; it replaces the proxy's")
    func explicit() async throws {
        let own = ["own": "1"]
        let received = try await Self.contexts { plain in
            let proxy = plain.ice_context(["of the proxy": "2"])
            for context in [own, [:], nil] {
                _ = try await proxy.ice_invoke(operation: "op", mode: .normal, context: context)
                try await proxy.ice_ping(context: context)
                _ = try await proxy.ice_isA("::T", context: context)
                _ = try await proxy.ice_id(context: context)
                _ = try await proxy.ice_ids(context: context)
                _ = try await proxy.ice_invokeAsync(operation: "op", mode: .normal, context: context).value
                try await proxy.ice_pingAsync(context: context).value
                _ = try await proxy.ice_isAAsync("::T", context: context).value
                _ = try await proxy.ice_idAsync(context: context).value
                _ = try await proxy.ice_idsAsync(context: context).value
            }
        }
        #expect(received.count == 30)
        for (index, bytes) in received.enumerated() {
            let expected = [own, [:], ["of the proxy": "2"]][index / 10]
            #expect(Self.starts(bytes, with: expected), "call \(index)")
        }
    }

    @Test("5: a shared implicit context goes with calls without an explicit one; the proxy's entries win")
    func shared() async throws {
        let received = try await Self.contexts(["Ice.ImplicitContext": "Shared"]) { plain in
            let implicit = try #require(plain.ice_getCommunicator().getImplicitContext())
            #expect(implicit.put(key: "a", value: "implicit") == "")
            implicit.put(key: "b", value: "implicit")
            let proxy = plain.ice_context(["b": "proxy", "c": "proxy"])
            try await plain.ice_ping()
            try await proxy.ice_ping()
            try await proxy.ice_ping(context: ["d": "explicit"])
            try await onThread { () throws -> Void in try plain.ice_pingAsync().wait() }
            #expect(implicit.remove("a") == "implicit")
            #expect(implicit.remove("a") == "")
            #expect(implicit.get("b") == "implicit" && implicit.get("a") == "")
            #expect(implicit.containsKey("b") && !implicit.containsKey("a"))
            implicit.setContext(["e": "new"])
            #expect(implicit.getContext() == ["e": "new"])
            try await plain.ice_ping()
        }
        let expected: [Context] = [
            ["a": "implicit", "b": "implicit"], ["a": "implicit", "b": "proxy", "c": "proxy"], ["d": "explicit"],
            ["a": "implicit", "b": "implicit"], ["e": "new"],
        ]
        #expect(received.count == expected.count)
        for (bytes, context) in zip(received, expected) { #expect(Self.starts(bytes, with: context)) }
    }

    @Test("5: an implicit context per thread is that of the thread that calls")
    func perThread() async throws {
        let received = try await Self.contexts(["Ice.ImplicitContext": "PerThread"]) { proxy in
            let implicit = try #require(proxy.ice_getCommunicator().getImplicitContext())
            for thread in ["one", "two"] {
                try await onThread { () throws -> Void in
                    #expect(implicit.getContext().isEmpty)
                    implicit.put(key: "thread", value: thread)
                    try proxy.ice_pingAsync().wait()
                }
            }
        }
        #expect(received.count == 2)
        for (bytes, thread) in zip(received, ["one", "two"]) { #expect(Self.starts(bytes, with: ["thread": thread])) }
    }

    @Test("5: without the property there is no implicit context; another value is refused")
    func none() async throws {
        try await withCommunicator { #expect($0.getImplicitContext() == nil) }
        try await withCommunicator(["Ice.ImplicitContext": "None"]) { #expect($0.getImplicitContext() == nil) }
        #expect(throws: LocalException(.property, "")) { try Communicator(["Ice.ImplicitContext": "shared"]) }
    }
}
